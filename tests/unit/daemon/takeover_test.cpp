// What one program tells the next in the same process.
#include "takeover.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace understudy::daemon {
namespace {

using nlohmann::json;

Takeover everything() {
    Takeover takeover;
    takeover.version = "1.2.3";
    takeover.program = "/usr/sbin/understudyd";
    takeover.directory = "/root";
    takeover.pid_file = Takeover::PidFile{"/run/understudyd.pid", 3};
    takeover.worker =
        Takeover::Worker{4711, Instant{seconds{5}}, WallTime{microseconds{1'700'000'000'000'001}}, 4,
                         "{\"news\": \"\xff half"};
    takeover.hooks = Takeover::Hooks{4712, 5, 6};
    takeover.configuration = 7;
    takeover.memory = 11;
    takeover.workers = 9;
    takeover.upgrades = 2;
    takeover.anew = true;
    takeover.log_level = ctl::LogLevel::Debug;
    takeover.news = {ctl::OrdersChanged{{{"VI_1", net::Priority{7}, {}, true}}},
                     ctl::MailWanted{"subject", "text"}};
    return takeover;
}

TEST(Takeover, SurvivesItsOwnText) {
    const FoundTakeover found = takeover_in(to_text(everything()));
    EXPECT_EQ(found.takeover, everything());
    EXPECT_EQ(found.problem, "");
    EXPECT_EQ(found.descriptors, (std::vector<int>{4, 7, 11, 5, 6}));
}

TEST(Takeover, NeedsNothing) {
    const FoundTakeover found = takeover_in(to_text({}));
    EXPECT_EQ(found.takeover, Takeover{});
    EXPECT_TRUE(found.descriptors.empty());
}

TEST(Takeover, OfAnotherFormatTellsOfProcessesAndPidFileAlone) {
    json text = json::parse(to_text(everything()));
    text["format"] = kTakeoverFormat + 1;
    text["news"] = "of another kind";
    const FoundTakeover found = takeover_in(text.dump());
    EXPECT_EQ(found.problem, "it is of format 2, not 1");
    EXPECT_TRUE(found.takeover.anew);
    EXPECT_EQ(found.takeover.worker, everything().worker);
    EXPECT_EQ(found.takeover.hooks, everything().hooks);
    EXPECT_EQ(found.takeover.pid_file, everything().pid_file);
    EXPECT_EQ(found.descriptors.size(), 5u);
    EXPECT_TRUE(found.takeover.news.empty());
}

TEST(Takeover, ThatCannotBeReadBeginsAnew) {
    for (const std::string text : {"", "null", "[1]", "{\"format\":", "\xff"}) {
        const FoundTakeover found = takeover_in(text);
        EXPECT_EQ(found.problem, "it cannot be read");
        EXPECT_TRUE(found.takeover.anew);
    }
}

TEST(Takeover, OfWrongTypesIsReadAsFarAsItGoes) {
    const FoundTakeover found = takeover_in(
        R"({"format": 1, "vrrp": 5, "hooks": [], "pid_file": null, "news": [1, "x"], "descriptors": ["a", 3],
            "workers": "many", "anew": 1, "log_level": 9, "program": {}})");
    EXPECT_EQ(found.takeover, Takeover{});
    EXPECT_EQ(found.descriptors, std::vector<int>{3});
}

}  // namespace
}  // namespace understudy::daemon
