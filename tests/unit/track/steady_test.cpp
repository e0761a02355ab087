#include "understudy/track/steady.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace understudy::track {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{seconds{1000}};
constexpr Steady::Delays kDelays{.down = 2s, .up = 5s};

TEST(Steady, BelievesAChangeThatLasts) {
    Steady link{kDelays, true};
    EXPECT_FALSE(link.observe(false, kStart));
    EXPECT_TRUE(link.is_up());
    EXPECT_EQ(link.deadline(), kStart + 2s);
    EXPECT_FALSE(link.due(kStart + 2s - 1us));
    EXPECT_TRUE(link.due(kStart + 2s));
    EXPECT_FALSE(link.is_up());
    EXPECT_FALSE(link.observe(true, kStart + 10s));
    EXPECT_EQ(link.deadline(), kStart + 15s);
    EXPECT_TRUE(link.due(kStart + 15s));
    EXPECT_TRUE(link.is_up());
}

TEST(Steady, IgnoresOneThatDoesNot) {
    Steady link{kDelays, true};
    link.observe(false, kStart);
    EXPECT_FALSE(link.observe(true, kStart + 1s));
    EXPECT_EQ(link.deadline(), std::nullopt);
    EXPECT_FALSE(link.due(kStart + 2s));
    EXPECT_TRUE(link.is_up());
}

TEST(Steady, CountsFromTheFirstNewsOfAChange) {
    Steady link{kDelays, true};
    link.observe(false, kStart);
    link.observe(false, kStart + 1s);
    EXPECT_EQ(link.deadline(), kStart + 2s);
}

TEST(Steady, WithoutADelayBelievesAtOnce) {
    Steady link{{.down = 0s, .up = 5s}, true};
    EXPECT_TRUE(link.observe(false, kStart));
    EXPECT_FALSE(link.is_up());
}

}  // namespace
}  // namespace understudy::track
