#include "heartbeat.hpp"

#include <gtest/gtest.h>

namespace understudy::daemon {
namespace {

using Next = Heartbeat::Next;

constexpr Instant kBegin{seconds{100}};
constexpr seconds kPatience{1};

TEST(Heartbeat, AnsweredItIsAskedAgain) {
    Heartbeat heartbeat{kPatience};
    EXPECT_EQ(heartbeat.rang(kBegin, false), Next::Ask);
    Instant now = kBegin;
    for (int question = 0; question < 100; ++question)
        EXPECT_EQ(heartbeat.rang(now += heartbeat.rest(), true), Next::Ask);
}

TEST(Heartbeat, StopsWhenNoAnswerComes) {
    Heartbeat heartbeat{kPatience};
    EXPECT_EQ(heartbeat.rang(kBegin, false), Next::Ask);
    EXPECT_EQ(heartbeat.rang(kBegin + heartbeat.grace(), false), Next::HasStopped);
}

TEST(Heartbeat, StopsThoughEarlierQuestionsWereAnswered) {
    Heartbeat heartbeat{kPatience};
    EXPECT_EQ(heartbeat.rang(kBegin, false), Next::Ask);
    const Instant asked = kBegin + milliseconds{700};
    EXPECT_EQ(heartbeat.rang(asked, true), Next::Ask);
    EXPECT_EQ(heartbeat.rang(asked + heartbeat.grace(), false), Next::HasStopped);
}

TEST(Heartbeat, TimeInWhichNobodyLookedDoesNotCount) {
    Heartbeat heartbeat{kPatience};
    EXPECT_EQ(heartbeat.rang(kBegin, false), Next::Ask);
    const Instant back = kBegin + std::chrono::hours{1};
    EXPECT_EQ(heartbeat.rang(back, false), Next::Ask);
    EXPECT_EQ(heartbeat.rang(back + heartbeat.grace(), false), Next::HasStopped);
}

TEST(Heartbeat, KnowsOfItBeforePatienceAndSlackAreOver) {
    for (const milliseconds patience : {milliseconds{1000}, milliseconds{1500}, milliseconds{3000}}) {
        const Heartbeat heartbeat{patience};
        EXPECT_LE(heartbeat.rest() + heartbeat.grace(), patience + Heartbeat::kSlack);
        EXPECT_GE(heartbeat.grace(), seconds{1});
        EXPECT_GE(heartbeat.rest(), Heartbeat::kSlack);
    }
}

TEST(Heartbeat, PatienceIsLessThanPeersHave) {
    EXPECT_EQ(patience_for(seconds{1}), milliseconds{1500});
    EXPECT_EQ(patience_for(milliseconds{10}), seconds{1});
    EXPECT_EQ(patience_for(seconds{40}), seconds{3});
}

}  // namespace
}  // namespace understudy::daemon
