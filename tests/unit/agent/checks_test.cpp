#include <chrono>

#include "desk.hpp"

namespace understudy::agent::test {
namespace {

using namespace std::chrono_literals;

model::Config with_check(model::Weight weight) {
    model::Config config = config_of({instance()});
    model::Script check;
    check.name = "web";
    check.interval = 2s;
    check.timeout = 1s;
    check.probe.emplace().kind = model::ProbeKind::Tcp;
    check.probe->host = net::Address::v4(192, 0, 2, 9);
    check.probe->port = 80;
    config.scripts.push_back(check);
    config.instances[0].tracked_scripts.push_back({0, weight});
    return config;
}

void answer(Desk& desk, bool good, const std::string& reason) {
    desk.hear(ProbeEnded{desk.all<RunProbe>().back().run, good, reason});
}

TEST(Check, AsksAtItsStartAndAgainAfterItsInterval) {
    Desk desk{with_check({0, false})};
    desk.start();
    ASSERT_EQ(desk.all<RunProbe>().size(), 1u);
    EXPECT_EQ(desk.role(), vrrp::Role::Idle) << "the first answer decides";
    answer(desk, true, "connected");
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    desk.run_for(2s);
    EXPECT_EQ(desk.all<RunProbe>().size(), 2u);
    EXPECT_TRUE(desk.programs().empty()) << "nothing is forked";
}

TEST(Check, ThatFailsIsAFaultAndSaysWhy) {
    Desk desk{with_check({0, false})};
    desk.start();
    answer(desk, false, "connection refused");
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    const TrackerReport report = desk.agent.report().front().trackers.at(0);
    EXPECT_EQ(report.kind, "check");
    EXPECT_EQ(report.last_result, "tcp 192.0.2.9:80: connection refused");
    EXPECT_EQ(desk.agent.report().front().faults,
              std::vector<std::string>{"tracked check web fails: tcp 192.0.2.9:80: connection refused"});
    EXPECT_EQ(desk.told("check-result"), 1u);
    desk.run_for(2s);
    answer(desk, false, "connection refused");
    EXPECT_EQ(desk.told("check-result"), 1u) << "told when it changes";
    desk.run_for(2s);
    answer(desk, true, "connected");
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(Check, IsMadeAtOnceWhenItIsAskedFor) {
    Desk desk{with_check({0, false})};
    desk.start();
    answer(desk, true, "connected");
    EXPECT_EQ(desk.agent.check("web")->completed, 1u);
    desk.run_for(500ms);
    desk.hear(CheckAsked{"web"});
    ASSERT_EQ(desk.all<RunProbe>().size(), 2u);
    EXPECT_TRUE(desk.agent.check("web")->running);
    desk.hear(CheckAsked{"web"});
    EXPECT_EQ(desk.all<RunProbe>().size(), 2u) << "the one at work goes on";
    answer(desk, false, "connection refused");
    const CheckReport report = desk.agent.check("web").value();
    EXPECT_EQ(report, (CheckReport{.kind = "check",
                                   .name = "web",
                                   .running = false,
                                   .completed = 2,
                                   .health = track::Health::Bad,
                                   .succeeded = false,
                                   .last_status = std::nullopt,
                                   .last_result = "tcp 192.0.2.9:80: connection refused"}));
}

TEST(Check, ThatNobodyHasIsNotMade) {
    Desk desk{with_check({0, false})};
    desk.start();
    desk.orders.clear();
    desk.hear(CheckAsked{"mail"});
    EXPECT_TRUE(desk.orders.empty());
    EXPECT_FALSE(desk.agent.check("mail"));
}

TEST(Check, OfAScriptIsItsRun) {
    model::Config config = with_check({0, false});
    config.scripts[0].probe.reset();
    config.scripts[0].command = command("/etc/web.sh");
    Desk desk{std::move(config)};
    desk.start();
    desk.hear(ProgramEnded{desk.all<RunProgram>().back().run, true, 0});
    desk.run_for(500ms);
    desk.hear(CheckAsked{"web"});
    ASSERT_EQ(desk.programs(), std::vector<std::string>(2, "/etc/web.sh"));
    desk.hear(ProgramEnded{desk.all<RunProgram>().back().run, false, 3});
    const CheckReport report = desk.agent.check("web").value();
    EXPECT_EQ(report.kind, "script");
    EXPECT_EQ(report.completed, 2u);
    EXPECT_EQ(report.last_status, 3);
    EXPECT_FALSE(report.succeeded);
}

TEST(Check, WithoutAnAnswerFailsAtItsTimeoutAndIsWithdrawn) {
    Desk desk{with_check({-20, false})};
    desk.start();
    desk.run_for(1s - 1us);
    EXPECT_TRUE(desk.all<WithdrawProbe>().empty());
    desk.run_for(1us);
    EXPECT_EQ(desk.all<WithdrawProbe>().size(), 1u);
    EXPECT_EQ(desk.agent.report().front().trackers.at(0).last_result,
              "tcp 192.0.2.9:80: no answer within 1 s");
    EXPECT_EQ(desk.agent.report().front().priority, net::Priority{80});
    answer(desk, true, "connected");
    EXPECT_EQ(desk.agent.report().front().priority, net::Priority{80}) << "it came too late";
    desk.run_for(1s);
    EXPECT_EQ(desk.all<RunProbe>().size(), 2u);
}

TEST(Check, TellsANewReasonOfAFaultThatStays) {
    Desk desk{with_check({0, false})};
    desk.start();
    answer(desk, false, "connection refused");
    desk.run_for(2s);
    answer(desk, false, "no route to host");
    EXPECT_EQ(desk.agent.report().front().faults,
              std::vector<std::string>{"tracked check web fails: tcp 192.0.2.9:80: no route to host"});
    EXPECT_EQ(desk.told("check-changed"), 1u);
}

TEST(Check, ThatIsNotYetBelievedDoesNotExplainAFault) {
    model::Config config = with_check({0, false});
    config.scripts[0].rise = 2;
    Desk desk{config};
    desk.start();
    answer(desk, false, "connection refused");
    desk.run_for(2s);
    answer(desk, true, "connected");
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    EXPECT_EQ(desk.agent.report().front().trackers.at(0).last_result, "tcp 192.0.2.9:80: connected");
    EXPECT_EQ(desk.agent.report().front().faults,
              std::vector<std::string>{"tracked check web fails: tcp 192.0.2.9:80: connection refused"});
}

TEST(Check, WithoutATimeoutOfItsOwnIsAskedAtEveryIntervalAlthoughNobodyAnswers) {
    model::Config config = with_check({-20, false});
    config.scripts[0].interval = config.scripts[0].timeout = 1s;
    config.scripts[0].fall = 3;
    Desk desk{config};
    desk.start();
    answer(desk, true, "connected");
    desk.run_for(1s);
    EXPECT_EQ(desk.all<RunProbe>().size(), 2u);
    desk.run_for(3s);
    EXPECT_EQ(desk.all<RunProbe>().size(), 5u);
    EXPECT_EQ(desk.agent.report().front().priority, net::Priority{80}) << "three silent seconds are enough";
}

TEST(Check, WithInitFailCountsAsFailedUntilItsRiseIsReached) {
    model::Config config = with_check({0, false});
    config.scripts[0].init_fail = true;
    config.scripts[0].rise = 2;
    Desk desk{config};
    desk.start();
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    EXPECT_EQ(desk.agent.report().front().faults, std::vector<std::string>{"tracked check web fails"});
    answer(desk, true, "connected");
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    desk.run_for(2s);
    answer(desk, true, "connected");
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(Check, ThatAReloadLeavesAloneKeepsItsResultAndItsQuestion) {
    Desk desk{with_check({0, false})};
    desk.start();
    answer(desk, true, "connected");
    desk.run_for(2s);
    model::Config config = with_check({0, false});
    config.scripts[0].fall = 2;
    desk.hear(ConfigLoaded{std::make_shared<const model::Config>(config)});
    EXPECT_EQ(desk.all<RunProbe>().size(), 2u);
    EXPECT_TRUE(desk.all<WithdrawProbe>().empty());
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    answer(desk, false, "connection refused");
    EXPECT_EQ(desk.role(), vrrp::Role::Backup) << "the new fall counts";
}

TEST(Check, ThatAReloadAsksSomethingElseStartsAnew) {
    Desk desk{with_check({0, false})};
    desk.start();
    answer(desk, true, "connected");
    desk.run_for(2s);
    model::Config config = with_check({0, false});
    config.scripts[0].probe->port = 81;
    desk.hear(ConfigLoaded{std::make_shared<const model::Config>(config)});
    EXPECT_EQ(desk.all<WithdrawProbe>().size(), 1u);
    EXPECT_EQ(desk.all<RunProbe>().back().probe.port, 81);
}

TEST(Check, ThatAReloadTakesAwayIsWithdrawn) {
    Desk desk{with_check({0, false})};
    desk.start();
    desk.hear(ConfigLoaded{std::make_shared<const model::Config>(config_of({instance()}))});
    EXPECT_EQ(desk.all<WithdrawProbe>().size(), 1u);
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(Check, IsWithdrawnAtTheStop) {
    Desk desk{with_check({0, false})};
    desk.start();
    desk.hear(StopAsked{});
    EXPECT_EQ(desk.all<WithdrawProbe>().size(), 1u);
    desk.run_for(10s);
    EXPECT_EQ(desk.all<RunProbe>().size(), 1u);
}

}  // namespace
}  // namespace understudy::agent::test
