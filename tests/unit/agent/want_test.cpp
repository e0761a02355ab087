// What the agent makes of a host that has run out of something: adverts that cannot be sent, scripts that
// cannot be run.
#include <cerrno>

#include "understudy/agent/why.hpp"

#include "desk.hpp"

namespace understudy::agent::test {
namespace {

using vrrp::Role;

constexpr seconds kAdvert{1};

Desk present_master() {
    Desk desk{config_of({instance()})};
    desk.become_master();
    return desk;
}

// So many adverts, none of which the kernel takes.
void lose_adverts(Desk& desk, int count) {
    for (int i = 0; i < count; ++i) {
        desk.run_for(kAdvert);
        desk.hear(SendFailed{desk.all<SendPacket>().back().instance, ENOBUFS});
    }
}

std::string text_of(const Desk& desk, std::string_view id) {
    for (const Tell& tell : desk.all<Tell>())
        if (tell.record.id == id) return tell.record.text;
    return "";
}

std::string sentence(const Desk& desk) {
    const Moment moment{desk.now, std::chrono::floor<milliseconds>(kWallAtBoot + (desk.now - kBoot))};
    return explain(desk.agent.why("VI_51").value(), moment).master;
}

TEST(AMasterWhoseAdvertsCannotBeSent, SaysSoOnceAndKeepsItsRole) {
    Desk desk = present_master();
    lose_adverts(desk, 3);
    EXPECT_EQ(desk.told("send-failed"), 1u);
    EXPECT_EQ(desk.told("adverts-unheard"), 0u);
    EXPECT_EQ(desk.role(), Role::Master);
}

TEST(AMasterWhoseAdvertsCannotBeSent, SaysWhenItsPeersMustHaveTakenOver) {
    Desk desk = present_master();
    lose_adverts(desk, 20);
    EXPECT_EQ(desk.told("send-failed"), 1u);
    EXPECT_EQ(desk.told("adverts-unheard"), 1u);
    EXPECT_TRUE(text_of(desk, "adverts-unheard").contains("No buffer space available"));
    EXPECT_EQ(desk.role(), Role::Master);
}

TEST(AMasterWhoseAdvertsCannotBeSent, SaysWhenTheyCanBeAgain) {
    Desk desk = present_master();
    lose_adverts(desk, 20);
    desk.run_for(4 * kAdvert);
    EXPECT_EQ(desk.told("adverts-sent-again"), 1u);
    desk.run_for(5 * kAdvert);
    EXPECT_EQ(desk.told("adverts-sent-again"), 1u);
}

TEST(AMasterWhoseAdvertsCannotBeSent, SaysNothingMoreOfAShortFailure) {
    Desk desk = present_master();
    lose_adverts(desk, 2);
    desk.run_for(10 * kAdvert);
    EXPECT_EQ(desk.told("adverts-unheard") + desk.told("adverts-sent-again"), 0u);
}

TEST(AMasterWhoseAdvertsCannotBeSent, IsExplained) {
    Desk desk = present_master();
    lose_adverts(desk, 3);
    EXPECT_TRUE(sentence(desk).contains("none of its adverts could be sent")) << sentence(desk);
    EXPECT_TRUE(sentence(desk).contains("No buffer space available")) << sentence(desk);
    desk.run_for(4 * kAdvert);
    EXPECT_TRUE(sentence(desk).contains("advertises priority")) << sentence(desk);
}

TEST(AMasterWhoseAdvertsCannotBeSent, IsHeardWhileOnePeerIs) {
    model::Instance asked = instance();
    asked.unicast_peers.resize(2);
    asked.unicast_peers[0].address = kPeer;
    asked.unicast_peers[1].address = net::Address::v4(192, 0, 2, 3);
    Desk desk{config_of({asked})};
    desk.become_master();
    lose_adverts(desk, 20);
    EXPECT_EQ(desk.told("send-failed"), 1u);
    EXPECT_EQ(desk.told("adverts-unheard"), 0u);
}

model::Config tracking_a_script() {
    model::Config config = config_of({instance()});
    model::Script script;
    script.name = "web";
    script.command = command("check_web");
    config.scripts.push_back(script);
    config.instances[0].tracked_scripts.push_back({0, {0, false}});
    return config;
}

// Run, and good.
Desk with_a_good_script() {
    Desk desk{tracking_a_script()};
    desk.start();
    desk.end_last_program(true, 0);
    return desk;
}

void refuse_the_script(Desk& desk, int error) {
    desk.run_for(seconds{1});
    desk.hear(ProgramNotStarted{desk.all<RunProgram>().back().run, error});
}

TEST(AScriptThatCannotBeRun, ForWantOfProcessesKeepsItsResult) {
    Desk desk = with_a_good_script();
    for (int i = 0; i < 10; ++i) refuse_the_script(desk, EAGAIN);
    EXPECT_NE(desk.role(), Role::Fault);
    EXPECT_EQ(desk.told("script-postponed"), 1u);
    EXPECT_EQ(desk.told("script-not-started"), 0u);
}

TEST(AScriptThatCannotBeRun, ForWantOfProcessesIsTriedAgain) {
    Desk desk = with_a_good_script();
    refuse_the_script(desk, EMFILE);
    const std::size_t before = desk.all<RunProgram>().size();
    desk.run_for(seconds{1});
    ASSERT_EQ(desk.all<RunProgram>().size(), before + 1);
    desk.end_last_program(false, 1);
    EXPECT_EQ(desk.role(), Role::Fault);
}

TEST(AScriptThatCannotBeRun, ForAReasonOfItsOwnHasFailed) {
    Desk desk = with_a_good_script();
    refuse_the_script(desk, ENOENT);
    EXPECT_EQ(desk.role(), Role::Fault);
    EXPECT_EQ(desk.told("script-not-started"), 1u);
}

}  // namespace
}  // namespace understudy::agent::test
