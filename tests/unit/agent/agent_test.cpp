#include "understudy/agent/agent.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "desk.hpp"

namespace understudy::agent {
namespace {

using namespace test;

TEST(Agent, OrdersTheAdvertBeforeTheAddresses) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.orders.clear();
    desk.run_for(seconds{4});
    const auto advert = std::ranges::find_if(
        desk.orders, [](const Action& action) { return std::holds_alternative<SendPacket>(action); });
    const auto change = std::ranges::find_if(
        desk.orders, [](const Action& action) { return std::holds_alternative<ChangeKernel>(action); });
    ASSERT_NE(change, desk.orders.end());
    EXPECT_LT(advert, change);
}

TEST(Agent, AnnouncesNothingBeforeItIsInPlace) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.run_for(seconds{4});
    EXPECT_EQ(desk.announced(), 0u);
    desk.answer_changes();
    desk.run_for(milliseconds{1});
    EXPECT_EQ(desk.announced(), 5u);
}

TEST(Agent, RunsTheMasterHookWhenTheAddressesAreInPlace) {
    model::Instance asked = instance();
    asked.notify.master = command("on_master");
    Desk desk{config_of({asked})};
    desk.start();
    desk.run_for(seconds{4});
    EXPECT_TRUE(desk.programs().empty());
    desk.answer_changes();
    EXPECT_EQ(desk.programs(), std::vector<std::string>{"on_master"});
}

TEST(Agent, GivesItsProgramsTheGroupsOfTheirUsersIfAskedTo) {
    for (const bool asked_for : {false, true}) {
        model::Instance asked = instance();
        asked.notify.backup = command("on_backup");
        model::Config config = config_of({asked});
        config.globals.supplementary_groups = asked_for;
        Desk desk{std::move(config)};
        desk.start();
        ASSERT_EQ(desk.all<RunProgram>().size(), 1u);
        EXPECT_EQ(desk.all<RunProgram>().front().supplementary_groups, asked_for);
    }
}

TEST(Agent, HasOneBatchInFlightAtATime) {
    model::Instance asked = instance();
    for (int i = 1; i <= 200; ++i)
        asked.excluded_addresses.push_back(
            virtual_address(("198.51.100." + std::to_string(i) + "/32").c_str()));
    Desk desk{config_of({asked})};
    desk.start();
    desk.run_for(seconds{4});
    EXPECT_EQ(desk.all<ChangeKernel>().size(), 1u);
    desk.answer_changes();
    EXPECT_EQ(desk.all<ChangeKernel>().size(), 2u);
}

TEST(Agent, IsInFaultWhileItCannotHear) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.hear(ListenAnswered{kEth0, net::Family::Ipv4, 1});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    desk.orders.clear();
    desk.run_for(seconds{1});
    EXPECT_EQ(desk.all<Listen>().size(), 1u);  // tries again
    desk.hear(ListenAnswered{kEth0, net::Family::Ipv4, 0});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

// vrrp_delay_after_boot
TEST(Agent, WaitsForItsDelayAfterTheBootOfTheSystem) {
    model::Config config = config_of({instance()});
    config.globals.delay_after_boot = kBoot - Instant{} + seconds{10};
    Desk desk{std::move(config)};
    desk.start();
    desk.run_for(seconds{13});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    desk.run_for(seconds{1});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
}

TEST(Agent, TellsOfAWeakerMasterOnceAMinute) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    for (int second = 0; second < 59; ++second) {
        desk.hear_advert(net::Priority{50});
        desk.run_for(seconds{1});
    }
    EXPECT_EQ(desk.told("weaker-master-heard"), 1u);
    desk.run_for(seconds{1});
    desk.hear_advert(net::Priority{50});
    EXPECT_EQ(desk.told("weaker-master-heard"), 2u);
}

TEST(Agent, CountsAndTellsABrokenPacketOnceAndChangesNothing) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    desk.orders.clear();
    std::vector<std::byte> packet(32, std::byte{0});
    packet[0] = std::byte{0x45};
    packet[3] = std::byte{32};
    packet[9] = std::byte{112};
    packet[20] = std::byte{0x31};
    packet[21] = std::byte{51};
    packet[23] = std::byte{1};
    for (int i = 0; i < 3; ++i) desk.hear(heard(packet));
    EXPECT_EQ(desk.told("packet-faulty"), 1u);
    EXPECT_EQ(desk.orders.size(), 1u);  // the one line, nothing else
    const vrrp::Stats stats = desk.agent.report().front().stats;
    EXPECT_EQ(stats.faulty[static_cast<std::size_t>(wire::PacketFault::BadChecksum)], 3u);
}

TEST(Agent, AnnouncesItselfToUnicastPeersAfterAFault) {
    model::Instance asked = instance();
    asked.unicast_peers = {{kPeer, {}, {}}};
    Desk desk{config_of({asked})};
    desk.start();
    desk.hear(ListenAnswered{kEth0, net::Family::Ipv4, 1});
    EXPECT_EQ(desk.announced(), 0u);
    desk.hear(ListenAnswered{kEth0, net::Family::Ipv4, 0});
    ASSERT_EQ(desk.announced(), 1u);
    EXPECT_EQ(desk.all<SendAnnouncements>().front().announcements.front().address, kOurs);
}

TEST(Agent, GivesEachUnicastPeerTheChecksumItSendsItself) {
    using wire::ChecksumForm;
    const net::Address third = net::Address::v4(192, 0, 2, 3);
    model::Instance asked = instance();
    asked.unicast_peers = {{kPeer, {}, {}}, {third, {}, {}}};
    Desk desk{config_of({asked})};
    desk.become_master();
    desk.hear_unicast(net::Priority{50}, ChecksumForm::OldUnicast);
    desk.orders.clear();
    desk.run_for(seconds{1});
    EXPECT_EQ(desk.checksums_to(kPeer), std::vector{ChecksumForm::OldUnicast});
    EXPECT_EQ(desk.checksums_to(third), std::vector{ChecksumForm::PseudoHeader});
    desk.hear_unicast(net::Priority{50}, ChecksumForm::PseudoHeader);
    EXPECT_EQ(desk.told("checksum-form-followed"), 1u);
    desk.orders.clear();
    desk.run_for(seconds{1});
    EXPECT_EQ(desk.checksums_to(kPeer), std::vector{ChecksumForm::PseudoHeader});
}

TEST(Agent, SendsOldUnicastChecksumsToAllWhenAskedTo) {
    model::Instance asked = instance();
    asked.unicast_peers = {{kPeer, {}, {}}};
    asked.old_unicast_checksum = model::OldUnicastChecksum::Always;
    Desk desk{config_of({asked})};
    desk.become_master();
    EXPECT_EQ(desk.checksums_to(kPeer).front(), wire::ChecksumForm::OldUnicast);
}

TEST(Agent, NeverFollowsOldUnicastChecksumsWhenToldSo) {
    model::Instance asked = instance();
    asked.unicast_peers = {{kPeer, {}, {}}};
    asked.old_unicast_checksum = model::OldUnicastChecksum::Never;
    Desk desk{config_of({asked})};
    desk.become_master();
    desk.hear_unicast(net::Priority{200}, wire::ChecksumForm::OldUnicast);
    EXPECT_EQ(desk.role(), vrrp::Role::Master);  // what is refused wins no election
    desk.orders.clear();
    desk.run_for(seconds{1});
    EXPECT_EQ(desk.checksums_to(kPeer), std::vector{wire::ChecksumForm::PseudoHeader});
}

TEST(Agent, IsInFaultWithoutUnicastPeersIfMulticastIsForbidden) {
    model::Instance asked = instance();
    asked.fault_without_peers = true;
    Desk desk{config_of({asked})};
    desk.start();
    desk.run_for(seconds{10});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    EXPECT_TRUE(desk.all<SendPacket>().empty());
}

TEST(Agent, StopsWithAResignationAndEndsWhenTheKernelHasLetGo) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    desk.orders.clear();
    desk.hear(StopAsked{});
    EXPECT_EQ(desk.all<SendPacket>().size(), 1u);
    EXPECT_TRUE(desk.all<Finished>().empty());
    desk.answer_changes();
    EXPECT_EQ(desk.all<Finished>().size(), 1u);
}

TEST(Agent, CanStopWithoutAWordAndWithTheAddressesInPlace) {
    model::Instance asked = instance();
    asked.notify.stop = command("on_stop");
    Desk desk{config_of({asked})};
    desk.become_master();
    desk.orders.clear();
    desk.hear(StopAsked{.keep_addresses = true});
    EXPECT_TRUE(desk.all<SendPacket>().empty());
    EXPECT_TRUE(desk.all<ChangeKernel>().empty());
    EXPECT_EQ(desk.programs(), std::vector<std::string>{"on_stop"});
    desk.hear(ProgramEnded{desk.all<RunProgram>().front().run, true, 0});
    EXPECT_EQ(desk.all<Finished>().size(), 1u);
}

TEST(Agent, EndsAStopHookThatDoesNotEndByItself) {
    model::Instance asked = instance();
    asked.notify.stop = command("on_stop");
    Desk desk{config_of({asked})};
    desk.start();
    desk.hear(StopAsked{});
    desk.run_for(milliseconds{999});
    EXPECT_TRUE(desk.all<Finished>().empty());
    desk.run_for(milliseconds{1});
    EXPECT_EQ(desk.all<EndProgram>().size(), 1u);
    EXPECT_EQ(desk.all<Finished>().size(), 1u);
}

TEST(Agent, KeepsAnUnchangedInstanceExactlyAsItIsOnReload) {
    const model::Config config = config_of({instance()});
    Desk desk{config};
    desk.become_master();
    desk.orders.clear();
    desk.hear(ConfigLoaded{shared(config)});
    EXPECT_TRUE(desk.all<SendPacket>().empty());
    EXPECT_TRUE(desk.all<ChangeKernel>().empty());
    EXPECT_EQ(desk.announced(), 0u);
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
}

TEST(Agent, TakesTheAddressesOfARemovedInstanceAwayAndReportsIt) {
    model::Instance other = instance(52);
    other.addresses = {virtual_address("192.0.2.101/24")};
    model::Instance gone = instance(51);
    gone.notify.report_deleted = true;
    gone.notify.deleted = command("on_deleted");
    Desk desk{config_of({gone, other})};
    desk.become_master();
    desk.orders.clear();
    desk.hear(ConfigLoaded{shared(config_of({other}))});
    ASSERT_EQ(desk.all<ChangeKernel>().size(), 1u);
    const std::vector<KernelChange> changes = desk.all<ChangeKernel>().front().changes;
    ASSERT_EQ(changes.size(), 1u);
    const auto& change = std::get<desired::Change>(changes.front());
    EXPECT_EQ(change.kind, desired::Change::Kind::Remove);
    EXPECT_EQ(change.object.prefix.to_string(), "192.0.2.100/24");
    EXPECT_TRUE(desk.programs().empty());
    desk.answer_changes();
    EXPECT_EQ(desk.programs(), std::vector<std::string>{"on_deleted"});
    EXPECT_EQ(desk.agent.report().size(), 1u);
}

TEST(Agent, MovesASyncGroupAsOne) {
    model::Instance slow = instance(52);
    slow.addresses = {virtual_address("192.0.2.101/24")};
    slow.priority = net::Priority{50};
    model::Config config = config_of({instance(51), slow});
    config.sync_groups.push_back({});
    config.sync_groups.front().name = "both";
    config.sync_groups.front().members = {0, 1};
    Desk desk{config};
    desk.start();
    const auto roles = [&] {
        std::vector<vrrp::Role> found;
        for (const InstanceReport& report : desk.agent.report()) found.push_back(report.role);
        return found;
    };
    desk.run_for(milliseconds{3700});  // the first member's time has come, not the second's
    EXPECT_EQ(roles(), (std::vector{vrrp::Role::Backup, vrrp::Role::Backup}));
    desk.run_for(seconds{1});
    EXPECT_EQ(roles(), (std::vector{vrrp::Role::Master, vrrp::Role::Master}));
    desk.hear_advert(net::Priority{200});
    EXPECT_EQ(roles(), (std::vector{vrrp::Role::Backup, vrrp::Role::Backup}));
}

// How often the kernel is asked for a new picture by a reload of a master.
std::size_t pictures_asked_for(const model::Instance& before, const model::Instance& after) {
    Desk desk{config_of({before})};
    desk.become_master();
    desk.orders.clear();
    desk.hear(ConfigLoaded{shared(config_of({after}))});
    return desk.all<ReadKernel>().size();
}

TEST(Reload, AsksTheKernelOnlyWhenOtherObjectsAreManaged) {
    model::Instance stronger = instance();
    stronger.priority = net::Priority{200};
    EXPECT_EQ(pictures_asked_for(instance(), instance()), 0u);
    EXPECT_EQ(pictures_asked_for(instance(), stronger), 0u);
    model::Instance more = stronger;
    more.addresses.push_back(virtual_address("192.0.2.101/24"));
    EXPECT_EQ(pictures_asked_for(instance(), more), 1u);
    EXPECT_EQ(pictures_asked_for(more, instance()), 1u);
    model::Instance labelled = instance();
    labelled.addresses.front().label = "eth0:1";
    EXPECT_EQ(pictures_asked_for(instance(), labelled), 1u);
    EXPECT_EQ(pictures_asked_for(instance(), instance(52)), 1u) << "another router";
}

}  // namespace
}  // namespace understudy::agent
