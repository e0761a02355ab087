// Whether the program that is installed may take the place of the one that runs.
#include "newcomer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace understudy::daemon {
namespace {

constexpr os::ProcessEnd kDone{1, false, 0};
const Newcomer kPresent{"1.0", 1, 0xffff'ffff'ffff'fff0, 3, "blue"};

std::string refused_for(std::string_view said, const os::ProcessEnd& end) {
    const auto newcomer = newcomer_in(said, end);
    return newcomer ? "nothing" : newcomer.error();
}

TEST(Newcomer, IsKnownByItsLastLine) {
    EXPECT_EQ(newcomer_in("ha.conf:1: warning\n" + introduction(kPresent) + "\n", kDone), kPresent);
    EXPECT_EQ(newcomer_in(introduction(kPresent), kDone), kPresent);
}

TEST(Newcomer, ThatFailsIsRefusedWithItsLastWords) {
    EXPECT_EQ(refused_for("ha.conf:8: error\n", {1, false, 5}),
              "the program ended with status 5; it said: ha.conf:8: error");
    EXPECT_EQ(refused_for("", {1, true, 11}), "the program was killed by signal 11; it said nothing");
    EXPECT_EQ(refused_for(std::string(1000, 'a') + "end", {1, false, 1}).size(),
              std::string{"the program ended with status 1; it said: "}.size() + 400);
}

TEST(Newcomer, ThatSucceedsMustBeOneOfOurs) {
    EXPECT_EQ(refused_for("", kDone), "the program is no understudyd; it said nothing");
    EXPECT_EQ(refused_for("{}\nhello\n", kDone), "the program is no understudyd; it said: {}\nhello");
    EXPECT_EQ(refused_for("[]", kDone), "the program is no understudyd; it said: []");
    EXPECT_EQ(refused_for(R"({"program": "understudyd"})", kDone),
              "the program does not tell what it can take over; it said: {\"program\": \"understudyd\"}");
}

TEST(Newcomer, OfTheSameFormatsMayTakeOver) {
    Newcomer newcomer = kPresent;
    newcomer.version = "2.0";
    newcomer.instances = 1;
    EXPECT_EQ(objection(newcomer, kPresent, false), std::nullopt);
}

TEST(Newcomer, OfOtherFormatsMayBeginAnewAtMost) {
    Newcomer of_recording = kPresent;
    Newcomer of_takeover = kPresent;
    ++of_recording.recording_format;
    ++of_takeover.takeover_format;
    for (const Newcomer& newcomer : {of_recording, of_takeover}) {
        EXPECT_TRUE(objection(newcomer, kPresent, false).value_or("").contains("restart the daemon instead"));
        EXPECT_EQ(objection(newcomer, kPresent, true), std::nullopt);
    }
}

TEST(Newcomer, MayNotTakeEveryAddressAway) {
    Newcomer newcomer = kPresent;
    newcomer.instances = 0;
    EXPECT_TRUE(objection(newcomer, kPresent, true).value_or("").contains("holds no vrrp_instance"));
    EXPECT_EQ(objection(newcomer, newcomer, false), std::nullopt) << "there was none before";
}

TEST(Newcomer, StaysInTheNetworkNamespace) {
    Newcomer newcomer = kPresent;
    newcomer.network_namespace = "";
    EXPECT_TRUE(objection(newcomer, kPresent, true).value_or("").contains("net_namespace cannot change"));
}

}  // namespace
}  // namespace understudy::daemon
