#include "understudy/vrrp/timing.hpp"

#include <gtest/gtest.h>

#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

TEST(Skew, ScalesWithTheMastersIntervalInVersion3) {
    EXPECT_EQ(skew(v3_router(net::Priority{100}), seconds{2}).count(), 1'218'750);
}

TEST(Skew, IsIn256thsOfASecondWhateverTheIntervalInVersion2) {
    EXPECT_EQ(skew(v2_router(net::Priority{100}), seconds{7}).count(), 609'375);
}

TEST(Skew, IsFlooredToMicroseconds) {
    EXPECT_EQ(skew(v3_router(net::Priority{255}), milliseconds{10}).count(), 39);
}

TEST(Skew, FollowsThePriorityInEffect) {
    Router me = v3_router(net::Priority{200});
    me.priority = net::Priority{100};
    EXPECT_EQ(skew(me, seconds{1}).count(), 609'375);
}

TEST(Skew, CountsAConfigured255As255WhateverIsInEffect) {
    Router me = v3_owner();
    me.priority = net::Priority{1};
    EXPECT_EQ(skew(me, seconds{1}).count(), 3'906);
}

TEST(Skew, DiffersBetweenNeighbouringPrioritiesAtTheShortestInterval) {
    EXPECT_GT(skew(v3_router(net::Priority{100}), milliseconds{10}),
              skew(v3_router(net::Priority{101}), milliseconds{10}));
}

TEST(MasterDownInterval, IsThreeIntervalsOfTheMasterAndTheSkew) {
    EXPECT_EQ(master_down_interval(v3_router(net::Priority{100}), seconds{2}).count(), 7'218'750);
}

TEST(MasterDownInterval, CountsAsManyAdvertsAsConfigured) {
    Router me = v3_router(net::Priority{100});
    me.down_timer_adverts = 5;
    EXPECT_EQ(master_down_interval(me, seconds{1}).count(), 5'609'375);
}

TEST(ShortestDownInterval, IsOneIntervalAndOne256thOfIt) {
    EXPECT_EQ(shortest_down_interval(v3_router(), seconds{2}).count(), 2'007'812);
}

TEST(ShortestDownInterval, AddsOne256thOfASecondInVersion2) {
    EXPECT_EQ(shortest_down_interval(v2_router(), seconds{2}).count(), 2'003'906);
}

TEST(LongestPeerWait, IsNotExceededByTheLowestPriority) {
    for (const Router& me : {v2_router(net::Priority{1}), v3_router(net::Priority{1})})
        EXPECT_GT(longest_peer_wait(me), master_down_interval(me, me.interval));
}

TEST(LongestPeerWait, IsThreeIntervalsAndAFullSkew) {
    EXPECT_EQ(longest_peer_wait(v3_router()).count(), 4'000'000);
}

}  // namespace
}  // namespace understudy::vrrp
