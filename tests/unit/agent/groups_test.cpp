// Members of a sync group move together, also when a reload changes who they are.
#include "desk.hpp"

namespace understudy::agent::test {
namespace {

// The peer of a desk speaks for VI_51 only, so that is the one that comes to the master VI_52.
Desk master_of_52() {
    Desk desk{config_of({instance(52)})};
    desk.become_master();
    desk.orders.clear();
    return desk;
}

std::vector<vrrp::Role> roles(const Desk& desk) {
    std::vector<vrrp::Role> all;
    for (const InstanceReport& one : desk.agent.report()) all.push_back(one.role);
    return all;
}

bool holds_its_address(const Desk& desk) {
    return std::ranges::all_of(desk.agent.report().front().addresses, &AddressReport::wanted);
}

// A tracked process of the second member; it takes a moment to be counted.
model::Config with_a_process_of_the_second() {
    model::Config config = grouped({instance(51), instance(52), instance(53)});
    model::TrackProcess& process = config.track_processes.emplace_back();
    process.name = "p";
    process.command = {"nginx"};
    config.instances[1].tracked_processes.push_back({0, {}});
    return config;
}

// As many as there are members: no role but the one in which the group begins has been told.
std::size_t roles_told(const Desk& desk) { return desk.told("entered-state"); }

TEST(GroupAtStart, KnowsOfAFaultBeforeAnyMemberBegins) {
    std::vector<model::Instance> members{instance(51), instance(52)};
    members[1].tracked_links = {{"eth7", {}}};
    Desk desk{grouped(members)};
    desk.start();
    EXPECT_EQ(roles(desk), std::vector(2, vrrp::Role::Fault));
    EXPECT_EQ(roles_told(desk), 2u);
    EXPECT_EQ(desk.told("group-entered-state"), 1u);
}

TEST(GroupAtStart, WaitsForTheFirstResultOfEachMember) {
    Desk desk{with_a_process_of_the_second()};
    desk.start();
    EXPECT_EQ(roles(desk), std::vector(3, vrrp::Role::Idle));
    desk.run_for(seconds{2});
    EXPECT_EQ(roles_told(desk), 0u);
    desk.hear(ProcessesCounted{"p", 1});
    EXPECT_EQ(roles(desk), std::vector(3, vrrp::Role::Backup));
    EXPECT_EQ(desk.told("group-entered-state"), 1u);
    desk.run_for(seconds{4});
    EXPECT_EQ(roles(desk), std::vector(3, vrrp::Role::Master));
}

TEST(GroupAtStart, IsInFaultAtOnceIfTheFirstResultIsBad) {
    Desk desk{with_a_process_of_the_second()};
    desk.start();
    desk.hear(ProcessesCounted{"p", 0});
    EXPECT_EQ(roles(desk), std::vector(3, vrrp::Role::Fault));
    EXPECT_EQ(roles_told(desk), 3u);
}

TEST(GroupAtStart, IsInFaultWithoutWaitingIfOneIsAlready) {
    model::Config config = with_a_process_of_the_second();
    config.instances[2].tracked_links = {{"eth7", {}}};
    Desk desk{config};
    desk.start();
    EXPECT_EQ(roles(desk), std::vector(3, vrrp::Role::Fault));
    EXPECT_EQ(roles_told(desk), 3u);
}

// The fault that ends first was not all there is to know.
TEST(GroupAtStart, StaysInFaultWhileAFirstResultIsMissing) {
    model::Config config = with_a_process_of_the_second();
    config.instances[0].tracked_links = {{"eth1", {}}};
    Desk desk{config};
    desk.start();
    desk.hear(LinkSeen{eth1()});
    desk.run_for(seconds{4});
    EXPECT_EQ(roles(desk), std::vector(3, vrrp::Role::Fault));
    desk.hear(ProcessesCounted{"p", 0});
    EXPECT_EQ(roles_told(desk), 3u);
    desk.hear(ProcessesCounted{"p", 1});
    EXPECT_EQ(roles(desk), std::vector(3, vrrp::Role::Backup));
}

TEST(TrackProcess, WithoutACountKeepsInFaultWhoseLinkComesBack) {
    model::Config config = with_a_process_of_the_second();
    config.sync_groups.clear();
    config.instances[1].tracked_links = {{"eth1", {}}};
    Desk desk{config};
    desk.start();
    desk.hear(LinkSeen{eth1()});
    EXPECT_EQ(roles(desk)[1], vrrp::Role::Fault);
    desk.hear(ProcessesCounted{"p", 1});
    EXPECT_EQ(roles(desk)[1], vrrp::Role::Backup);
}

model::Instance failing(int vrid) {
    model::Instance made = instance(vrid);
    made.tracked_links = {{"eth7", {}}};
    return made;
}

// Each member enters at most one role by a reload, that of the new configuration.
TEST(GroupAtReload, KnowsWhoFailsNowBeforeAnyMemberTakesARole) {
    Desk ended{grouped({failing(52), instance(53)})};
    ended.start();
    ended.orders.clear();
    ended.hear(loaded(grouped({instance(51), instance(52), instance(53)})));
    EXPECT_EQ(roles(ended), std::vector(3, vrrp::Role::Backup));
    EXPECT_EQ(roles_told(ended), 3u);

    Desk begun{grouped({instance(52), instance(53)})};
    begun.start();
    begun.orders.clear();
    begun.hear(loaded(grouped({instance(51), failing(52), instance(53)})));
    EXPECT_EQ(roles(begun), std::vector(3, vrrp::Role::Fault));
    EXPECT_EQ(roles_told(begun), 3u);

    Desk moved{grouped({failing(51), instance(53)})};
    moved.start();
    moved.orders.clear();
    moved.hear(loaded(grouped({instance(51), failing(53)})));
    EXPECT_EQ(roles(moved), std::vector(2, vrrp::Role::Fault));
    EXPECT_EQ(roles_told(moved), 0u);
}

// The masters of a group go on: only who has not begun waits.
TEST(GroupAtReload, KeepsItsMastersWhileANewMemberHasNoResult) {
    model::Config config = with_a_process_of_the_second();
    config.instances[1].tracked_processes.clear();
    config.instances.pop_back();
    config.sync_groups[0].members.pop_back();
    Desk desk{config};
    desk.become_master();
    ASSERT_EQ(roles(desk), std::vector(2, vrrp::Role::Master));
    model::Config more = with_a_process_of_the_second();
    std::swap(more.instances[1].tracked_processes, more.instances[2].tracked_processes);
    desk.hear(loaded(more));
    EXPECT_EQ(roles(desk), (std::vector{vrrp::Role::Master, vrrp::Role::Master, vrrp::Role::Idle}));
    desk.run_for(seconds{4});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
}

// Who waited is gone with the reload, so nobody waits for it.
TEST(GroupAtReload, BeginsWithoutAMemberThatWaited) {
    Desk desk{with_a_process_of_the_second()};
    desk.start();
    desk.hear(loaded(grouped({instance(51), instance(53)})));
    EXPECT_EQ(roles(desk), std::vector(2, vrrp::Role::Backup));
}

TEST(GroupAtReload, KeepsItsMasterWhileANewMemberWaits) {
    Desk desk = master_of_52();
    desk.hear(loaded(grouped({instance(52), instance(51)})));
    EXPECT_EQ(roles(desk), (std::vector{vrrp::Role::Master, vrrp::Role::Backup}));
    const Instant end = desk.now + seconds{4};
    while (desk.now < end) {
        desk.run_for(milliseconds{100});
        ASSERT_EQ(desk.role(), vrrp::Role::Master);
        ASSERT_TRUE(holds_its_address(desk));
    }
    EXPECT_EQ(roles(desk), std::vector(2, vrrp::Role::Master));
    // For whoever looks at the group it was master once, at the reload.
    EXPECT_EQ(desk.told("group-entered-state"), 1u);
}

TEST(GroupAtReload, KeepsItsMasterWhenAMemberBeginsAnew) {
    Desk desk{grouped({instance(52), instance(51)})};
    desk.become_master();
    model::Instance other = instance(51);
    other.vrid = net::Vrid{77};
    desk.hear(loaded(grouped({instance(52), other})));
    EXPECT_EQ(roles(desk), (std::vector{vrrp::Role::Master, vrrp::Role::Backup}));
    desk.run_for(seconds{4});
    EXPECT_EQ(roles(desk), std::vector(2, vrrp::Role::Master));
}

TEST(GroupAtReload, GoesBackWithANewMemberThatHearsABetterMaster) {
    Desk desk = master_of_52();
    desk.hear(loaded(grouped({instance(52), instance(51)})));
    desk.hear_advert(net::Priority{200});
    EXPECT_EQ(roles(desk), std::vector(2, vrrp::Role::Backup));
}

TEST(GroupAtReload, StaysWithANewMemberThatHearsAWeakerMaster) {
    Desk desk = master_of_52();
    desk.hear(loaded(grouped({instance(52), instance(51)})));
    desk.hear_advert(net::Priority{50});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    desk.run_for(seconds{4});
    EXPECT_EQ(roles(desk), std::vector(2, vrrp::Role::Master));
}

// Whoever was backup before has yielded to somebody.
TEST(GroupAtReload, OfAMasterAndAFollowerGoesBack) {
    Desk desk{config_of({instance(52), instance(51)})};
    desk.start();
    for (int i = 0; i < 5; ++i) {
        desk.hear_advert(net::Priority{200});
        desk.run_for(milliseconds{900});
    }
    ASSERT_EQ(roles(desk), (std::vector{vrrp::Role::Master, vrrp::Role::Backup}));
    desk.hear(loaded(grouped({instance(52), instance(51)})));
    EXPECT_EQ(roles(desk), std::vector(2, vrrp::Role::Backup));
}

// A member is in FAULT for its own reasons and for those of each other one.
TEST(GroupInFault, TellsEveryMemberWhoIsToBlame) {
    std::vector<model::Instance> members{instance(51), instance(52), instance(53)};
    members[1].tracked_links = {{"eth7", {}}};
    members[2].tracked_links = {{"eth8", {}}};
    Desk desk{grouped(members)};
    desk.start();
    const std::vector<InstanceReport> reports = desk.agent.report();
    const std::string of_two = "VI_52 of the same sync group is in FAULT";
    const std::string of_three = "VI_53 of the same sync group is in FAULT";
    EXPECT_EQ(reports[0].faults, (std::vector{of_two, of_three}));
    ASSERT_EQ(reports[1].faults.size(), 2u);
    EXPECT_EQ(reports[1].faults.back(), of_three);
    ASSERT_EQ(reports[2].faults.size(), 2u);
    EXPECT_EQ(reports[2].faults.back(), of_two);
    members[2].tracked_links.clear();
    desk.hear(loaded(grouped(members)));
    EXPECT_EQ(desk.agent.report().front().faults, std::vector{of_two});
    members[1].tracked_links.clear();
    desk.hear(loaded(grouped(members)));
    EXPECT_EQ(roles(desk), std::vector(3, vrrp::Role::Backup));
}

// The weaker master may have misled the neighbours about every member.
TEST(GroupOfMasters, AnnouncesAllItsAddressesToOneWeakerMaster) {
    model::Instance other = instance(52);
    other.addresses = {virtual_address("192.0.2.101/24")};
    other.announcing.lower_priority_repeat = 2;
    Desk desk{grouped({instance(51), other})};
    desk.become_master();
    desk.run_for(seconds{10});
    desk.answer_changes();
    desk.orders.clear();
    desk.hear_advert(net::Priority{50});
    desk.run_for(milliseconds{1});
    EXPECT_EQ(desk.announced(), 5U + 2U);
}

}  // namespace
}  // namespace understudy::agent::test
