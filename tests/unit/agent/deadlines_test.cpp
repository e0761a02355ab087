#include "deadlines.hpp"

#include <gtest/gtest.h>

namespace understudy::agent {
namespace {

constexpr Instant at(int milliseconds_) { return Instant{milliseconds{milliseconds_}}; }
constexpr Alarm kFirst{AlarmKind::Router, 1};
constexpr Alarm kSecond{AlarmKind::Router, 2};

TEST(Deadlines, GivesAlarmsInTheOrderOfTheirTimes) {
    Deadlines deadlines;
    deadlines.set(kFirst, at(20));
    deadlines.set(kSecond, at(10));
    EXPECT_EQ(deadlines.next(), at(10));
    EXPECT_EQ(deadlines.take_due(at(30)), kSecond);
    EXPECT_EQ(deadlines.take_due(at(30)), kFirst);
    EXPECT_EQ(deadlines.take_due(at(30)), std::nullopt);
}

TEST(Deadlines, NeverGivesAnAlarmBeforeItsTime) {
    Deadlines deadlines;
    deadlines.set(kFirst, at(20));
    EXPECT_EQ(deadlines.take_due(at(19)), std::nullopt);
    EXPECT_EQ(deadlines.take_due(at(20)), kFirst);
}

TEST(Deadlines, NoticesALaterDeadlineWhenTheEarlierOneFires) {
    Deadlines deadlines;
    deadlines.set(kFirst, at(10));
    deadlines.set(kSecond, at(20));
    deadlines.set(kSecond, at(30));
    deadlines.set(kFirst, std::nullopt);
    EXPECT_EQ(deadlines.take_due(at(10)), std::nullopt);
    EXPECT_EQ(deadlines.next(), at(20));  // the entry was not touched
    EXPECT_EQ(deadlines.take_due(at(20)), std::nullopt);
    EXPECT_EQ(deadlines.next(), at(30));
    EXPECT_EQ(deadlines.take_due(at(30)), kSecond);
}

TEST(Deadlines, TheFirstOfAllMovesAtOnce) {
    Deadlines deadlines;
    deadlines.set(kFirst, at(10));
    deadlines.set(kFirst, at(30));
    EXPECT_EQ(deadlines.next(), at(30));
    deadlines.set(kSecond, at(20));
    deadlines.set(kSecond, at(40));
    EXPECT_EQ(deadlines.next(), at(30));
    EXPECT_EQ(deadlines.take_due(at(29)), std::nullopt);
    EXPECT_EQ(deadlines.take_due(at(30)), kFirst);
    EXPECT_EQ(deadlines.take_due(at(50)), kSecond);
}

TEST(Deadlines, AreCertainOfTheFirstUnlessItWasMoved) {
    Deadlines deadlines;
    EXPECT_EQ(deadlines.next_alarm(), std::nullopt);
    deadlines.set(kFirst, at(10));
    deadlines.set(kSecond, at(20));
    EXPECT_EQ(deadlines.next_alarm(), kFirst);
    deadlines.set(kSecond, at(30));
    EXPECT_EQ(deadlines.take_due(at(10)), kFirst);
    EXPECT_EQ(deadlines.next(), at(20));
    EXPECT_EQ(deadlines.next_alarm(), std::nullopt);
}

TEST(Deadlines, ForgetAMovedOneALittleBeforeItsTime) {
    Deadlines deadlines;
    deadlines.set(kFirst, at(10));
    deadlines.set(kSecond, at(20));
    deadlines.set(kSecond, at(40));
    deadlines.set(kFirst, std::nullopt);
    const microseconds a_little{100};
    EXPECT_EQ(deadlines.take_due(at(20) - a_little), std::nullopt);
    EXPECT_EQ(deadlines.next(), at(40));
    EXPECT_EQ(deadlines.take_due(at(40) - a_little), std::nullopt);
    EXPECT_EQ(deadlines.next_alarm(), kSecond);
    EXPECT_EQ(deadlines.take_due(at(40)), kSecond);
}

TEST(Deadlines, MovesADeadlineForward) {
    Deadlines deadlines;
    deadlines.set(kFirst, at(30));
    deadlines.set(kFirst, at(10));
    EXPECT_EQ(deadlines.take_due(at(10)), kFirst);
    EXPECT_EQ(deadlines.take_due(at(40)), std::nullopt);  // the old entry is dead
}

TEST(Deadlines, ForgetsWhatIsNoLongerWanted) {
    Deadlines deadlines;
    deadlines.set(kFirst, at(10));
    deadlines.set(kFirst, std::nullopt);
    EXPECT_EQ(deadlines.take_due(at(20)), std::nullopt);
    EXPECT_EQ(deadlines.next(), std::nullopt);
}

TEST(Deadlines, FiresOnceForOneSetting) {
    Deadlines deadlines;
    deadlines.set(kFirst, at(10));
    EXPECT_EQ(deadlines.take_due(at(10)), kFirst);
    EXPECT_EQ(deadlines.take_due(at(10)), std::nullopt);
}

TEST(Deadlines, TellsKindsOfAlarmApart) {
    Deadlines deadlines;
    deadlines.set({AlarmKind::Script, 1}, at(10));
    deadlines.set({AlarmKind::Router, 1}, std::nullopt);
    EXPECT_EQ(deadlines.take_due(at(10)), (Alarm{AlarmKind::Script, 1}));
}

}  // namespace
}  // namespace understudy::agent
