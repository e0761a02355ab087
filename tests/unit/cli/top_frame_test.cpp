#include "top_frame.hpp"

#include <gtest/gtest.h>

namespace understudy::cli {
namespace {

using nlohmann::json;

constexpr ScreenSize kScreen{.rows = 24, .columns = 120};

Zone in_greenwich() {
    return {[](WallTime when) {
                const auto day = std::chrono::floor<std::chrono::days>(when);
                return os::CivilTime{std::chrono::year_month_day{day},
                                     std::chrono::floor<seconds>(when - day)};
            },
            {}};
}

json instance(const std::string& name, const std::string& state, int sent = 0) {
    return {{"name", name},
            {"state", state},
            {"seconds_in_state", 184.0},
            {"priority", 80},
            {"base_priority", 100},
            {"master", state == "BACKUP" ? json("192.0.2.2") : json(nullptr)},
            {"master_priority", state == "BACKUP" ? json(200) : json(nullptr)},
            {"addresses", {{{"present", true}}, {{"present", false}}}},
            {"trackers", {{{"name", "web"}, {"health", "bad"}}, {{"name", "db"}, {"health", "good"}}}},
            {"counters", {{"adverts_sent", sent}, {"adverts_received", 7}}}};
}

TopView view_of(json instances) {
    TopView view;
    view.at = std::chrono::sys_days{std::chrono::year{2026} / 2 / 3} + std::chrono::hours{4};
    learn(view, std::move(instances), 0);
    return view;
}

std::string text_of(const std::vector<ScreenLine>& lines) {
    std::string text;
    for (const ScreenLine& line : lines) text += line.text + "\n";
    return text;
}

TEST(TopFrame, HasALineForEachInstanceAndOneForAll) {
    const TopView view = view_of({instance("VI_1", "MASTER"), instance("VI_2", "BACKUP")});
    const std::vector<ScreenLine> lines = top_frame(view, kScreen, in_greenwich());
    ASSERT_GE(lines.size(), 4u);
    EXPECT_EQ(lines[0].text, "understudy  2026-02-03 04:00:00  1 MASTER  1 BACKUP  (q quits, arrows scroll)");
    EXPECT_EQ(lines[2],
              (ScreenLine{"VI_1      MASTER  3 min 4 s     80/100   this host                 0.0   0.0  "
                          "1/2    bad: web",
                          Emphasis::Good}));
    EXPECT_EQ(
        lines[3].text,
        "VI_2      BACKUP  3 min 4 s     80/100   192.0.2.2 (200)           0.0   0.0  1/2    bad: web");
}

TEST(TopFrame, CountsAdvertsBetweenTwoAnswers) {
    TopView view = view_of(json::array({instance("VI_1", "MASTER", 10)}));
    learn(view, json::array({instance("VI_1", "MASTER", 15)}), 2);
    EXPECT_EQ(view.rates["VI_1"].sent, 2.5);
    EXPECT_EQ(view.rates["VI_1"].heard, 0.0);
    learn(view, json::array({instance("VI_1", "MASTER", 0)}), 2);
    EXPECT_EQ(view.rates["VI_1"].sent, 0.0) << "the daemon has begun anew";
}

TEST(TopFrame, TellsWhatHappenedTheNewestFirst) {
    TopView view = view_of(json::array({instance("VI_1", "FAULT")}));
    view.entries = json::parse(R"([
        {"at": "2026-02-03T03:00:00Z", "kind": "process", "reason": "it starts"}, 7,
        {"at": "2026-02-03T03:30:00Z", "kind": "role", "instance": "VI_1", "before": "BACKUP",
         "after": "FAULT", "reason": "eth0 is down"}])");
    const std::vector<ScreenLine> lines = top_frame(view, kScreen, in_greenwich());
    const std::string text = text_of(lines);
    const std::size_t newer = text.find("02-03 03:30:00  VI_1  BACKUP -> FAULT: eth0 is down\n");
    const std::size_t older = text.find("02-03 03:00:00  -  process: it starts\n");
    EXPECT_NE(older, std::string::npos) << text;
    EXPECT_LT(newer, older) << text;
    EXPECT_EQ(lines[2].emphasis, Emphasis::Bad);
}

TEST(TopFrame, SaysWhyThereIsNothingNewer) {
    TopView view = view_of(json::array({instance("VI_1", "MASTER")}));
    view.problem = "the daemon does not answer";
    const std::vector<ScreenLine> lines = top_frame(view, kScreen, in_greenwich());
    EXPECT_EQ(lines[1], (ScreenLine{"the daemon does not answer", Emphasis::Bad}));
    EXPECT_TRUE(lines[3].text.starts_with("VI_1"));
}

TEST(TopFrame, FitsEveryScreenAndScrolls) {
    json many = json::array();
    for (int number = 0; number < 100; ++number)
        many.push_back(instance("VI_" + std::to_string(number), "MASTER"));
    TopView view = view_of(many);
    view.entries =
        json::array({{{"at", "2026-02-03T03:00:00Z"}, {"kind", "process"}, {"reason", "it starts"}}});
    for (std::size_t rows = 1; rows < 40; ++rows)
        for (const std::size_t columns : {1u, 20u, 200u}) {
            const std::vector<ScreenLine> lines = top_frame(view, {rows, columns}, in_greenwich());
            EXPECT_LE(lines.size(), rows);
            for (const ScreenLine& line : lines) EXPECT_LE(line.text.size(), columns);
        }
    view.first = 50;
    EXPECT_TRUE(text_of(top_frame(view, kScreen, in_greenwich())).contains("\nVI_50 "));
    view.first = 1000;
    const std::string end = text_of(top_frame(view, kScreen, in_greenwich()));
    EXPECT_TRUE(end.contains("\nVI_99 ")) << end;
    EXPECT_TRUE(end.contains("to 100 of 100")) << end;
    EXPECT_TRUE(end.contains("TIMELINE")) << end;
}

TEST(TopFrame, BearsAnswersOfAnotherVersion) {
    TopView view;
    learn(view, 7, 1);
    EXPECT_TRUE(view.instances.empty());
    learn(view, {1, {{"name", 2}, {"addresses", {3}}, {"trackers", 4}, {"counters", 5}}}, 1);
    learn(view, json::array({{{"name", "x"}, {"counters", {{"adverts_sent", "many"}}}}}), 1);
    view.entries = {1, {{"at", 2}}};
    EXPECT_GE(top_frame(view, kScreen, in_greenwich()).size(), 3u);
}

TEST(Fitting, CutsBetweenCharacters) {
    EXPECT_EQ(fitting("abc", 2), "ab");
    EXPECT_EQ(fitting("abc", 3), "abc");
    EXPECT_EQ(fitting("äöü", 2), "äö");
    EXPECT_EQ(fitting("äöü", 0), "");
}

TEST(Top, NeedsATerminal) {
    const auto screen = Screen::open();
    if (screen) GTEST_SKIP() << "this test has been given a terminal";
    EXPECT_TRUE(screen.error().starts_with("this needs a terminal"));
}

TEST(TopNews, IsKeptOnceAndNotForEver) {
    TopView view;
    const json first{{"reason", "a"}};
    const json second{{"reason", "b"}};
    learn_news(view, std::vector{first, second});
    learn_news(view, std::vector{second, json{{"reason", "c"}}});
    EXPECT_EQ(view.entries, json::array({first, second, json{{"reason", "c"}}}));
    view.entries = json::array();
    for (std::size_t i = 0; i < kMostEntries; ++i) view.entries.push_back(i);
    learn_news(view, std::vector{first});
    EXPECT_EQ(view.entries.size(), kMostEntries);
    EXPECT_EQ(view.entries.front(), 1);
    EXPECT_EQ(view.entries.back(), first);
}

}  // namespace
}  // namespace understudy::cli
