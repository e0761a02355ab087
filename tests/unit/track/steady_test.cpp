#include "understudy/track/steady.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace understudy::track {
namespace {

using namespace std::chrono_literals;

constexpr Instant kFirstSight{seconds{1000}};
constexpr Steady::Delays kDelays{.down = 2s, .up = 5s};

TEST(Steady, BelievesAChangeThatLasts) {
    Steady link{kDelays, true};
    EXPECT_FALSE(link.observe(false, kFirstSight));
    EXPECT_TRUE(link.is_up());
    EXPECT_EQ(link.deadline(), kFirstSight + 2s);
    EXPECT_FALSE(link.due(kFirstSight + 2s - 1us));
    EXPECT_TRUE(link.due(kFirstSight + 2s));
    EXPECT_FALSE(link.is_up());
    EXPECT_FALSE(link.observe(true, kFirstSight + 10s));
    EXPECT_EQ(link.deadline(), kFirstSight + 15s);
    EXPECT_TRUE(link.due(kFirstSight + 15s));
    EXPECT_TRUE(link.is_up());
}

TEST(Steady, IgnoresOneThatDoesNot) {
    Steady link{kDelays, true};
    link.observe(false, kFirstSight);
    EXPECT_FALSE(link.observe(true, kFirstSight + 1s));
    EXPECT_EQ(link.deadline(), std::nullopt);
    EXPECT_FALSE(link.due(kFirstSight + 2s));
    EXPECT_TRUE(link.is_up());
}

TEST(Steady, CountsFromTheFirstNewsOfAChange) {
    Steady link{kDelays, true};
    link.observe(false, kFirstSight);
    link.observe(false, kFirstSight + 1s);
    EXPECT_EQ(link.deadline(), kFirstSight + 2s);
}

// A reload: what is awaited stays awaited, and the next change waits as the new settings say.
TEST(Steady, WaitsByItsNewDelaysFromTheNextChangeOn) {
    Steady link{kDelays, true};
    link.observe(false, kFirstSight);
    link.adopt_delays({.down = 1s, .up = 3s});
    EXPECT_EQ(link.deadline(), kFirstSight + 2s);
    EXPECT_TRUE(link.due(kFirstSight + 2s));
    link.observe(true, kFirstSight + 10s);
    EXPECT_EQ(link.deadline(), kFirstSight + 13s);
}

TEST(Steady, WithoutADelayBelievesAtOnce) {
    Steady link{{.down = 0s, .up = 5s}, true};
    EXPECT_TRUE(link.observe(false, kFirstSight));
    EXPECT_FALSE(link.is_up());
}

}  // namespace
}  // namespace understudy::track
