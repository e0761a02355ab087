#include "heartbeat.hpp"

#include <gtest/gtest.h>

namespace understudy::daemon {
namespace {

using Next = Heartbeat::Next;

constexpr Instant kBegin{seconds{100}};
constexpr seconds kPatience{1};

TEST(Heartbeat, AnsweredItIsAskedAgain) {
    Heartbeat heartbeat{kPatience};
    for (int beat = 0; beat < 100; ++beat) {
        EXPECT_EQ(heartbeat.looked(kBegin + beat * Heartbeat::kBeat), Next::Ask);
        heartbeat.answered();
    }
}

TEST(Heartbeat, SilenceLastsUntilPatienceIsOver) {
    Heartbeat heartbeat{kPatience};
    EXPECT_EQ(heartbeat.looked(kBegin), Next::Ask);
    for (int beat = 1; beat < 4; ++beat)
        EXPECT_EQ(heartbeat.looked(kBegin + beat * Heartbeat::kBeat), Next::Wait);
    EXPECT_EQ(heartbeat.looked(kBegin + kPatience), Next::HasStopped);
}

TEST(Heartbeat, TimeInWhichNobodyLookedDoesNotCount) {
    Heartbeat heartbeat{kPatience};
    EXPECT_EQ(heartbeat.looked(kBegin), Next::Ask);
    Instant now = kBegin + std::chrono::hours{1};
    EXPECT_EQ(heartbeat.looked(now), Next::Wait);
    for (int beat = 1; beat < 4; ++beat) EXPECT_EQ(heartbeat.looked(now += Heartbeat::kBeat), Next::Wait);
    EXPECT_EQ(heartbeat.looked(now += Heartbeat::kBeat), Next::HasStopped);
}

TEST(Heartbeat, PatienceIsLessThanPeersHave) {
    EXPECT_EQ(patience_for(seconds{1}), milliseconds{1500});
    EXPECT_EQ(patience_for(milliseconds{10}), seconds{1});
    EXPECT_EQ(patience_for(seconds{40}), seconds{3});
}

}  // namespace
}  // namespace understudy::daemon
