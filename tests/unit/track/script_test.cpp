#include "understudy/track/script.hpp"

#include <gtest/gtest.h>

#include "support/printers.hpp"

namespace understudy::track {
namespace {

using namespace std::chrono_literals;

constexpr Instant kFirstRun{seconds{1000}};

// Every 2 s, at most 3 s long.
ScriptSettings patient() { return {.interval = 2s, .timeout = 3s}; }

// Has run and returned `success`, all at `now`.
bool run(ScriptTracker& script, bool success, Instant now) {
    EXPECT_EQ(script.due(now), ScriptOrder::Run);
    return script.finished(success, now);
}

// The healths after each of these results, one interval apart.
std::vector<Health> healths(ScriptTracker& script, const std::vector<bool>& results) {
    std::vector<Health> list;
    for (const bool success : results) {
        run(script, success, *script.deadline());
        list.push_back(script.health());
    }
    return list;
}

constexpr Health kGood = Health::Good;
constexpr Health kBad = Health::Bad;

TEST(Script, RunsFirstAtItsStart) {
    ScriptTracker script{{}, kFirstRun};
    EXPECT_EQ(script.deadline(), kFirstRun);
    EXPECT_EQ(script.due(kFirstRun - 1us), ScriptOrder::None);
    EXPECT_EQ(script.due(kFirstRun), ScriptOrder::Run);
    EXPECT_TRUE(script.running());
    EXPECT_EQ(script.due(kFirstRun), ScriptOrder::None);
}

TEST(Script, RunsAgainOneIntervalAfterItsLastStart) {
    ScriptTracker script{patient(), kFirstRun};
    EXPECT_EQ(script.due(kFirstRun), ScriptOrder::Run);
    script.finished(true, kFirstRun + 500ms);
    EXPECT_EQ(script.deadline(), kFirstRun + 2s);
    EXPECT_EQ(script.due(kFirstRun + 2s - 1us), ScriptOrder::None);
    EXPECT_EQ(script.due(kFirstRun + 2s), ScriptOrder::Run);
}

TEST(Script, KeepsItsBeatWhenItIsStartedLate) {
    ScriptTracker script{patient(), kFirstRun};
    run(script, true, kFirstRun + 300ms);
    EXPECT_EQ(script.deadline(), kFirstRun + 2s);
}

TEST(Script, SkipsTheRunThatFallsIntoAnActiveOne) {
    ScriptTracker script{patient(), kFirstRun};
    EXPECT_EQ(script.due(kFirstRun), ScriptOrder::Run);
    EXPECT_EQ(script.due(kFirstRun + 2s), ScriptOrder::None);
    script.finished(true, kFirstRun + 2500ms);
    EXPECT_EQ(script.deadline(), kFirstRun + 4s);
}

TEST(Script, SkipsThatRunEvenIfNobodyAskedMeanwhile) {
    ScriptTracker script{patient(), kFirstRun};
    EXPECT_EQ(script.due(kFirstRun), ScriptOrder::Run);
    script.finished(true, kFirstRun + 2500ms);
    EXPECT_EQ(script.deadline(), kFirstRun + 4s);
}

TEST(Script, DoesNotMakeUpForMissedRuns) {
    ScriptTracker script{patient(), kFirstRun};
    run(script, true, kFirstRun + 9s);
    EXPECT_EQ(script.due(kFirstRun + 9s), ScriptOrder::None);
    EXPECT_EQ(script.deadline(), kFirstRun + 10s);
}

TEST(Script, FirstResultDecidesAtOnce) {
    for (const bool success : {true, false}) {
        ScriptTracker script{{.rise = 3, .fall = 3}, kFirstRun};
        EXPECT_EQ(script.health(), Health::Unknown);
        EXPECT_TRUE(run(script, success, kFirstRun));
        EXPECT_EQ(script.health(), success ? kGood : kBad);
    }
}

TEST(Script, FallsAfterThatManyFailuresInARow) {
    ScriptTracker script{{.rise = 1, .fall = 3}, kFirstRun};
    EXPECT_EQ(healths(script, {true, false, false, true, false, false, false}),
              (std::vector{kGood, kGood, kGood, kGood, kGood, kGood, kBad}));
}

TEST(Script, RisesAfterThatManySuccessesInARow) {
    ScriptTracker script{{.rise = 3, .fall = 1}, kFirstRun};
    EXPECT_EQ(healths(script, {false, true, true, false, true, true, true}),
              (std::vector{kBad, kBad, kBad, kBad, kBad, kBad, kGood}));
}

TEST(Script, SaysOnlyOnceThatItsHealthChanged) {
    ScriptTracker script{{}, kFirstRun};
    EXPECT_TRUE(run(script, true, kFirstRun));
    EXPECT_FALSE(run(script, true, kFirstRun + 1s));
    EXPECT_TRUE(run(script, false, kFirstRun + 2s));
    EXPECT_FALSE(run(script, false, kFirstRun + 3s));
}

TEST(Script, IsTerminatedAtItsTimeoutAndKilledTwoSecondsLater) {
    ScriptTracker script{patient(), kFirstRun};
    EXPECT_EQ(script.due(kFirstRun), ScriptOrder::Run);
    EXPECT_EQ(script.deadline(), kFirstRun + 3s);
    EXPECT_EQ(script.due(kFirstRun + 3s - 1us), ScriptOrder::None);
    EXPECT_EQ(script.due(kFirstRun + 3s), ScriptOrder::Terminate);
    EXPECT_TRUE(script.timed_out());
    EXPECT_EQ(script.deadline(), kFirstRun + 5s);
    EXPECT_EQ(script.due(kFirstRun + 5s - 1us), ScriptOrder::None);
    EXPECT_EQ(script.due(kFirstRun + 5s), ScriptOrder::Kill);
    EXPECT_EQ(script.due(kFirstRun + 5s), ScriptOrder::None);
    EXPECT_FALSE(script.deadline()) << "nothing is left to do but to wait for its end";
}

TEST(Script, ThatTimedOutHasFailedOnlyOnceItIsGone) {
    ScriptTracker script{{}, kFirstRun};
    run(script, true, kFirstRun);
    EXPECT_EQ(script.due(kFirstRun + 1s), ScriptOrder::Run);
    EXPECT_EQ(script.due(kFirstRun + 2s), ScriptOrder::Terminate);
    EXPECT_EQ(script.due(kFirstRun + 4s), ScriptOrder::Kill);
    EXPECT_EQ(script.health(), kGood);
    EXPECT_TRUE(script.finished(false, kFirstRun + 4s + 1ms));
    EXPECT_EQ(script.health(), kBad);
    EXPECT_EQ(script.deadline(), kFirstRun + 5s);
}

TEST(Script, ThatTimedOutHasFailedWhateverItReturned) {
    ScriptTracker script{{}, kFirstRun};
    EXPECT_EQ(script.due(kFirstRun), ScriptOrder::Run);
    EXPECT_EQ(script.due(kFirstRun + 1s), ScriptOrder::Terminate);
    script.finished(true, kFirstRun + 1s);
    EXPECT_EQ(script.health(), kBad);
    EXPECT_FALSE(script.timed_out()) << "that was the run before";
}

TEST(Script, ThatWasAbandonedHasFailedAndRunsAgainWhenItIsDue) {
    ScriptTracker script{{}, kFirstRun};
    EXPECT_EQ(script.due(kFirstRun), ScriptOrder::Run);
    EXPECT_EQ(script.due(kFirstRun + 1s), ScriptOrder::Terminate);
    EXPECT_TRUE(script.abandoned());
    EXPECT_EQ(script.health(), kBad);
    EXPECT_EQ(script.due(kFirstRun + 1s), ScriptOrder::Run) << "its beat is its timeout";
    EXPECT_EQ(script.due(kFirstRun + 2s + 1ms), ScriptOrder::Terminate);
    EXPECT_FALSE(script.abandoned());
    EXPECT_EQ(script.due(kFirstRun + 2s + 1ms), ScriptOrder::Run) << "late by a moment, not left out";
    EXPECT_TRUE(script.finished(true, kFirstRun + 2500ms));
    EXPECT_EQ(script.deadline(), kFirstRun + 3s);
}

TEST(Script, ThatStartsBadNeedsItsRise) {
    ScriptTracker script{{.rise = 2, .starts_bad = true}, kFirstRun};
    EXPECT_EQ(script.health(), kBad);
    EXPECT_EQ(healths(script, {true, true}), (std::vector{kBad, kGood}));
}

TEST(Script, ThatCouldNotStartHasFailed) {
    ScriptTracker script{{}, kFirstRun};
    EXPECT_EQ(script.due(kFirstRun), ScriptOrder::Run);
    EXPECT_TRUE(script.could_not_start(kFirstRun));
    EXPECT_EQ(script.health(), kBad);
    EXPECT_EQ(script.deadline(), kFirstRun + 1s);
}

TEST(Script, ThatIsPostponedKeepsItsResultAndItsBeat) {
    ScriptTracker script{{}, kFirstRun};
    EXPECT_EQ(script.due(kFirstRun), ScriptOrder::Run);
    EXPECT_TRUE(script.finished(true, kFirstRun + 10ms));
    EXPECT_EQ(script.due(kFirstRun + 1s), ScriptOrder::Run);
    script.postponed(kFirstRun + 1s);
    EXPECT_EQ(script.health(), kGood);
    EXPECT_EQ(script.deadline(), kFirstRun + 2s);
}

TEST(Script, RunsAtOnceWhenItIsToldToAndKeepsItsBeatFromThere) {
    ScriptTracker script{{}, kStart};
    run(script, true, kStart);
    script.run_at(kStart + 300ms);
    EXPECT_EQ(script.due(kStart + 300ms), ScriptOrder::Run);
    EXPECT_FALSE(script.finished(true, kStart + 310ms));
    EXPECT_EQ(script.deadline(), kStart + 1300ms);
}

TEST(ScriptReload, KeepsTheResult) {
    ScriptTracker script{{}, kFirstRun};
    run(script, false, kFirstRun);
    script.adopt_settings(patient());
    EXPECT_EQ(script.health(), kBad);
    EXPECT_EQ(script.deadline(), kFirstRun + 1s);
    run(script, false, kFirstRun + 1s);
    EXPECT_EQ(script.deadline(), kFirstRun + 3s) << "the new interval counts from the next run";
}

TEST(ScriptReload, AppliesTheNewLimitsToWhatWasCounted) {
    ScriptTracker script{{.rise = 1, .fall = 5}, kFirstRun};
    EXPECT_EQ(healths(script, {true, false, false}), (std::vector{kGood, kGood, kGood}));
    script.adopt_settings({.rise = 1, .fall = 3});
    EXPECT_EQ(script.health(), kGood);
    EXPECT_TRUE(run(script, false, *script.deadline()));
    EXPECT_EQ(script.health(), kBad);
}

TEST(ScriptReload, AppliesAShorterTimeoutToTheActiveRun) {
    ScriptTracker script{patient(), kFirstRun};
    EXPECT_EQ(script.due(kFirstRun), ScriptOrder::Run);
    script.adopt_settings({.interval = 2s, .timeout = 1s});
    EXPECT_EQ(script.deadline(), kFirstRun + 1s);
    EXPECT_EQ(script.due(kFirstRun + 1500ms), ScriptOrder::Terminate);
}

}  // namespace
}  // namespace understudy::track
