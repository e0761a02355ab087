#include "respawn.hpp"

#include <gtest/gtest.h>

namespace understudy::daemon {
namespace {

using Kind = Respawn::Kind;

constexpr seconds kLong{5};
constexpr milliseconds kMoment{10};

TEST(Respawn, WhoeverWasAtWorkIsSucceededAtOnce) {
    RespawnPolicy policy;
    for (int death = 0; death < 1000; ++death) EXPECT_EQ(policy.died(true, kLong), Respawn{Kind::GoOn});
}

TEST(Respawn, WhoeverDiesBeforeItIsReadyIsFollowedByOneWithNothing) {
    RespawnPolicy policy;
    EXPECT_EQ(policy.died(true, kLong), Respawn{Kind::GoOn});
    EXPECT_EQ(policy.died(false, kMoment), Respawn{Kind::Anew});
}

TEST(Respawn, DeathsAgainAndAgainAreGivenUpWithGrowingPauses) {
    RespawnPolicy policy;
    EXPECT_EQ(policy.died(true, kMoment).kind, Kind::GoOn);
    EXPECT_EQ(policy.died(true, kMoment).kind, Kind::GoOn);
    seconds expected{1};
    for (int death = 0; death < 10; ++death) {
        EXPECT_EQ(policy.died(false, kMoment), (Respawn{Kind::GiveUp, expected}));
        expected = std::min(2 * expected, RespawnPolicy::kLongestPause);
    }
}

TEST(Respawn, AnHonestLifeIsANewBeginning) {
    RespawnPolicy policy;
    for (int death = 0; death < 5; ++death) static_cast<void>(policy.died(false, kMoment));
    EXPECT_EQ(policy.died(true, kLong).kind, Kind::GoOn);
    EXPECT_EQ(policy.died(true, kMoment).kind, Kind::GoOn);
    EXPECT_EQ(policy.died(true, kMoment).kind, Kind::GoOn);
    EXPECT_EQ(policy.died(true, kMoment), (Respawn{Kind::GiveUp, seconds{1}}));
}

}  // namespace
}  // namespace understudy::daemon
