#include "understudy/agent/dump.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "desk.hpp"

namespace understudy::agent {
namespace {

using namespace test;

// 2026-11-22T01:02:03.25Z, half a second after what is told happened.
Moment moment_of(const Desk& desk) {
    return {desk.now, std::chrono::sys_time<milliseconds>{milliseconds{1'795'309'323'250}}};
}

InstanceDump only_dump(const Desk& desk) { return *desk.agent.dump("VI_51"); }

std::string json_of(const Desk& desk) { return json_dump(only_dump(desk), moment_of(desk)); }

nlohmann::json data_of(const Desk& desk) { return nlohmann::json::parse(json_of(desk))["data"]; }

std::string state_of(const Desk& desk) { return state_dump(only_dump(desk), moment_of(desk)); }

// Everything that a dump of an instance can show.
model::Config with_everything() {
    model::Instance one = instance();
    one.addresses = {virtual_address("192.0.2.100/24"), virtual_address("192.0.2.101/32")};
    one.addresses[0].label = "eth0:1";
    one.addresses[0].broadcast = net::Address::v4(192, 0, 2, 255);
    one.addresses[1].no_prefix_route = one.addresses[1].no_track = true;
    one.excluded_addresses = {virtual_address("2001:db8::5/64")};
    one.preempt_delay = milliseconds{2500};
    one.advert_interval = milliseconds{250};
    one.auth_type = model::AuthType::Pass;
    one.auth_pass = "secret42";
    one.tracked_links = {{"eth0", {}}, {"eth1", {-5, false}}};
    one.notify.any = model::Command{{"/bin/n.sh", "a b"}, "", ""};
    one.notify.backup = command("/bin/backup");
    one.notify.mail = true;
    model::Route route;
    route.route.destination = net::Prefix::parse("198.51.100.0/24").value();
    route.route.gateway = kPeer;
    route.route.link = "eth0";
    route.route.metric = 10;
    one.routes = {route};
    model::Rule rule;
    rule.rule.from = net::Prefix::parse("192.0.2.100/32").value();
    rule.rule.table = 100;
    rule.rule.priority = 500;
    rule.tracked = false;
    one.rules = {rule};
    model::Config config = config_of({one});
    model::Script script;
    script.name = "web";
    script.command = {{"/bin/check", "web"}, "", ""};
    script.weight = {4, false};
    config.scripts = {script};
    config.instances[0].tracked_scripts = {{0, {4, false}}};
    return config;
}

TEST(JsonDump, HasKeepalivedsKeysInItsOrder) {
    Desk desk{with_everything()};
    desk.start();
    desk.now += milliseconds{500};
    EXPECT_EQ(
        json_of(desk),
        R"({"data":{"iname":"VI_51","dont_track_primary":0,"skip_check_adv_addr":0,"strict_mode":0,)"
        R"("vmac_ifname":"","ifp_ifname":"eth0","master_priority":0,"last_transition":1795309322.750000,)"
        R"("garp_delay":5,"garp_refresh":0,"garp_rep":5,"garp_refresh_rep":1,"garp_lower_prio_delay":5,)"
        R"("garp_lower_prio_rep":5,"lower_prio_no_advert":0,"higher_prio_send_advert":0,"vrid":51,)"
        R"("base_priority":100,"effective_priority":95,"vipset":false,"promote_secondaries":false,)"
        R"("adver_int":0.25,"master_adver_int":0.25,"accept":1,"nopreempt":false,"preempt_delay":2,)"
        R"("state":1,"wantstate":1,"version":3,"smtp_alert":true,"notify_deleted":false,)"
        R"("script_backup":"'\/bin\/backup'","script":"'\/bin\/n.sh' 'a b'",)"
        R"("vips":["192.0.2.100\/24 brd 192.0.2.255 dev eth0 scope global label eth0:1",)"
        R"("192.0.2.101 dev eth0 scope global noprefixroute no_track"],)"
        R"("evips":["2001:db8::5\/64 dev eth0 scope global preferred_lft forever"],)"
        R"("vroutes":["prepend 198.51.100.0\/24 via inet 192.0.2.2 dev eth0 proto 18 metric 10"],)"
        R"("vrules":["from 192.0.2.100 priority 500 tos 0x0 lookup 100 no_track"],)"
        R"("track_ifp":["eth1"],"track_script":["'\/bin\/check' 'web'"],)"
        R"("auth_type":1,"auth_data":"********"},)"
        R"("stats":{"advert_rcvd":0,"advert_sent":0,"become_master":0,"release_master":0,)"
        R"("packet_len_err":0,"advert_interval_err":0,"ip_ttl_err":0,"invalid_type_rcvd":0,)"
        R"("addr_list_err":0,"invalid_authtype":0,"authtype_mismatch":0,"auth_failure":0,)"
        R"("pri_zero_rcvd":0,"pri_zero_sent":0}})");
}

TEST(JsonDump, TellsAMasterAndWhatTheKernelHolds) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.run_for(seconds{4});
    EXPECT_EQ(data_of(desk)["state"], 2);
    EXPECT_EQ(data_of(desk)["vipset"], false) << "the kernel has not answered";
    desk.answer_changes();
    const nlohmann::json data = data_of(desk);
    EXPECT_EQ(data["vipset"], true);
    EXPECT_EQ(data["vips"][0], "192.0.2.100/24 dev eth0 scope global set");
    EXPECT_EQ(data["master_priority"], 0) << "nobody was heard";
}

TEST(JsonDump, ShowsWhichAddressesTheFilterKeepsFromAnswering) {
    model::Instance refusing = instance();
    refusing.accept = false;
    Desk desk{config_of({refusing})};
    desk.start();
    EXPECT_EQ(data_of(desk)["vips"][0], "192.0.2.100/24 dev eth0 scope global");
    desk.run_for(seconds{4});
    desk.answer_filters();
    desk.answer_changes();
    EXPECT_EQ(data_of(desk)["vips"][0], "192.0.2.100/24 dev eth0 scope global set nftable_set");
}

TEST(JsonDump, RemembersThePriorityOfTheMasterThatWasHeardLast) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.run_for(seconds{1});
    desk.hear_advert(net::Priority{200});
    EXPECT_EQ(data_of(desk)["master_priority"], 200);
    EXPECT_EQ(data_of(desk)["state"], 1);
    desk.run_for(seconds{5});
    EXPECT_EQ(data_of(desk)["state"], 2);
    EXPECT_EQ(data_of(desk)["master_priority"], 200);
}

TEST(JsonDump, ShowsTheErrorsOfAuthHmacWhereItIsUsed) {
    InstanceDump dump;
    dump.report.stats.count(vrrp::Refusal::TrailerStale);
    const Moment moment{};
    EXPECT_FALSE(nlohmann::json::parse(json_dump(dump, moment))["stats"].contains("auth_ext_stale"));
    dump.report.hmac.emplace();
    EXPECT_EQ(nlohmann::json::parse(json_dump(dump, moment))["stats"]["auth_ext_stale"], 1);
}

TEST(JsonDump, IsValidWhateverTheNames) {
    InstanceDump dump;
    dump.settings.name = "a\"b\\c\n\x01\xff";
    EXPECT_FALSE(nlohmann::json::parse(json_dump(dump, {}), nullptr, false).is_discarded());
}

// json_version
TEST(JsonFile, IsAnArrayOrAnObject) {
    SharedDump shared;
    const std::vector<std::string> elements{"{}", "{}"};
    EXPECT_EQ(json_file(elements, shared, 1), "[{},{}]\n");
    EXPECT_EQ(json_file(elements, shared, 2), "{\"vrrp\":[{},{}]}\n");
    ProcessDump process;
    process.settings.name = "web";
    process.settings.command = {"nginx", "-c", "x"};
    process.settings.parameters = ParameterMatch::Exact;
    process.settings.weight = {3, true};
    process.settings.fork_delay = milliseconds{1500};
    process.settings.quorum_max = 4;
    process.count = 2;
    process.health = track::Health::Good;
    process.delay = track::ProcessTracker::Delay::Fork;
    shared.processes = {process};
    EXPECT_EQ(json_file(elements, shared, 1), "[{},{}]\n");
    EXPECT_EQ(nlohmann::json::parse(json_file(elements, shared, 2))["track_process"],
              nlohmann::json::parse(R"([{"process": "web", "parameters": "-c x", "param_match": "exact",
                "min_processes": 1, "max_processes": 4, "current_processes": 2, "have_quorum": true,
                "weight": -3, "terminate_delay": 0, "fork_delay": 1.5, "fork_delay_timer_running": true,
                "terminate_delay_timer_running": false, "full_command": false}])"));
}

TEST(StateDump, HasTheLinesThatScriptsLookFor) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    const std::string text = state_of(desk);
    EXPECT_TRUE(text.starts_with(" VRRP Instance = VI_51\n   VRRP Version = 3\n   State = MASTER\n")) << text;
    EXPECT_TRUE(text.contains("\n     192.0.2.100/24 dev eth0 scope global set\n")) << text;
    EXPECT_TRUE(text.contains("\n   Virtual Router ID = 51\n   Priority = 100\n")) << text;
}

TEST(StateDump, SaysWhyAnInstanceIsInFault) {
    model::Instance elsewhere = instance();
    elsewhere.interface = "eth9";
    Desk desk{config_of({elsewhere})};
    desk.start();
    EXPECT_TRUE(state_of(desk).contains("   Faults :\n     interface eth9 does not exist\n"))
        << state_of(desk);
}

TEST(StateDump, ShowsGroupsScriptsAndInterfaces) {
    model::Config config = with_everything();
    model::SyncGroup group;
    group.name = "both";
    group.members = {0};
    config.sync_groups = {group};
    Desk desk{config};
    desk.start();
    const std::string text = state_dump(desk.agent.shared_dump());
    EXPECT_TRUE(
        text.contains("------< VRRP Sync groups >------\n VRRP Sync Group = both, BACKUP\n"
                      "   VRRP member instances :\n     VI_51\n"))
        << text;
    EXPECT_TRUE(text.contains(" VRRP Script = web\n   Command = '/bin/check' 'web'\n")) << text;
    EXPECT_TRUE(text.contains("   Tracking instances :\n     VI_51, weight 4\n   State = running\n")) << text;
    EXPECT_TRUE(text.contains(" Name = eth0\n   index = 2\n   IPv4 address = 192.0.2.1\n")) << text;
}

TEST(StateDump, ShowsTheSettingsOfTheDaemon) {
    model::Globals globals;
    globals.router_id = "north";
    globals.mail.server = "192.0.2.9";
    globals.mail.recipients = {"ops@example.org"};
    const std::string text = state_dump(globals);
    EXPECT_TRUE(text.starts_with("------< Global definitions >------\n Router ID = north\n")) << text;
    EXPECT_TRUE(text.contains(" Email notification to:\n   ops@example.org\n")) << text;
    EXPECT_TRUE(text.contains(" umask = 0177\n")) << text;
}

TEST(Dump, HoldsNoSecret) {
    model::Config config = with_everything();
    config.instances[0].hmac.emplace().keys = {{1, *Secret::from("0123456789abcdef0123456789ABCDEF"), ""}};
    Desk desk{config};
    desk.start();
    const InstanceDump dump = only_dump(desk);
    EXPECT_EQ(dump.settings.auth_pass, "");
    EXPECT_TRUE(dump.settings.hmac->keys[0].secret.empty());
    for (const std::string& text : {json_of(desk), state_of(desk)}) {
        EXPECT_FALSE(text.contains("secret42")) << text;
        EXPECT_FALSE(text.contains("0123456789")) << text;
    }
}

TEST(StatisticsReset, IsOfOneInstanceOrOfAll) {
    Desk desk{config_of({instance(51), instance(52)})};
    desk.start();
    desk.run_for(seconds{4});
    const auto became = [&](const char* name) { return desk.agent.report(name)->stats.became_master; };
    desk.hear(StatisticsReset{"VI_51"});
    EXPECT_EQ(became("VI_51"), 0u);
    EXPECT_EQ(became("VI_52"), 1u);
    desk.hear(StatisticsReset{});
    EXPECT_EQ(became("VI_52"), 0u);
}

// The layout that monitoring scripts of keepalived read, line by line.
TEST(StatisticsDump, HasKeepalivedsLayout) {
    InstanceReport report;
    report.name = "VI_1";
    vrrp::Stats& stats = report.stats;
    stats.adverts_received = 7;
    stats.adverts_sent = 5;
    stats.became_master = 1;
    stats.priority_zero_sent = 2;
    stats.count(vrrp::Refusal::WrongTtl);
    stats.count(vrrp::Refusal::AuthFailed);
    stats.count(wire::PacketFault::Truncated);
    EXPECT_EQ(statistics_dump(report),
              "VRRP Instance: VI_1\n"
              "  Advertisements:\n"
              "    Received: 7\n"
              "    Sent: 5\n"
              "  Became master: 1\n"
              "  Released master: 0\n"
              "  Packet Errors:\n"
              "    Length: 1\n"
              "    TTL: 1\n"
              "    Invalid Type: 0\n"
              "    Advertisement Interval: 0\n"
              "    Address List: 0\n"
              "  Authentication Errors:\n"
              "    Invalid Type: 0\n"
              "    Type Mismatch: 0\n"
              "    Failure: 1\n"
              "  Priority Zero:\n"
              "    Received: 0\n"
              "    Sent: 2\n");
}

// keepalived 2.4 shows these, for an instance with auth_hmac.
TEST(StatisticsDump, ShowsTheErrorsOfAuthHmacWhereItIsUsed) {
    InstanceReport report;
    report.hmac.emplace();
    vrrp::Stats& stats = report.stats;
    stats.count(vrrp::Refusal::TrailerMissing);
    stats.count(vrrp::Refusal::TrailerReplayed);
    EXPECT_TRUE(
        statistics_dump(report).contains("    Failure: 0\n"
                                         "  Authentication Extension Errors:\n"
                                         "    Missing: 1\n"
                                         "    Malformed: 0\n"
                                         "    Unknown Key: 0\n"
                                         "    Invalid HMAC: 0\n"
                                         "    Stale: 0\n"
                                         "    Replay: 1\n"
                                         "  Priority Zero:\n"));
}

TEST(StatisticsDump, CallsASignedAdvertTooLongForWhoeverDoesNotKnowOfIt) {
    InstanceReport report;
    report.stats.count(vrrp::Refusal::TrailerUnexpected);
    EXPECT_TRUE(statistics_dump(report).contains("    Length: 1\n"));
}

}  // namespace
}  // namespace understudy::agent
