#include "claim.hpp"

#include <gtest/gtest.h>

namespace understudy::agent {
namespace {

constexpr Instant kClaimed{seconds{1000}};

// Answers whatever is due until then; how often.
std::size_t answer_until(Claim& claim, Instant end) {
    std::size_t answers = 0;
    for (; claim.due() && *claim.due() <= end; ++answers) claim.answered(*claim.due());
    return answers;
}

TEST(Claim, IsAnsweredAtOnceAndConfirmedOnce) {
    Claim claim;
    EXPECT_TRUE(claim.heard(kClaimed));
    EXPECT_EQ(claim.due(), kClaimed);
    claim.answered(kClaimed);
    EXPECT_EQ(claim.due(), kClaimed + Claim::kSpacing);
    claim.answered(kClaimed + Claim::kSpacing);
    EXPECT_EQ(claim.due(), std::nullopt);
}

TEST(Claim, IsToldOncePerSeries) {
    Claim claim;
    EXPECT_TRUE(claim.heard(kClaimed));
    EXPECT_FALSE(claim.heard(kClaimed + seconds{50}));
    EXPECT_FALSE(claim.heard(kClaimed + seconds{100}));
    EXPECT_TRUE(claim.heard(kClaimed + seconds{100} + Claim::kQuiet));
}

TEST(Claim, ThatFollowsAnAnswerWaitsForItsTurn) {
    Claim claim;
    claim.heard(kClaimed);
    claim.answered(kClaimed);
    claim.heard(kClaimed + milliseconds{1});
    EXPECT_EQ(claim.due(), kClaimed + Claim::kSpacing);
}

TEST(Claim, OfAFloodIsAnsweredOnceASecondAndThenMoreSeldom) {
    Claim claim;
    std::size_t answers = 0;
    for (Instant now = kClaimed; now < kClaimed + seconds{60}; now += milliseconds{1}) {
        claim.heard(now);
        answers += answer_until(claim, now);
    }
    EXPECT_GE(answers, Claim::kAnswersBeforeQuarrel + 9);
    EXPECT_LE(answers, Claim::kAnswersBeforeQuarrel + 11);
}

TEST(Claim, AfterAQuietMinuteIsAnsweredAsTheFirst) {
    Claim claim;
    for (Instant now = kClaimed; now < kClaimed + seconds{60}; now += milliseconds{100}) {
        claim.heard(now);
        answer_until(claim, now);
    }
    const Instant later = kClaimed + seconds{60} + 2 * Claim::kQuiet;
    answer_until(claim, later);
    claim.heard(later);
    EXPECT_EQ(claim.due(), later);
    claim.answered(later);
    EXPECT_EQ(claim.due(), later + Claim::kSpacing);
}

}  // namespace
}  // namespace understudy::agent
