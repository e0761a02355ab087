#include <cerrno>
#include <chrono>

#include "desk.hpp"

namespace understudy::agent::test {
namespace {

using namespace std::chrono_literals;

const std::string kPath = "/run/weight";

model::Config with_file(model::Weight weight, int priority = 100) {
    model::Config config = config_of({instance()});
    config.track_files.push_back({"f", kPath, {1, false}, model::FileInit{0, false}});
    config.instances[0].priority = net::Priority::from(priority).value();
    config.instances[0].tracked_files.push_back({0, weight});
    return config;
}

model::Config with_process(model::Weight weight) {
    model::Config config = config_of({instance()});
    model::TrackProcess process;
    process.name = "p";
    process.command = {"nginx"};
    process.terminate_delay = 2s;
    config.track_processes.push_back(process);
    config.instances[0].tracked_processes.push_back({0, weight});
    return config;
}

model::Config with_delay(microseconds down, microseconds up) {
    model::Config config = config_of({instance()});
    config.link_delays.push_back({"eth0", down, up});
    return config;
}

net::Link eth0(bool running) {
    net::Link link{.index = kEth0, .name = "eth0", .mac = net::Mac::of(2, 0, 0, 0, 0, 1)};
    link.admin_up = true;
    link.running = running;
    return link;
}

net::Priority priority(const Desk& desk) { return desk.agent.report().front().priority; }

TEST(TrackFile, IsMadeAndReadBeforeItsInstanceStarts) {
    Desk desk{with_file({2, false})};
    desk.start();
    EXPECT_EQ(desk.all<WatchFiles>().back().files,
              (std::vector<WatchedFile>{{kPath, model::FileInit{0, false}}}));
    EXPECT_EQ(desk.role(), vrrp::Role::Idle);
    desk.hear(FileRead{kPath, "7\n", 0});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(priority(desk), net::Priority{114});
}

TEST(TrackFile, MovesThePriorityAndFaults) {
    Desk desk{with_file({2, false})};
    desk.start();
    desk.hear(FileRead{kPath, "-10", 0});
    EXPECT_EQ(priority(desk), net::Priority{80});
    desk.hear(FileRead{kPath, "-127", 0});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    EXPECT_EQ(priority(desk), net::Priority{100}) << "what means FAULT is not added";
    desk.hear(FileRead{kPath, "", ENOENT});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(priority(desk), net::Priority{100});
}

TEST(TrackFile, WithWeightZeroFaultsWhateverIsNotZero) {
    Desk desk{with_file({0, false})};
    desk.start();
    desk.hear(FileRead{kPath, "1", 0});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    desk.hear(FileRead{kPath, "0", 0});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(TrackFile, ThatCannotBeReadOrUnderstoodIsComplainedOfOnce) {
    Desk desk{with_file({2, false})};
    desk.start();
    desk.hear(FileRead{kPath, "5", 0});
    desk.hear(FileRead{kPath, "99999999999", 0});
    desk.hear(FileRead{kPath, "99999999998", 0});
    EXPECT_EQ(priority(desk), net::Priority{110}) << "what was read before stays in force";
    EXPECT_EQ(desk.told("file-unclear"), 1u);
    desk.hear(FileRead{kPath, "", EACCES});
    EXPECT_EQ(priority(desk), net::Priority{110});
    EXPECT_EQ(desk.told("file-unclear"), 2u);
    desk.hear(FileRead{kPath, "many", 0});
    EXPECT_EQ(priority(desk), net::Priority{100});
    EXPECT_EQ(desk.told("file-unclear"), 3u);
}

TEST(TrackFile, OfAGroupCountsForItsMembers) {
    model::Config config = with_file({2, false});
    config.instances[0].tracked_files.clear();
    model::SyncGroup& group = config.sync_groups.emplace_back();
    group.name = "G";
    group.members = {0};
    group.tracked_files.push_back({0, {5, true}});
    Desk desk{config};
    desk.start();
    desk.hear(FileRead{kPath, "3", 0});
    EXPECT_EQ(priority(desk), net::Priority{85});
    const TrackerReport report = desk.agent.report().front().trackers.at(0);
    EXPECT_EQ(report.kind, "file");
    EXPECT_TRUE(report.by_group);
    EXPECT_EQ(report.last_result, "holds 3");
}

TEST(TrackFile, KeepsItsNumberOverAReloadAndIsNotMadeAgain) {
    Desk desk{with_file({2, false})};
    desk.start();
    desk.hear(FileRead{kPath, "7", 0});
    desk.hear(ConfigLoaded{std::make_shared<const model::Config>(with_file({3, false}))});
    EXPECT_EQ(priority(desk), net::Priority{121});
    EXPECT_EQ(desk.all<WatchFiles>().back().files, (std::vector<WatchedFile>{{kPath, std::nullopt}}));
}

TEST(TrackProcess, HoldsTheStartBackUntilItIsCounted) {
    Desk desk{with_process({-20, false})};
    desk.start();
    EXPECT_EQ(desk.all<WatchProcesses>().back().processes.size(), 1u);
    EXPECT_EQ(desk.role(), vrrp::Role::Idle);
    desk.hear(ProcessesCounted{"p", 0});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(priority(desk), net::Priority{80});
}

TEST(TrackProcess, IsLostAfterItsTerminateDelay) {
    Desk desk{with_process({0, false})};
    desk.start();
    desk.hear(ProcessesCounted{"p", 1});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    desk.hear(ProcessesCounted{"p", 0});
    desk.run_for(2s - 1us);
    EXPECT_NE(desk.role(), vrrp::Role::Fault);
    desk.run_for(1us);
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    desk.hear(ProcessesCounted{"p", 1});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(desk.told("process-changed"), 3u);
}

TEST(InterfaceUpDownDelays, MakeAChangeOfTheLinkLastBeforeItCounts) {
    Desk desk{with_delay(1s, 3s)};
    desk.start();
    desk.hear(LinkSeen{eth0(false)});
    desk.run_for(1s - 1us);
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    desk.run_for(1us);
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    desk.hear(LinkSeen{eth0(true)});
    desk.run_for(3s - 1us);
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    desk.run_for(1us);
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(InterfaceUpDownDelays, IgnoreALinkThatBounces) {
    Desk desk{with_delay(1s, 3s)};
    desk.start();
    desk.hear(LinkSeen{eth0(false)});
    desk.run_for(900ms);
    desk.hear(LinkSeen{eth0(true)});
    desk.run_for(2s);
    EXPECT_EQ(desk.told("faults-changed"), 0u);
}

// Three adverts of one second: the others would take over after 3 s and a bit.
TEST(InterfaceUpDownDelays, AreShorterThanTheOthersWait) {
    Desk desk{with_delay(10s, 3s)};
    desk.start();
    EXPECT_EQ(desk.told("delay-shortened"), 1u);
    desk.hear(LinkSeen{eth0(false)});
    desk.run_for(2s);
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
}

TEST(LinkbeatUsePolling, AsksTheInterfaceEverySecondAndBelievesIt) {
    model::Config config = config_of({instance()});
    config.instances[0].poll_link = true;
    Desk desk{config};
    desk.start();
    desk.run_for(3s);
    EXPECT_EQ(desk.all<PollLinks>().size(), 4u);
    EXPECT_EQ(desk.all<PollLinks>().back().links,
              (std::vector<LinkToPoll>{{kEth0, "eth0", model::LinkProbe::Any}}));
    desk.hear(LinksPolled{{{kEth0, false}}});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    desk.hear(LinksPolled{{{kEth0, true}}});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(LinkbeatInterfaces, KeepTheirLastAnswerOverAReload) {
    model::Config config = config_of({instance()});
    config.polled_links.push_back({"eth0", model::LinkProbe::Mii});
    Desk desk{config};
    desk.start();
    desk.hear(LinksPolled{{{kEth0, false}}});
    ASSERT_EQ(desk.role(), vrrp::Role::Fault);
    desk.orders.clear();
    desk.hear(ConfigLoaded{std::make_shared<const model::Config>(config)});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    EXPECT_EQ(desk.told("faults-cleared"), 0u);
}

TEST(LinkbeatInterfaces, AreAskedInTheirWay) {
    model::Config config = config_of({instance()});
    config.polled_links.push_back({"eth0", model::LinkProbe::Ethtool});
    Desk desk{config};
    desk.start();
    EXPECT_EQ(desk.all<PollLinks>().back().links.at(0).probe, model::LinkProbe::Ethtool);
}

TEST(TrackSrcIp, FaultsWhileTheSourceIsNotOnTheInterface) {
    model::Config config = config_of({instance()});
    config.instances[0].source = net::Address::v4(192, 0, 2, 9);
    Desk untracked{config};
    untracked.start();
    EXPECT_EQ(untracked.role(), vrrp::Role::Backup);
    config.instances[0].track_source = true;
    Desk desk{config};
    desk.start();
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    net::InterfaceAddress address;
    address.link = kEth0;
    address.prefix = {net::Address::v4(192, 0, 2, 9), 24};
    desk.hear(AddressSeen{address});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    desk.hear(AddressVanished{address});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
}

net::Link eth1_up() {
    net::Link link{.index = net::LinkIndex{3}, .name = "eth1", .mac = net::Mac::of(2, 0, 0, 0, 0, 2)};
    link.admin_up = link.running = true;
    return link;
}

// As one is that was copied from the other host; a source that is lost later costs no role.
TEST(UnicastSource, IsNeededToBeginWith) {
    model::Config config = config_of({instance()});
    config.instances[0].source = net::Address::v4(192, 0, 2, 9);
    config.instances[0].unicast_peers.emplace_back().address = kPeer;
    Desk desk{config};
    desk.start();
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    net::InterfaceAddress address;
    address.link = kEth1;
    address.prefix = {net::Address::v4(192, 0, 2, 9), 24};
    desk.hear(LinkSeen{eth1_up()});
    desk.hear(AddressSeen{address});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    desk.hear(AddressVanished{address});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    desk.run_for(4s);
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
}

TEST(DontTrackPrimary, LeavesTheRoleWhenTheLinkGoesDown) {
    model::Config config = config_of({instance()});
    config.instances[0].track_primary = false;
    Desk desk{config};
    desk.become_master();
    desk.hear(LinkSeen{eth0(false)});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
}

// The instance is in a track group with an address on eth1.
model::Config with_track_group() {
    model::Config config = config_of({instance()});
    config.track_groups.push_back({"TG", {0}});
    model::StaticAddress address;
    address.address = virtual_address("198.51.100.1/24");
    address.address.dev = "eth1";
    address.track_group = 0;
    config.static_addresses.push_back(address);
    return config;
}

TEST(TrackGroup, FaultsItsMembersWhileTheInterfaceOfAnAddressIsDown) {
    Desk desk{with_track_group()};
    desk.start();
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    desk.hear(LinkSeen{eth1_up()});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

// Its members cannot do without it, as keepalived counts.
TEST(TrackGroup, TakesAWeightFromItsInterface) {
    model::Config config = with_track_group();
    config.instances[0].tracked_links.push_back({"eth1", {20, false}});
    Desk desk{config};
    desk.start();
    desk.hear(LinkSeen{eth1_up()});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(priority(desk), config.instances[0].priority);
}

// Until sessions run, one that is tracked neither faults nor holds back.
TEST(TrackBfd, OfASessionThatIsNotRunChangesNothingAndSaysSo) {
    model::Config config = config_of({instance()});
    config.bfd_sessions.emplace_back().name = "B";
    config.instances[0].tracked_bfd_sessions.push_back({0, {0, false}});
    Desk desk{config};
    desk.start();
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(desk.agent.report().front().trackers.at(0).last_result, "not run");
}

}  // namespace
}  // namespace understudy::agent::test
