#include "mail_queue.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace understudy::daemon {
namespace {

using Result = MailQueue::Result;
using Verdict = MailQueue::Verdict;

constexpr Instant kStart{seconds{100}};

ctl::MailWanted letter(int number) { return {std::to_string(number), "text"}; }

std::string subject_of(const std::optional<ctl::MailWanted>& letter) {
    return letter ? letter->subject : "none";
}

TEST(MailQueue, SendsOneAfterTheOther) {
    MailQueue queue;
    EXPECT_EQ(queue.deadline(), std::nullopt);
    queue.add(letter(1));
    queue.add(letter(2));
    EXPECT_EQ(subject_of(queue.start(kStart)), "1");
    EXPECT_EQ(subject_of(queue.start(kStart)), "none") << "one is under way";
    EXPECT_EQ(queue.ended(Result::Delivered, kStart), Verdict::Done);
    EXPECT_EQ(subject_of(queue.start(kStart)), "2");
    EXPECT_EQ(queue.ended(Result::Delivered, kStart), Verdict::Done);
    EXPECT_EQ(queue.size(), 0u);
}

TEST(MailQueue, TriesThreeTimesWithLongerPauses) {
    MailQueue queue;
    queue.add(letter(1));
    queue.add(letter(2));
    Instant now = kStart;
    for (const seconds pause : MailQueue::kPauses) {
        EXPECT_EQ(subject_of(queue.start(now)), "1");
        EXPECT_EQ(queue.ended(Result::Failed, now), Verdict::TryAgain);
        EXPECT_EQ(subject_of(queue.start(now)), "none");
        EXPECT_EQ(queue.deadline(), now + pause);
        now += pause;
    }
    EXPECT_EQ(subject_of(queue.start(now)), "1");
    EXPECT_EQ(queue.ended(Result::Failed, now), Verdict::GivenUp);
    EXPECT_EQ(subject_of(queue.start(now)), "2") << "which has all its attempts before it";
    EXPECT_EQ(queue.ended(Result::Failed, now), Verdict::TryAgain);
}

TEST(MailQueue, DoesNotInsistWhenItIsRefusedForGood) {
    MailQueue queue;
    queue.add(letter(1));
    ASSERT_TRUE(queue.start(kStart));
    EXPECT_EQ(queue.ended(Result::Refused, kStart), Verdict::GivenUp);
    EXPECT_EQ(queue.size(), 0u);
}

TEST(MailQueue, IsBoundedAndForgetsTheOldest) {
    MailQueue queue;
    for (int i = 0; i < static_cast<int>(MailQueue::kMostWaiting); ++i) EXPECT_TRUE(queue.add(letter(i)));
    ASSERT_EQ(subject_of(queue.start(kStart)), "0");
    EXPECT_FALSE(queue.add(letter(1000)));
    EXPECT_EQ(queue.size(), MailQueue::kMostWaiting);
    EXPECT_EQ(queue.ended(Result::Delivered, kStart), Verdict::Done) << "the one under way is kept";
    EXPECT_EQ(subject_of(queue.start(kStart)), "2");
}

TEST(MailQueue, HurriesWhenItIsTold) {
    MailQueue queue;
    queue.add(letter(1));
    ASSERT_TRUE(queue.start(kStart));
    queue.ended(Result::Failed, kStart);
    EXPECT_EQ(subject_of(queue.start(kStart)), "none");
    queue.hurry();
    EXPECT_EQ(subject_of(queue.start(kStart)), "1");
}

TEST(MailQueue, KnowsWhatWaitsBesideTheOneUnderWay) {
    MailQueue queue;
    queue.add(letter(1));
    queue.add(letter(2));
    EXPECT_EQ(queue.waiting().size(), 2u);
    EXPECT_EQ(subject_of(queue.start(kStart)), "1");
    EXPECT_EQ(queue.waiting(), std::vector{letter(2)});
}

}  // namespace
}  // namespace understudy::daemon
