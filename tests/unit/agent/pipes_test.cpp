// Notify pipes: which lines are written into them, when, and what becomes of their readers.
#include <gtest/gtest.h>

#include <cerrno>

#include "desk.hpp"

namespace understudy::agent {
namespace {

using test::command;
using test::config_of;
using test::Desk;
using test::instance;
using Lines = std::vector<std::string>;

model::Config with_pipe(std::vector<model::Instance> instances) {
    model::Config config = config_of(std::move(instances));
    config.globals.pipes.vrrp.path = "/run/vrrp.fifo";
    config.globals.pipes.vrrp.user = "daemon";
    return config;
}

model::Config with_reader() {
    model::Config config = with_pipe({instance()});
    config.globals.pipes.vrrp.reader = command("reader");
    return config;
}

std::vector<std::string> lines(const Desk& desk) {
    std::vector<std::string> written;
    for (const WriteNotifyLine& order : desk.all<WriteNotifyLine>()) written.push_back(order.line);
    return written;
}

TEST(Pipes, AreOpenedBeforeTheFirstLineAndOnlyWhenAskedFor) {
    Desk without{config_of({instance()})};
    without.become_master();
    EXPECT_TRUE(without.all<OpenPipes>().empty());
    EXPECT_EQ(lines(without), Lines{});

    Desk desk{with_pipe({instance()})};
    desk.start();
    ASSERT_EQ(desk.all<OpenPipes>().size(), 1u);
    EXPECT_EQ(desk.all<OpenPipes>().front().pipes,
              (std::vector<Pipe>{{"/run/vrrp.fifo", "daemon", "", 0600}}));
    EXPECT_EQ(lines(desk), (Lines{"INSTANCE \"VI_51\" BACKUP 100"}));
}

TEST(Pipes, TellOfAMasterOnceItsAddressesAreInPlaceAndAfterItsScripts) {
    model::Instance asked = instance();
    asked.notify.master = command("on_master");
    Desk desk{with_pipe({asked})};
    desk.start();
    desk.orders.clear();
    desk.run_for(seconds{4});
    EXPECT_EQ(lines(desk), Lines{});
    desk.answer_changes();
    EXPECT_EQ(lines(desk), (Lines{"INSTANCE \"VI_51\" MASTER 100"}));
    const auto place = [&](const auto& is_it) {
        return std::ranges::find_if(desk.orders, is_it) - desk.orders.begin();
    };
    EXPECT_LT(place([](const Action& a) { return std::holds_alternative<RunProgram>(a); }),
              place([](const Action& a) { return std::holds_alternative<WriteNotifyLine>(a); }));
}

TEST(Pipes, TellOfAWeakerMasterAndOfTheStop) {
    Desk desk{with_pipe({instance()})};
    desk.become_master();
    desk.orders.clear();
    desk.hear_advert(net::Priority{50});
    EXPECT_EQ(lines(desk), (Lines{"INSTANCE \"VI_51\" MASTER_RX_LOWER_PRI 100"}));
    desk.orders.clear();
    desk.hear(StopAsked{});
    EXPECT_EQ(lines(desk), Lines{});
    desk.answer_changes();
    EXPECT_EQ(lines(desk), (Lines{"INSTANCE \"VI_51\" STOP 100"}));
}

TEST(Pipes, TellOfPrioritiesOnlyWhereThatIsAskedFor) {
    for (const bool asked : {false, true}) {
        model::Instance one = instance();
        one.notify.priority_changes = asked;
        one.tracked_links = {{"eth9", {10, false}}};
        Desk desk{with_pipe({one})};
        desk.become_master();
        desk.orders.clear();
        net::Link eth9{.index = net::LinkIndex{9}, .name = "eth9", .mac = net::Mac::of(2, 0, 0, 0, 0, 9)};
        eth9.admin_up = eth9.running = true;
        desk.hear(LinkSeen{eth9});
        const Lines wanted = asked ? Lines{"INSTANCE \"VI_51\" MASTER_PRIORITY 110"} : Lines{};
        EXPECT_EQ(lines(desk), wanted);
    }
}

TEST(Pipes, TellOfAGroupBeforeItsMembersAtFirstAndAfterThemLater) {
    model::Instance other = instance(52);
    other.addresses = {test::virtual_address("192.0.2.101/24")};
    model::Config config = with_pipe({instance(51), other});
    config.sync_groups.push_back({});
    config.sync_groups.front().name = "both";
    config.sync_groups.front().members = {0, 1};
    Desk desk{config};
    desk.start();
    EXPECT_EQ(lines(desk), (Lines{"GROUP \"both\" BACKUP 0", "INSTANCE \"VI_51\" BACKUP 100",
                                  "INSTANCE \"VI_52\" BACKUP 100"}));
    desk.orders.clear();
    desk.run_for(seconds{4});
    EXPECT_EQ(lines(desk), Lines{});
    desk.answer_changes();
    EXPECT_EQ(lines(desk), (Lines{"INSTANCE \"VI_51\" MASTER 100", "INSTANCE \"VI_52\" MASTER 100",
                                  "GROUP \"both\" MASTER 0"}));
}

TEST(Pipes, TellAllStatesAfterAReloadWhereThatIsAskedFor) {
    model::Config config = with_pipe({instance()});
    Desk desk{config};
    desk.become_master();
    desk.orders.clear();
    desk.hear(ConfigLoaded{shared(config)});
    EXPECT_EQ(lines(desk), Lines{});
    config.globals.pipes.states_on_reload = true;
    desk.hear(ConfigLoaded{shared(config)});
    EXPECT_EQ(lines(desk), (Lines{"INSTANCE \"VI_51\" MASTER 100"}));
}

TEST(Pipes, TellOfAnInstanceThatAReloadRemoved) {
    model::Instance deleted = instance(51);
    deleted.notify.report_deleted = true;
    Desk desk{with_pipe({deleted, instance(52), instance(53)})};
    desk.start();
    desk.orders.clear();
    desk.hear(ConfigLoaded{shared(with_pipe({instance(53)}))});
    EXPECT_EQ(lines(desk), (Lines{"INSTANCE \"VI_51\" DELETED 100", "INSTANCE \"VI_52\" FAULT 100"}));
}

TEST(Pipes, TellNothingNewOfARemovedInstanceThatWasInFault) {
    model::Instance deleted = instance(51);
    deleted.notify.report_deleted = true;
    Desk desk{with_pipe({deleted, instance(52), instance(53)})};
    desk.start();
    net::Link gone{.index = kEth0, .name = "eth0", .mac = net::Mac::of(2, 0, 0, 0, 0, 1)};
    desk.hear(LinkSeen{gone});
    desk.orders.clear();
    desk.hear(ConfigLoaded{shared(with_pipe({instance(53)}))});
    EXPECT_EQ(lines(desk), (Lines{"INSTANCE \"VI_51\" DELETED 100"}));
}

TEST(Pipes, StartTheirReaderWithThePathOnceTheyAreOpen) {
    Desk desk{with_reader()};
    desk.start();
    EXPECT_EQ(desk.programs(), Lines{});
    desk.hear(PipeAnswered{"/run/vrrp.fifo", 0});
    ASSERT_EQ(desk.all<RunProgram>().size(), 1u);
    EXPECT_EQ(desk.all<RunProgram>().front().command.words, (Lines{"reader", "/run/vrrp.fifo"}));
    desk.hear(ProgramEnded{desk.all<RunProgram>().front().run, false, 3});
    EXPECT_EQ(desk.told("reader-ended"), 1u);
    EXPECT_EQ(desk.all<RunProgram>().size(), 1u) << "it would only end again";
    desk.hear(ConfigLoaded{shared(with_reader())});
    EXPECT_EQ(desk.all<RunProgram>().size(), 2u);
}

TEST(Pipes, StartNoReaderOfAPipeThatCouldNotBeOpened) {
    Desk desk{with_reader()};
    desk.start();
    desk.hear(PipeAnswered{"/run/vrrp.fifo", EEXIST});
    EXPECT_EQ(desk.programs(), Lines{});
}

TEST(Pipes, KeepTheirReaderOverAReloadAndEndItWithTheDaemon) {
    Desk desk{with_reader()};
    desk.start();
    desk.hear(PipeAnswered{"/run/vrrp.fifo", 0});
    const std::uint64_t run = desk.all<RunProgram>().front().run;
    desk.hear(ConfigLoaded{shared(with_reader())});
    EXPECT_TRUE(desk.all<EndProgram>().empty());
    EXPECT_EQ(desk.all<RunProgram>().size(), 1u);
    desk.hear(StopAsked{});
    ASSERT_EQ(desk.all<Finished>().size(), 1u);
    EXPECT_EQ(desk.all<EndProgram>(), (std::vector<EndProgram>{{run, false}}));
}

TEST(Pipes, AreClosedAndTheirReaderEndedWhenAReloadTakesThemAway) {
    Desk desk{with_reader()};
    desk.start();
    desk.hear(PipeAnswered{"/run/vrrp.fifo", 0});
    desk.orders.clear();
    desk.hear(ConfigLoaded{shared(config_of({instance()}))});
    EXPECT_EQ(desk.all<EndProgram>().size(), 1u);
    ASSERT_EQ(desk.all<OpenPipes>().size(), 1u);
    EXPECT_TRUE(desk.all<OpenPipes>().front().pipes.empty());
}

}  // namespace
}  // namespace understudy::agent
