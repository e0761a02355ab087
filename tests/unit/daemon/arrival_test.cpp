#include "arrival.hpp"

#include <gtest/gtest.h>

namespace understudy::daemon {
namespace {

constexpr Instant kTurn{seconds{1'000}};
constexpr WallTime kReadDate{seconds{1'800'000'000}};
constexpr Clocks kReadClocks{kTurn, kReadDate};
constexpr Instant kLongAgo{seconds{999}};

TEST(Arrival, IsWhenTheKernelTookThePacket) {
    EXPECT_EQ(arrival(kReadClocks, kReadDate - microseconds{70}, kLongAgo), kTurn - microseconds{70});
    EXPECT_EQ(arrival(kReadClocks, kReadDate, kLongAgo), kTurn);
    EXPECT_EQ(arrival(kReadClocks, kReadDate - milliseconds{1}, kLongAgo), kTurn - milliseconds{1});
}

TEST(Arrival, IsNowIfTheKernelDoesNotSay) { EXPECT_EQ(arrival(kReadClocks, {}, kLongAgo), kTurn); }

TEST(Arrival, IsNowIfThePacketHasWaited) {
    EXPECT_EQ(arrival(kReadClocks, kReadDate - microseconds{1'001}, kLongAgo), kTurn);
}

TEST(Arrival, IsNowIfTheDateWasSetMeanwhile) {
    EXPECT_EQ(arrival(kReadClocks, kReadDate + microseconds{1}, kLongAgo), kTurn) << "back";
    EXPECT_EQ(arrival(kReadClocks, kReadDate - seconds{3'600}, kLongAgo), kTurn) << "forward";
}

TEST(Arrival, IsNeverBeforeTheTurnBefore) {
    EXPECT_EQ(arrival(kReadClocks, kReadDate - microseconds{70}, kTurn - microseconds{20}),
              kTurn - microseconds{20});
}

}  // namespace
}  // namespace understudy::daemon
