#include "understudy/agent/report.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "desk.hpp"

namespace understudy::agent {

void PrintTo(const AddressReport& address, std::ostream* out) {
    *out << address.prefix.to_string() << " dev " << address.interface << (address.wanted ? " wanted" : "")
         << (address.present ? " present" : "");
}

namespace {

using namespace test;

net::Prefix prefix(const char* text) { return net::Prefix::parse(text).value(); }

model::Config with_script() {
    model::Config config = config_of({instance()});
    model::Script script;
    script.name = "web";
    script.command = command("/bin/check");
    config.scripts = {script};
    config.instances[0].tracked_scripts = {{0, {-20, false}}};
    config.instances[0].tracked_links = {{"eth0", {}}, {"eth9", {-5, false}}};
    return config;
}

InstanceReport only_report(const Desk& desk) { return desk.agent.report().front(); }

TEST(Report, OfABackupNamesTheMasterItHears) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.run_for(seconds{1});
    desk.hear_advert(net::Priority{200});
    const InstanceReport report = only_report(desk);
    EXPECT_EQ(report.role, vrrp::Role::Backup);
    EXPECT_EQ(report.since, kBoot);
    EXPECT_EQ(report.master, kPeer);
    EXPECT_EQ(report.master_priority, net::Priority{200});
    EXPECT_EQ(report.source, kOurs);
    EXPECT_EQ(report.addresses,
              (std::vector<AddressReport>{{prefix("192.0.2.100/24"), "eth0", true, false, false}}));
}

TEST(Report, CountsTheTimeInARoleFromItsBeginning) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.run_for(seconds{10});
    const InstanceReport report = only_report(desk);
    ASSERT_EQ(report.role, vrrp::Role::Master);
    EXPECT_EQ(report.since, kBoot + seconds{3} + microseconds{609'375});
}

TEST(Report, TellsWantedAddressesFromPresentOnes) {
    model::Instance with_more = instance();
    with_more.excluded_addresses = {virtual_address("198.51.100.7/32")};
    Desk desk{config_of({with_more})};
    desk.start();
    desk.run_for(seconds{4});
    using Addresses = std::vector<AddressReport>;
    EXPECT_EQ(only_report(desk).addresses,
              (Addresses{{prefix("192.0.2.100/24"), "eth0", true, true, false},
                         {prefix("198.51.100.7/32"), "eth0", false, true, false}}));
    desk.answer_changes();
    EXPECT_EQ(only_report(desk).addresses,
              (Addresses{{prefix("192.0.2.100/24"), "eth0", true, true, true},
                         {prefix("198.51.100.7/32"), "eth0", false, true, true}}));
}

TEST(Report, TellsWhatIsTrackedAndHowItLastWas) {
    Desk desk{with_script()};
    desk.start();
    using Trackers = std::vector<TrackerReport>;
    TrackerReport up{"interface", "eth0", {}, false, track::Health::Good, std::nullopt};
    up.otherwise.fault = true;  // it runs on it
    TrackerReport missing{"interface", "eth9", {-5, false}, false, track::Health::Bad, std::nullopt};
    missing.effect.priority_change = -5;
    TrackerReport script{"script", "web", {-20, false}, false, track::Health::Unknown, std::nullopt};
    script.otherwise.priority_change = -20;
    EXPECT_EQ(only_report(desk).trackers, (Trackers{up, missing, script}));
    desk.hear(ProgramEnded{desk.all<RunProgram>().front().run, false, 3});
    script.health = track::Health::Bad;
    script.last_status = 3;
    script.last_at = desk.now;
    std::swap(script.effect, script.otherwise);
    const InstanceReport report = only_report(desk);
    EXPECT_EQ(report.trackers, (Trackers{up, missing, script}));
    EXPECT_EQ(report.base_priority, net::Priority{100});
    EXPECT_EQ(report.priority, net::Priority{75});
}

TEST(Report, NamesTheGroupAndWhatThatTracks) {
    model::Config config = with_script();
    model::SyncGroup group;
    group.name = "both";
    group.members = {0};
    group.tracked_scripts = config.instances[0].tracked_scripts;
    config.sync_groups = {group};
    config.instances[0].tracked_scripts.clear();
    config.instances[0].tracked_links.clear();
    Desk desk{config};
    desk.start();
    const InstanceReport report = only_report(desk);
    EXPECT_EQ(report.sync_group, "both");
    ASSERT_EQ(report.trackers.size(), 1u);
    EXPECT_TRUE(report.trackers.front().by_group);
}

TEST(Report, SaysWhyAnInstanceIsInFault) {
    model::Instance elsewhere = instance();
    elsewhere.interface = "eth9";
    Desk desk{config_of({elsewhere})};
    desk.start();
    const InstanceReport report = only_report(desk);
    EXPECT_EQ(report.role, vrrp::Role::Fault);
    EXPECT_EQ(report.faults, std::vector<std::string>{"interface eth9 does not exist"});
    EXPECT_EQ(report.source, std::nullopt);
}

TEST(Report, HasNothingOfOrdersThatWereNotGiven) {
    const Desk desk{config_of({instance()})};
    const nlohmann::json object = to_json(desk.agent.report().front(), {desk.now, {}});
    EXPECT_EQ(object.at("ordered_priority"), nullptr);
    EXPECT_EQ(object.at("drain"), nullptr);
    EXPECT_EQ(object.at("held_back"), false);
}

TEST(Report, TellsWhoseAdvertsWereHeard) {
    model::Instance unicast = instance();
    unicast.unicast_peers = {{kOurs, {}, {}}, {kPeer, {}, {}}, {net::Address::v4(192, 0, 2, 3), {}, {}}};
    Desk desk{config_of({unicast})};
    desk.start();
    desk.run_for(seconds{1});
    desk.hear_unicast(net::Priority{90}, wire::ChecksumForm::PseudoHeader);
    const std::vector<PeerReport> peers = only_report(desk).peers;
    ASSERT_EQ(peers.size(), 2u);
    EXPECT_EQ(peers[0].address, kPeer);
    EXPECT_TRUE(peers[0].configured);
    EXPECT_EQ(peers[0].heard, desk.now);
    EXPECT_EQ(peers[0].priority, net::Priority{90});
    EXPECT_EQ(peers[0].version, net::VrrpVersion::V3);
    EXPECT_FALSE(peers[0].refused);
    EXPECT_EQ(peers[1].heard, std::nullopt);
    const Moment moment{desk.now + seconds{2}, {}};
    const nlohmann::json told = to_json(only_report(desk), moment).at("peers");
    EXPECT_EQ(told.at(0).at("seconds_since_heard"), 2.0);
    EXPECT_EQ(told.at(0).at("mismatch"), nullptr);
    EXPECT_EQ(told.at(1),
              nlohmann::json({{"address", "192.0.2.3"}, {"configured", true}, {"last_heard", nullptr}}));
}

TEST(Report, SaysWhatDiffersInAPeersAdverts) {
    model::Instance more = instance();
    more.addresses.push_back(virtual_address("192.0.2.101/24"));
    Desk desk{config_of({more})};
    desk.start();
    desk.run_for(seconds{1});
    desk.hear_advert(net::Priority{200});
    EXPECT_TRUE(only_report(desk).peers.at(0).mismatch.starts_with("other virtual addresses"));
    EXPECT_EQ(only_report(desk).master_since, desk.now);
}

TEST(Report, IsFoundByName) {
    const Desk desk{config_of({instance(51), instance(52)})};
    EXPECT_EQ(desk.agent.instances(), (std::vector<std::string>{"VI_51", "VI_52"}));
    EXPECT_EQ(desk.agent.report("VI_52")->vrid, net::Vrid{52});
    EXPECT_EQ(desk.agent.report("VI_53").has_value(), false);
}

TEST(Report, HasJsonThatProgramsMayRelyOn) {
    Desk desk{with_script()};
    desk.become_master();
    desk.run_for(milliseconds{500});
    // 2026-11-22T01:02:03.250Z
    const Moment moment{desk.now, std::chrono::sys_time<milliseconds>{milliseconds{1'795'309'323'250}}};
    InstanceReport report = only_report(desk);
    report.since = moment.now - milliseconds{1500};
    report.stats = {};
    report.ordered_priority = net::Priority{80};
    report.drain = {moment.now - seconds{1}, moment.now + seconds{599}, DrainStage::Waiting};
    EXPECT_EQ(to_json(report, moment), nlohmann::json::parse(R"({
        "name": "VI_51", "state": "MASTER", "since": "2026-11-22T01:02:01.750Z", "seconds_in_state": 1.5,
        "reason": "no master was heard for 3.629 s", "peers": [], "master_since": null,
        "interface": "eth0", "virtual_router_id": 51, "family": "IPv4", "version": 3,
        "routes": {"configured": 0, "present": 0}, "rules": {"configured": 0, "present": 0},
        "base_priority": 100, "priority": 95, "ordered_priority": 80,
        "drain": {"stage": "waiting", "since": "2026-11-22T01:02:02.250Z",
                  "until": "2026-11-22T01:12:02.250Z", "failover": false},
        "held_back": false,
        "source": "192.0.2.1", "master": null, "master_priority": null,
        "sync_group": null,
        "addresses": [{"address": "192.0.2.100/24", "interface": "eth0", "advertised": true, "wanted": true,
                       "present": true}],
        "trackers": [{"kind": "interface", "name": "eth0", "weight": 0, "reverse": false, "by_group": false,
                      "health": "good", "priority_change": 0, "fault": false},
                     {"kind": "interface", "name": "eth9", "weight": -5, "reverse": false, "by_group": false,
                      "health": "bad", "priority_change": -5, "fault": false},
                     {"kind": "script", "name": "web", "weight": -20, "reverse": false, "by_group": false,
                      "health": "unknown", "priority_change": 0, "fault": false}],
        "faults": [],
        "counters": {"adverts_received": 0, "adverts_sent": 0, "became_master": 0, "released_master": 0,
                     "priority_zero_received": 0, "priority_zero_sent": 0,
                     "addresses_claimed": 0, "address_list_errors": 0, "interval_differences": 0,
                     "other_checksum_form": 0, "refused": {}}})"));
}

TEST(Report, SaysHowLongTheKernelHasTheAddresses) {
    model::Instance leased = instance();
    leased.address_lease = seconds{6};
    Desk desk{config_of({leased})};
    desk.start();
    const auto told = [&] { return to_json(only_report(desk), {desk.now, {}}); };
    EXPECT_EQ(told().at("address_lease"), 6);
    EXPECT_EQ(told().at("addresses").at(0).at("lease_left"), nullptr);
    desk.run_for(seconds{4});
    desk.answer_changes();
    desk.run_for(seconds{1});
    const double left = told().at("addresses").at(0).at("lease_left").get<double>();
    EXPECT_GE(left, 4.0);
    EXPECT_LE(left, 6.0);
    const Desk lasting{config_of({instance()})};
    const nlohmann::json object = to_json(only_report(lasting), {lasting.now, {}});
    EXPECT_FALSE(object.contains("address_lease"));
    EXPECT_FALSE(object.at("addresses").at(0).contains("lease_left"));
}

TEST(Report, CountsRefusedPacketsByReason) {
    const Desk desk{config_of({instance()})};
    InstanceReport report = desk.agent.report().front();
    report.stats.count(vrrp::Refusal::UnknownPeer);
    report.stats.count(vrrp::Refusal::UnknownPeer);
    report.stats.count(wire::PacketFault::BadChecksum);
    EXPECT_EQ(to_json(report, {desk.now, {}})["counters"]["refused"],
              nlohmann::json({{"unknown-peer", 2}, {"bad-checksum", 1}}));
}

}  // namespace
}  // namespace understudy::agent
