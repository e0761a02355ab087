#include "overview.hpp"

#include <gtest/gtest.h>

namespace understudy::cli {
namespace {

using nlohmann::json;
using Level = Warning::Level;

json router(const char* state, const char* since) {
    return {{"name", "VI_1"}, {"state", state}, {"since", since}};
}

json status_of(json instance) { return {{"instances", {std::move(instance)}}}; }

std::vector<Warning> warnings_of(json instance) {
    instance["name"] = "VI_1";
    return warnings({{}, status_of(std::move(instance)), ""});
}

TEST(Warnings, AreNoneWhileAllIsWell) {
    EXPECT_EQ(warnings_of({{"state", "MASTER"},
                           {"faults", json::array()},
                           {"addresses", {{{"wanted", true}, {"present", true}}}},
                           {"routes", {{"configured", 2}, {"present", 2}}},
                           {"trackers", {{{"health", "good"}}, {{"health", "unknown"}}}},
                           {"drain", nullptr},
                           {"ordered_priority", nullptr},
                           {"auth_hmac", {{"refuses_unsigned", true}}},
                           {"counters", {{"addresses_claimed", 0}, {"refused", json::object()}}}}),
              std::vector<Warning>{});
}

TEST(Warnings, SayThatTheDaemonDoesNotAnswer) {
    EXPECT_EQ(warnings({{}, {}, "nobody is there"}),
              (std::vector<Warning>{{Level::Bad, "", "the daemon does not answer: nobody is there"}}));
}

TEST(Warnings, SayThatFilesWereRefused) {
    const json daemon{{"configuration", {{"last_reload", "refused"}}}};
    EXPECT_EQ(warnings({daemon, status_of({}), ""}),
              (std::vector<Warning>{
                  {Level::Bad, "", "the last reload was refused; the configuration before it goes on"}}));
}

TEST(Warnings, TellFaultsAndAddressesThatAreNotAsTheyShould) {
    EXPECT_EQ(
        warnings_of(
            {{"faults", {"interface eth0 is down"}},
             {"addresses",
              {{{"address", "192.0.2.50/24"}, {"interface", "eth0"}, {"wanted", true}, {"present", false}},
               {{"address", "192.0.2.51/24"},
                {"interface", "eth0"},
                {"wanted", false},
                {"present", true}}}}}),
        (std::vector<Warning>{
            {Level::Bad, "VI_1", "interface eth0 is down"},
            {Level::Bad, "VI_1", "192.0.2.50/24 on eth0 is missing"},
            {Level::Bad, "VI_1", "192.0.2.51/24 on eth0 is present although it is not wanted"}}));
}

TEST(Warnings, CountMissingRoutesOfAMasterOnly) {
    const json routes{{"configured", 3}, {"present", 1}};
    EXPECT_EQ(warnings_of({{"state", "BACKUP"}, {"routes", routes}}), std::vector<Warning>{});
    EXPECT_EQ(warnings_of({{"state", "MASTER"}, {"routes", routes}}),
              (std::vector<Warning>{{Level::Bad, "VI_1", "2 of 3 routes are missing"}}));
}

TEST(Warnings, TellWhatIsNotAsUsual) {
    EXPECT_EQ(
        warnings_of(
            {{"trackers", {{{"kind", "script"}, {"name", "web"}, {"health", "bad"}, {"last_result", "no"}}}},
             {"ordered_priority", 80},
             {"drain", {{"stage", "handed-over"}}},
             {"auth_hmac", {{"refuses_unsigned", false}}},
             {"counters",
              {{"addresses_claimed", 2},
               {"address_list_errors", 1},
               {"refused", {{"unknown-peer", 3}, {"bad-checksum", 7}}}}}}),
        (std::vector<Warning>{
            {Level::Odd, "VI_1", "script web is bad: no"},
            {Level::Odd, "VI_1", "drained by the operator"},
            {Level::Odd, "VI_1", "priority 80 is set by the operator"},
            {Level::Odd, "VI_1", "packets refused since the start: 7 bad-checksum, 3 unknown-peer"},
            {Level::Odd, "VI_1",
             "another machine was heard to use an address of ours, 2 times since the start"},
            {Level::Odd, "VI_1", "another router has advertised other addresses"},
            {Level::Odd, "VI_1", "unsigned adverts are accepted: no protection before mode enforce"}}));
}

TEST(Warnings, BeginWithWhatFails) {
    const std::vector<Warning> found = warnings_of({{"ordered_priority", 80}, {"faults", {"no link"}}});
    EXPECT_EQ(found, (std::vector<Warning>{{Level::Bad, "VI_1", "no link"},
                                           {Level::Odd, "VI_1", "priority 80 is set by the operator"}}));
}

TEST(Warnings, TellOfASplitBrainOnce) {
    const auto conflict = [](bool yielded) {
        return nlohmann::json{
            {"split_brain", {{"since", "noon"}, {"rival", "2 answers"}, {"yielded", yielded}}},
            {"faults", nlohmann::json::array()}};
    };
    EXPECT_EQ(warnings_of(conflict(false)),
              (std::vector<Warning>{{Level::Bad, "VI_1", "split brain since noon: 2 answers"}}));
    EXPECT_EQ(warnings_of(conflict(true)), std::vector<Warning>{});
    EXPECT_EQ(warnings_of({{"split_brain", nullptr}}), std::vector<Warning>{});
}

TEST(Warnings, KnowADrainThatCannotBe) {
    EXPECT_EQ(warnings_of({{"drain", {{"stage", "alone"}}}}),
              (std::vector<Warning>{{Level::Bad, "VI_1", "drained, but no other router takes over"}}));
}

TEST(Timeline, BeginsWithTheFirstChange) {
    Timeline timeline;
    timeline.note(status_of(router("BACKUP", "2026-11-22T00:00:00.000Z")));
    timeline.note(status_of(router("BACKUP", "2026-11-22T00:00:00.001Z")));  // the same, read again
    EXPECT_EQ(timeline.told(), json::array());
}

TEST(Timeline, HasEachChangeWithItsTimeAndReason) {
    Timeline timeline;
    timeline.note(status_of(router("MASTER", "2026-11-22T00:00:00.000Z")));
    json failed = router("FAULT", "2026-11-22T00:01:00.000Z");
    failed["faults"] = {"one", "two"};
    timeline.note(status_of(failed));
    json heard = router("BACKUP", "2026-11-22T00:02:00.000Z");
    heard["master"] = "192.0.2.2";
    heard["master_priority"] = 90;
    timeline.note(status_of(heard));
    EXPECT_EQ(timeline.told(), json::parse(R"([
        {"at": "2026-11-22T00:01:00.000Z", "kind": "role", "instance": "VI_1", "before": "MASTER",
         "after": "FAULT", "reason": "one; two"},
        {"at": "2026-11-22T00:02:00.000Z", "kind": "role", "instance": "VI_1", "before": "FAULT",
         "after": "BACKUP", "reason": "192.0.2.2 is master with priority 90"}])"));
}

TEST(Timeline, SeesThatAnInstanceWasSomethingElseInBetween) {
    Timeline timeline;
    timeline.note(status_of(router("MASTER", "2026-11-22T00:00:00.000Z")));
    timeline.note(status_of(router("MASTER", "2026-11-22T00:05:00.000Z")));
    EXPECT_EQ(timeline.told().size(), 1u);
}

TEST(Timeline, ForgetsTheOldest) {
    Timeline timeline;
    for (std::size_t i = 0; i <= Timeline::kLongest + 1; ++i)
        timeline.note(status_of(router(i % 2 == 0 ? "MASTER" : "BACKUP", "2026-11-22T00:00:00.000Z")));
    EXPECT_EQ(timeline.told().size(), Timeline::kLongest);
}

TEST(Timeline, SaysWhetherAnythingChanged) {
    Timeline timeline;
    EXPECT_FALSE(timeline.note(status_of(router("MASTER", "2026-11-22T00:00:00.000Z"))));
    EXPECT_FALSE(timeline.note(status_of(router("MASTER", "2026-11-22T00:00:00.001Z"))));
    EXPECT_TRUE(timeline.note(status_of(router("BACKUP", "2026-11-22T00:01:00.000Z"))));
}

TEST(RememberedHistory, IsAskedForWhereItIsKnown) {
    EXPECT_TRUE(knows_command({{"commands", {"ping", "status", "history"}}}, "history"));
    EXPECT_FALSE(knows_command({{"commands", {"ping", "status", "drain"}}}, "history"));
    EXPECT_FALSE(knows_command({{"commands", 7}}, "history"));
    EXPECT_FALSE(knows_command({}, "history"));
}

TEST(RememberedHistory, IsNoLongerThanATimeline) {
    json entries = json::array();
    for (std::size_t i = 0; i < Timeline::kLongest + 3; ++i) entries.push_back(i);
    const json latest = latest_entries({{"entries", entries}});
    EXPECT_EQ(latest.size(), Timeline::kLongest);
    EXPECT_EQ(latest.front(), 3);
    EXPECT_EQ(latest_entries({{"entries", {1, 2, 3}}}), json::array({1, 2, 3}));
    EXPECT_EQ(latest_entries(7), json::array());
}

TEST(Overview, BearsWhateverTheDaemonSays) {
    for (const json& odd :
         {json(7), json::object(), status_of(7), status_of({{"faults", {1}}, {"addresses", 2}}),
          status_of({{"trackers", {3}}, {"counters", {{"refused", {{"x", "y"}}}}}})}) {
        Timeline timeline;
        timeline.note(odd);
        timeline.note(odd);
        const json shown = json::parse(overview_text({odd, odd, ""}, timeline.told(), "now"));
        EXPECT_TRUE(shown["warnings"].is_array());
    }
}

TEST(Overview, HasAllThatThePageShows) {
    const Observed observed{{{"program_version", "1.2.3"}}, status_of(router("MASTER", "noon")), ""};
    EXPECT_EQ(json::parse(overview_text(observed, json::array(), "now")), json::parse(R"({
        "up": true, "date": "now", "problem": "", "daemon": {"program_version": "1.2.3"},
        "instances": [{"name": "VI_1", "state": "MASTER", "since": "noon"}], "warnings": [],
        "history": []})"));
}

}  // namespace
}  // namespace understudy::cli
