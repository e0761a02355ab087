#include "control_text.hpp"

#include <gtest/gtest.h>

namespace understudy::cli {
namespace {

using nlohmann::json;

TEST(StatusText, ShowsAnInstanceWithAllThatItRestsOn) {
    const json result = json::parse(R"({"instances": [{
        "name": "VI_1", "state": "FAULT", "since": "2026-11-22T01:02:01.750Z", "seconds_in_state": 185.2,
        "interface": "eth0", "virtual_router_id": 51, "family": "IPv4", "version": 3,
        "base_priority": 100, "priority": 80, "source": "192.0.2.1", "master": "192.0.2.2",
        "master_priority": 90, "sync_group": "both",
        "addresses": [{"address": "192.0.2.50/24", "interface": "eth0", "advertised": true, "wanted": true,
                       "present": true},
                      {"address": "192.0.2.51/24", "interface": "eth0", "advertised": false, "wanted": true,
                       "present": false}],
        "trackers": [{"kind": "script", "name": "web", "weight": -20, "reverse": false, "by_group": false,
                      "health": "bad", "last_status": 3},
                     {"kind": "interface", "name": "eth1", "weight": 0, "reverse": false, "by_group": true,
                      "health": "good"}],
        "faults": ["interface eth0 is down"]}]})");
    EXPECT_EQ(status_text(result),
              "VI_1: FAULT for 3 min 5 s, since 2026-11-22T01:02:01.750Z\n"
              "  interface eth0, VRID 51, IPv4, VRRP version 3, from 192.0.2.1\n"
              "  priority 80 (configured 100)\n"
              "  master 192.0.2.2, priority 90\n"
              "  sync group both\n"
              "  addresses, 1 of 2 present\n"
              "    192.0.2.50/24 dev eth0\n"
              "    192.0.2.51/24 dev eth0, not advertised, MISSING\n"
              "  tracked\n"
              "    script web: bad (last status 3), weight -20\n"
              "    interface eth1: good, by its group\n"
              "  fault: interface eth0 is down\n");
}

TEST(StatusText, ShowsOtherRoutersGroupsAndReasons) {
    const json result = json::parse(R"({"instances": [{
        "name": "VI_1", "state": "BACKUP", "seconds_in_state": 12.5, "since": "noon",
        "reason": "it was told to",
        "peers": [{"address": "192.0.2.2", "priority": 90, "version": 3, "interval": 1.0,
                   "seconds_since_heard": 0.25, "refused": false, "mismatch": null},
                  {"address": "192.0.2.3", "priority": 90, "version": 2, "interval": 1.0,
                   "seconds_since_heard": 75, "refused": true, "mismatch": "its version is not ours"},
                  {"address": "192.0.2.4", "priority": 90, "version": 3, "seconds_since_heard": 75,
                   "mismatch": "other virtual addresses"},
                  {"address": "192.0.2.5", "configured": true, "last_heard": null}],
        "trackers": [{"kind": "script", "name": "web", "health": "good", "weight": 0, "last_at": "12:00"}]}],
        "sync_groups": [{"name": "both", "state": "BACKUP", "members": ["VI_1", "VI_2"]},
                        {"name": "odd", "state": null, "members": []}]})");
    const std::string shown = status_text(result);
    EXPECT_TRUE(shown.starts_with("VI_1: BACKUP for 12 s, since noon\n  reason: it was told to\n")) << shown;
    EXPECT_TRUE(
        shown.contains("  other routers\n"
                       "    192.0.2.2: priority 90, VRRP version 3, every 1.0 s, heard last 0.2 s ago\n"
                       "    192.0.2.3: priority 90, VRRP version 2, every 1.0 s, heard last 1 min 15 s "
                       "ago, IGNORED: its version is not ours\n"
                       "    192.0.2.4: priority 90, VRRP version 3, heard last 1 min 15 s ago, MISMATCH: "
                       "other virtual addresses\n"
                       "    192.0.2.5: never heard\n"))
        << shown;
    EXPECT_TRUE(shown.contains("    script web: good, at 12:00\n")) << shown;
    EXPECT_TRUE(
        shown.ends_with("\nsync group both: BACKUP (VI_1, VI_2)\n"
                        "\nsync group odd: its members do not agree yet ()\n"))
        << shown;
}

TEST(StatusText, SaysHowLongAddressesAreLeased) {
    json addresses = json::parse(R"([
        {"address": "192.0.2.50/24", "interface": "eth0", "wanted": true, "present": true,
         "lease_left": 4.04},
        {"address": "192.0.2.51/24", "interface": "eth0", "wanted": true, "present": true, "lease_left": 5.0},
        {"address": "192.0.2.52/24", "interface": "eth0", "wanted": true, "present": false,
         "lease_left": null}])");
    const auto shown = [&] {
        return status_text({{"instances", {{{"addresses", addresses}, {"address_lease", 6}}}}});
    };
    EXPECT_TRUE(shown().contains("  addresses, 2 of 3 present, leased for 6 s, 4.0 s left\n")) << shown();
    addresses[1]["lease_left"] = nullptr;
    EXPECT_TRUE(shown().contains("  addresses, 2 of 3 present, leased for 6 s, being renewed\n")) << shown();
    addresses[0]["present"] = addresses[1]["present"] = false;
    EXPECT_TRUE(shown().contains("  addresses, 0 of 3 present, leased for 6 s\n")) << shown();
}

TEST(StatusText, SaysWhatTheOperatorHasOrdered) {
    json instance{{"name", "VI_1"},
                  {"state", "MASTER"},
                  {"ordered_priority", 42},
                  {"drain", {{"stage", "alone"}, {"since", "noon"}, {"until", nullptr}}}};
    EXPECT_TRUE(
        status_text({{"instances", {instance}}})
            .contains("  priority 42 is set by the operator\n  drained since noon: nobody takes over\n"));
    instance["drain"] = {{"stage", "handed-over"}, {"since", "noon"}, {"until", "one"}};
    EXPECT_TRUE(status_text({{"instances", {instance}}})
                    .contains("  drained since noon, until one: another router is master\n"));
    instance["drain"]["failover"] = true;
    EXPECT_TRUE(
        status_text({{"instances", {instance}}}).contains("  moves its role away since noon, until one"));
    instance["held_back"] = true;
    EXPECT_TRUE(
        status_text({{"instances", {instance}}})
            .contains("  its role was moved away by the operator: it takes it back from no other master\n"));
}

TEST(StatusText, SaysWhatAuthHmacProtectsAndWhatItRefused) {
    const nlohmann::json instance{{"name", "VI_1"},
                                  {"state", "BACKUP"},
                                  {"auth_hmac",
                                   {{"mode", "permissive"},
                                    {"refuses_unsigned", false},
                                    {"active_key", 2},
                                    {"senders", {{{"address", "192.0.2.2"}, {"clock_ahead", -3}}}}}},
                                  {"counters",
                                   {{"auth_ext_verified", 7},
                                    {"auth_ext_unsigned", 5},
                                    {"auth_ext_replay", 4},
                                    {"auth_ext_stale", 0}}}};
    const std::string shown = status_text({{"instances", {instance}}});
    EXPECT_TRUE(
        shown.contains("  auth_hmac permissive, signs with key 2: 7 adverts verified, 5 unsigned\n"
                       "    unsigned adverts are accepted: no protection before mode enforce\n"
                       "    refused, replayed: 4\n"
                       "    the clock of 192.0.2.2 is 3 s behind ours\n"))
        << shown;
}

TEST(StatusText, BearsAnswersOfAnotherVersion) {
    EXPECT_EQ(status_text({}), "no instance runs\n");
    EXPECT_EQ(status_text({{"instances", 7}}), "no instance runs\n");
    EXPECT_EQ(
        status_text({{"instances", {1, {{"name", 2}, {"addresses", {3}}, {"faults", {4}}}}}}).substr(0, 2),
        ": ");
}

TEST(ChangesText, ShowsWhatChangesAndCountsTheRest) {
    const json changes = json::parse(R"([
        {"kind": "global_defs", "name": "", "outcome": "unchanged", "settings": []},
        {"kind": "vrrp_instance", "name": "VI_1", "outcome": "changed-in-place", "settings": [
            {"setting": "priority", "before": "100", "after": "150"},
            {"setting": "virtual_ipaddress", "before": "", "after": "192.0.2.51/24"},
            {"setting": "unicast_ttl", "before": "64", "after": ""}]},
        {"kind": "vrrp_instance", "name": "VI_2", "outcome": "removed", "settings": []}])");
    EXPECT_EQ(changes_text(changes),
              "  vrrp_instance VI_1 changes in place\n"
              "    priority: 100 -> 150\n"
              "    virtual_ipaddress: + 192.0.2.51/24\n"
              "    unicast_ttl: - 64\n"
              "  vrrp_instance VI_2 is removed\n"
              "  unchanged: 1\n");
}

TEST(ChangesText, SaysWhenNothingChanges) {
    EXPECT_EQ(changes_text(json::parse(R"([{"kind": "global_defs", "outcome": "unchanged"}])")),
              "  nothing changes\n");
}

TEST(DurationText, HasTheTwoLargestUnits) {
    EXPECT_EQ(seconds_in_words(-1), "0.0 s");
    EXPECT_EQ(seconds_in_words(59.9), "59 s");
    EXPECT_EQ(seconds_in_words(184), "3 min 4 s");
    EXPECT_EQ(seconds_in_words(7500), "2 h 5 min");
    EXPECT_EQ(seconds_in_words(3.0 * 86400 + 4 * 3600), "3 d 4 h");
}

}  // namespace
}  // namespace understudy::cli
