// Another process goes on with what the agent of a dead one was: what it does at once, what it does not do
// again, and what it makes of things that nobody will ever answer.
#include <gtest/gtest.h>

#include "understudy/agent/archive.hpp"

#include "desk.hpp"

namespace understudy::agent::test {
namespace {

net::Link eth0() {
    net::Link link{.index = kEth0, .name = "eth0", .mac = net::Mac::of(2, 0, 0, 0, 0, 1)};
    link.admin_up = link.running = true;
    return link;
}

net::InterfaceAddress on_eth0(const net::Address& address) {
    net::InterfaceAddress made;
    made.link = kEth0;
    made.prefix = {address, 24};
    return made;
}

// What the successor sees first.
KernelPictured picture(bool with_virtual_address) {
    KernelPictured seen{{eth0()}, {on_eth0(kOurs)}, {}, {}};
    if (with_virtual_address) seen.addresses.push_back(on_eth0(net::Address::v4(192, 0, 2, 100)));
    return seen;
}

// The process dies, and another one begins so much later.
void succeed(Desk& desk, microseconds later) {
    auto restored =
        Agent::restored(std::make_shared<const model::Config>(desk.agent.config()), desk.agent.save());
    ASSERT_TRUE(restored.has_value());
    desk.agent = *std::move(restored);
    desk.orders.clear();
    const Instant at_work = desk.now;
    desk.now += later;
    desk.hear(PredecessorDied{at_work});
}

std::size_t ordered_changes(const Desk& desk) {
    std::size_t count = 0;
    for (const ChangeKernel& batch : desk.all<ChangeKernel>()) count += batch.changes.size();
    return count;
}

TEST(Succession, AMasterGoesOnAndTouchesNoAddress) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    succeed(desk, milliseconds{300});
    desk.hear(picture(true));
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    EXPECT_EQ(desk.all<Listen>().size(), 1u);
    EXPECT_EQ(ordered_changes(desk), 0u);
    EXPECT_TRUE(desk.programs().empty());
    desk.run_for(milliseconds{750});
    ASSERT_EQ(desk.all<SendPacket>().size(), 1u);
}

TEST(Succession, TellsThatItGoesOn) {
    Desk desk{config_of({instance(), instance(52)})};
    desk.become_master();
    succeed(desk, milliseconds{300});
    EXPECT_EQ(desk.told("goes-on"), 1u);
    ASSERT_FALSE(desk.all<Remember>().empty());
    EXPECT_EQ(
        desk.all<Remember>().front().entry.reason,
        "another vrrp process goes on where the one before it has stopped, as master of 2 of 2 instances");
}

TEST(Succession, AMasterAnnouncesItsAddressesAgain) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    succeed(desk, milliseconds{300});
    desk.hear(picture(true));
    desk.run_for(milliseconds{100});
    EXPECT_GE(desk.announced(), 1u);
}

TEST(Succession, AMasterWhoseBackupsMustHaveTakenOverLetsGoBeforeItSaysAnything) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    succeed(desk, seconds{10});
    desk.hear(picture(true));
    desk.hear(TimeReached{});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_TRUE(desk.all<SendPacket>().empty());
    EXPECT_EQ(ordered_changes(desk), 1u);
}

// The dead process may have become master and added it, without a trace in what it left.
TEST(Succession, ABackupRemovesWhatThePictureShowsOfItsAddresses) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.hear_advert(net::Priority{200});
    succeed(desk, milliseconds{500});
    desk.hear(picture(true));
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(ordered_changes(desk), 1u);
    EXPECT_EQ(desk.told("leftover-removed"), 0u);
}

TEST(Succession, ABackupWaitsForItsMasterAsBefore) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.hear_advert(net::Priority{200});
    succeed(desk, milliseconds{500});
    desk.hear(picture(false));
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    desk.run_for(seconds{2});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    desk.run_for(seconds{2});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
}

TEST(Stop, WaitsUntilAllIsGoneThatAnEarlierRunHasLeft) {
    model::Instance made = instance();
    std::vector<net::InterfaceAddress> left{on_eth0(net::Address::v4(192, 0, 2, 100))};
    for (std::uint8_t i = 1; i <= 100; ++i) {
        const net::Address address = net::Address::v4(198, 51, 100, i);
        made.addresses.push_back(virtual_address((address.to_string() + "/24").c_str()));
        left.push_back(on_eth0(address));
    }
    Desk desk{config_of({made})};
    desk.start(left);
    desk.hear(StopAsked{});
    std::size_t removed = 0;
    for (int turns = 0; desk.all<Finished>().empty() && turns < 200; ++turns) {
        ASSERT_FALSE(desk.all<ChangeKernel>().empty());
        removed += desk.all<ChangeKernel>().back().changes.size();
        const std::size_t size = desk.all<ChangeKernel>().back().changes.size();
        desk.orders.clear();
        desk.hear(ChangesAnswered{std::vector<int>(size, 0), microseconds{100}});
    }
    EXPECT_EQ(removed, left.size());
}

// It may have stood still for long before it was killed, and what its socket held is gone with it.
TEST(Succession, ABackupDoesNotTakeItsOwnAbsenceForSilence) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.hear_advert(net::Priority{200});
    desk.run_for(seconds{1});
    succeed(desk, seconds{10});
    desk.hear(picture(false));
    desk.run_for(milliseconds{2'600});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    desk.run_for(milliseconds{10});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
}

TEST(Succession, AnAdditionThatWasNotDoneIsOrderedAgain) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.run_for(seconds{4});
    ASSERT_EQ(ordered_changes(desk), 1u);
    succeed(desk, milliseconds{100});
    EXPECT_EQ(ordered_changes(desk), 0u);
    desk.hear(picture(false));
    EXPECT_EQ(ordered_changes(desk), 1u);
}

TEST(Succession, AnAdditionThatWasDoneIsNotOrderedAgain) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.run_for(seconds{4});
    succeed(desk, milliseconds{100});
    desk.hear(picture(true));
    EXPECT_EQ(ordered_changes(desk), 0u);
    desk.run_for(milliseconds{50});
    EXPECT_GE(desk.announced(), 1u);
}

TEST(Succession, AScriptIsRunAgainAndKeepsItsResult) {
    model::Config config = config_of({instance()});
    model::Script script;
    script.name = "web";
    script.command = command("/usr/bin/web");
    config.scripts = {script};
    config.instances[0].tracked_scripts = {{0, {}}};
    Desk desk{config};
    desk.start();
    desk.end_last_program(true, 0);
    desk.run_for(script.interval);
    ASSERT_EQ(desk.programs().size(), 2u);
    const std::uint64_t forgotten = desk.all<RunProgram>().back().run;
    succeed(desk, milliseconds{100});
    ASSERT_EQ(desk.programs().size(), 1u);
    EXPECT_NE(desk.all<RunProgram>().back().run, forgotten);
    EXPECT_TRUE(desk.agent.report("VI_51")->faults.empty());
    desk.end_last_program(false, 1);
    EXPECT_FALSE(desk.agent.report("VI_51")->faults.empty());
}

TEST(Succession, NoHookWaitsForOneOfTheDeadProcess) {
    model::Config config = config_of({instance()});
    config.instances[0].notify.backup = command("/usr/bin/backup");
    config.instances[0].notify.master = command("/usr/bin/master");
    Desk desk{config};
    desk.start();
    ASSERT_EQ(desk.programs(), std::vector<std::string>{"/usr/bin/backup"});
    succeed(desk, milliseconds{100});
    desk.hear(picture(false));
    desk.run_for(seconds{4});
    desk.answer_changes();
    EXPECT_EQ(desk.programs(), std::vector<std::string>{"/usr/bin/master"});
}

TEST(Succession, WhatWasWatchedIsWatchedAgain) {
    model::Config config = config_of({instance()});
    model::TrackFile file;
    file.name = "load";
    file.path = "/run/load";
    config.track_files = {file};
    config.instances[0].tracked_files = {{0, {}}};
    config.globals.pipes.vrrp.path = "/run/pipe";
    Desk desk{config};
    desk.start();
    desk.hear(FileRead{"/run/load", "0", 0});
    desk.run_for(seconds{4});
    desk.answer_changes();
    desk.hear(PipeAnswered{"/run/pipe", 0});
    succeed(desk, milliseconds{100});
    desk.hear(picture(true));
    ASSERT_EQ(desk.all<WatchFiles>().size(), 1u);
    EXPECT_EQ(desk.all<OpenPipes>().size(), 1u);
    EXPECT_FALSE(desk.all<WatchNeighbours>().empty());
    EXPECT_EQ(desk.all<SetScheduling>().size(), 1u);
}

TEST(Succession, BeforeTheFirstPictureThereIsNothingToGoOnWith) {
    Desk desk{config_of({instance()})};
    succeed(desk, milliseconds{100});
    EXPECT_TRUE(desk.all<Listen>().empty());
    desk.start();
    desk.run_for(seconds{4});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
}

}  // namespace
}  // namespace understudy::agent::test
