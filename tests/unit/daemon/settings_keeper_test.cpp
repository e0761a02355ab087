// What the vrrp process notes about kernel settings that it holds. What it does with them is in
// tests/netns/test_held_settings.py.
#include <gtest/gtest.h>

#include "held_settings_file.hpp"

namespace understudy::daemon {
namespace {

const HeldBefore kPromoting{{{7}, "promote_secondaries", "1"}, "0"};
const HeldBefore kNoLocalIgmp{{{}, "net/ipv4/igmp_link_local_mcast_reports", "0"}, "1"};

TEST(HeldSettings, AreReadAsTheyWereWritten) {
    const std::vector held{kPromoting, kNoLocalIgmp};
    EXPECT_EQ(parse_held_settings(held_settings_text(held)), held);
    EXPECT_EQ(held_settings_text({kPromoting}), "7 promote_secondaries 0 1\n");
}

TEST(HeldSettings, BelieveNothingThatWeWouldNotWrite) {
    for (const char* const line :
         {"", "7", "7 promote_secondaries 0", "7 promote_secondaries 0 1 2", "x promote_secondaries 0 1",
          "7 ../../../kernel/core_pattern 0 1", "0 kernel/panic 0 1", "0 net/ipv4/../../kernel/panic 0 1",
          "7 promote_secondaries 0 |/bin/sh", "7 promote_secondaries yes 1", "7 promote_secondaries  1"})
        EXPECT_TRUE(parse_held_settings(line).empty()) << line;
    EXPECT_EQ(parse_held_settings("garbage\n7 promote_secondaries 0 1\n"), std::vector{kPromoting});
}

}  // namespace
}  // namespace understudy::daemon
