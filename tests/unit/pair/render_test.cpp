#include "understudy/pair/render.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "judged.hpp"

namespace understudy::pair {
namespace {

TEST(Render, ShowsAGoodPairAsTwoTables) {
    EXPECT_EQ(render(judge({instance("priority 150"), instance("priority 100")})),
              "Priorities, and who is master while all is well:\n"
              "  virtual router        alpha  beta  master\n"
              "  VI_1 (IPv4, VRID 51)  150    100   alpha\n"
              "\n"
              "Who is master when something fails, and, if that changes, once it is well again:\n"
              "  host   what happens              VI_1\n"
              "  alpha  dies or is cut off        beta after 3.6 s, then alpha\n"
              "  alpha  interface eth0 goes down  beta, then alpha\n"
              "  beta   dies or is cut off        alpha\n"
              "  beta   interface eth0 goes down  alpha\n"
              "\n"
              "These configurations work together.\n");
}

TEST(Render, ShowsFindingsWithTheirPlaceAndHint) {
    const std::string text =
        render(judge({instance("priority 150"), instance("priority 100\nadvert_int 2")}));
    EXPECT_TRUE(text.starts_with(
        "beta.conf:5:12: error[interval-differs]: VI_1: advert_int is not the same: 1 s on alpha, 2 s on "
        "beta; "
        "neither alpha nor beta accepts the other's adverts\n"
        "    = hint: version 2 needs the same advert_int everywhere; version 3 learns the master's\n"))
        << text;
    EXPECT_TRUE(text.contains("  VI_1 (IPv4, VRID 51)  150    100   alpha + beta\n")) << text;
    EXPECT_TRUE(text.ends_with("These configurations do not work together: 2 errors, 0 warnings.\n")) << text;
}

TEST(Render, SaysThatAWarningIsNoObstacle) {
    EXPECT_TRUE(render(judge({instance(""), instance("")}))
                    .ends_with("These configurations work together, with 1 warning.\n"));
}

TEST(Render, PaintsOnlyWhenAsked) {
    const Report report = judge({instance(""), instance("")});
    EXPECT_FALSE(render(report).contains('\x1b'));
    EXPECT_TRUE(render(report, Colour::On).contains("\x1b[1;33mwarning[priority-tie]:\x1b[0m"));
}

TEST(Render, GivesProgramsTheSame) {
    const auto all = nlohmann::json::parse(
        render_json(judge({instance("priority 150"), instance("priority 100\nadvert_int 2")})));
    EXPECT_EQ(all["hosts"], (nlohmann::json{"alpha", "beta"}));
    const auto& router = all["virtual_routers"][0];
    EXPECT_EQ(router["vrid"], 51);
    EXPECT_EQ(router["priorities"]["beta"], "100");
    EXPECT_EQ(router["masters"], (nlohmann::json{"alpha", "beta"}));
    const auto& finding = all["findings"][0];
    EXPECT_EQ(finding["code"], "interval-differs");
    EXPECT_EQ(finding["severity"], "error");
    EXPECT_EQ(finding["host"], "beta");
    EXPECT_EQ(finding["line"], 5);
    const auto& failure = all["failures"][0];
    EXPECT_EQ(failure["kind"], "host");
    EXPECT_EQ(failure["outcomes"][0]["masters"], nlohmann::json{"beta"});
}

}  // namespace
}  // namespace understudy::pair
