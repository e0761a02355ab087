#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "understudy/config/keyword.hpp"

#include "ctl.hpp"

namespace understudy::cli {
namespace {

using nlohmann::json;

TEST(ExplainConfig, TellsAllAboutAKeyword) {
    EXPECT_EQ(ctl({"explain-config", "vrrp_instance/priority"}).out,
              "priority <1..255>\n"
              "    Base priority\n"
              "    stands in vrrp_instance\n"
              "    default   100; 255 when state is MASTER\n"
              "    occurs    once; if given again, the last one counts\n"
              "    tier      core\n"
              "    effect    active\n");
}

TEST(ExplainConfig, ShowsAKeywordForEachBlockItStandsIn) {
    const Said said = ctl({"explain-config", "weight"});
    EXPECT_EQ(said.status, kDone);
    for (const char* home :
         {"stands in vrrp_script\n", "stands in vrrp_sync_group/track_script, vrrp_instance/track_script\n"})
        EXPECT_TRUE(said.out.contains(home)) << home;
}

TEST(ExplainConfig, AddsWhatMayStandInABlock) {
    const Said said = ctl({"explain-config", "authentication"});
    EXPECT_TRUE(said.out.starts_with("authentication { … }\n")) << said.out;
    EXPECT_TRUE(said.out.contains("  What may stand in it:\n    auth_type PASS|AH ")) << said.out;
    EXPECT_EQ(ctl({"explain-config", "vrrp_instance/authentication"}).out, said.out);
}

TEST(ExplainConfig, TellsOptionsOfALineFromKeywordsOfABlock) {
    const Said said = ctl({"explain-config", "virtual_ipaddress"});
    EXPECT_TRUE(said.out.contains("What may follow on each of its lines:\n    dev <interface>")) << said.out;
}

TEST(ExplainConfig, ListsEveryBlockWhenNothingIsNamed) {
    const Said said = ctl({"explain-config"});
    EXPECT_EQ(said.status, kDone);
    for (const config::KeywordRow& row : config::all_keywords())
        EXPECT_TRUE(!(row.opens_block || row.block.empty()) ||
                    said.out.contains("  " + std::string{row.name}))
            << row.name;
}

TEST(ExplainConfig, SuggestsWhatMayHaveBeenMeant) {
    const Said said = ctl({"explain-config", "prioritty"});
    EXPECT_EQ(said.status, kFailed);
    EXPECT_EQ(said.out, "");
    EXPECT_EQ(said.err,
              "understudyctl: there is no keyword or block 'prioritty'; did you mean 'priority'?\n");
}

TEST(ExplainConfig, GivesTheWholeTableToPrograms) {
    const json all = json::parse(ctl({"explain-config", "--json"}).out);
    EXPECT_EQ(all.size(), config::all_keywords().size());
}

TEST(ExplainConfig, GivesOneKeywordToPrograms) {
    const json all = json::parse(ctl({"explain-config", "--json", "global_defs/router_id"}).out);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0]["keyword"], "router_id");
    EXPECT_EQ(all[0]["block"], "global_defs");
    EXPECT_EQ(all[0]["active"], true);
    EXPECT_EQ(all[0]["opens_block"], false);
    EXPECT_EQ(all[0]["occurs"], "once; if given again, the last one counts");
}

TEST(ExplainConfig, KeepsItsLinesShortWhereItWraps) {
    const Said said = ctl({"explain-config", "track_group"});
    EXPECT_TRUE(
        said.out.contains("\n    Names a set of instances that track the interfaces of static\n"
                          "    addresses/routes/rules\n"))
        << said.out;
}

}  // namespace
}  // namespace understudy::cli
