#include "understudy/track/script.hpp"

#include <gtest/gtest.h>

#include "support/printers.hpp"

namespace understudy::track {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{seconds{1000}};

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
    ScriptTracker script{{}, kStart};
    EXPECT_EQ(script.deadline(), kStart);
    EXPECT_EQ(script.due(kStart - 1us), ScriptOrder::None);
    EXPECT_EQ(script.due(kStart), ScriptOrder::Run);
    EXPECT_TRUE(script.running());
    EXPECT_EQ(script.due(kStart), ScriptOrder::None);
}

TEST(Script, RunsAgainOneIntervalAfterItsLastStart) {
    ScriptTracker script{patient(), kStart};
    EXPECT_EQ(script.due(kStart), ScriptOrder::Run);
    script.finished(true, kStart + 500ms);
    EXPECT_EQ(script.deadline(), kStart + 2s);
    EXPECT_EQ(script.due(kStart + 2s - 1us), ScriptOrder::None);
    EXPECT_EQ(script.due(kStart + 2s), ScriptOrder::Run);
}

TEST(Script, KeepsItsBeatWhenItIsStartedLate) {
    ScriptTracker script{patient(), kStart};
    run(script, true, kStart + 300ms);
    EXPECT_EQ(script.deadline(), kStart + 2s);
}

TEST(Script, SkipsTheRunThatFallsIntoAnActiveOne) {
    ScriptTracker script{patient(), kStart};
    EXPECT_EQ(script.due(kStart), ScriptOrder::Run);
    EXPECT_EQ(script.due(kStart + 2s), ScriptOrder::None);
    script.finished(true, kStart + 2500ms);
    EXPECT_EQ(script.deadline(), kStart + 4s);
}

TEST(Script, SkipsThatRunEvenIfNobodyAskedMeanwhile) {
    ScriptTracker script{patient(), kStart};
    EXPECT_EQ(script.due(kStart), ScriptOrder::Run);
    script.finished(true, kStart + 2500ms);
    EXPECT_EQ(script.deadline(), kStart + 4s);
}

TEST(Script, DoesNotMakeUpForMissedRuns) {
    ScriptTracker script{patient(), kStart};
    run(script, true, kStart + 9s);
    EXPECT_EQ(script.due(kStart + 9s), ScriptOrder::None);
    EXPECT_EQ(script.deadline(), kStart + 10s);
}

TEST(Script, FirstResultDecidesAtOnce) {
    for (const bool success : {true, false}) {
        ScriptTracker script{{.rise = 3, .fall = 3}, kStart};
        EXPECT_EQ(script.health(), Health::Unknown);
        EXPECT_TRUE(run(script, success, kStart));
        EXPECT_EQ(script.health(), success ? kGood : kBad);
    }
}

TEST(Script, FallsAfterThatManyFailuresInARow) {
    ScriptTracker script{{.rise = 1, .fall = 3}, kStart};
    EXPECT_EQ(healths(script, {true, false, false, true, false, false, false}),
              (std::vector{kGood, kGood, kGood, kGood, kGood, kGood, kBad}));
}

TEST(Script, RisesAfterThatManySuccessesInARow) {
    ScriptTracker script{{.rise = 3, .fall = 1}, kStart};
    EXPECT_EQ(healths(script, {false, true, true, false, true, true, true}),
              (std::vector{kBad, kBad, kBad, kBad, kBad, kBad, kGood}));
}

TEST(Script, SaysOnlyOnceThatItsHealthChanged) {
    ScriptTracker script{{}, kStart};
    EXPECT_TRUE(run(script, true, kStart));
    EXPECT_FALSE(run(script, true, kStart + 1s));
    EXPECT_TRUE(run(script, false, kStart + 2s));
    EXPECT_FALSE(run(script, false, kStart + 3s));
}

TEST(Script, IsTerminatedAtItsTimeoutAndKilledTwoSecondsLater) {
    ScriptTracker script{patient(), kStart};
    EXPECT_EQ(script.due(kStart), ScriptOrder::Run);
    EXPECT_EQ(script.deadline(), kStart + 3s);
    EXPECT_EQ(script.due(kStart + 3s - 1us), ScriptOrder::None);
    EXPECT_EQ(script.due(kStart + 3s), ScriptOrder::Terminate);
    EXPECT_TRUE(script.timed_out());
    EXPECT_EQ(script.deadline(), kStart + 5s);
    EXPECT_EQ(script.due(kStart + 5s - 1us), ScriptOrder::None);
    EXPECT_EQ(script.due(kStart + 5s), ScriptOrder::Kill);
    EXPECT_EQ(script.due(kStart + 5s), ScriptOrder::None);
    EXPECT_FALSE(script.deadline()) << "nothing is left to do but to wait for its end";
}

TEST(Script, ThatTimedOutHasFailedOnlyOnceItIsGone) {
    ScriptTracker script{{}, kStart};
    run(script, true, kStart);
    EXPECT_EQ(script.due(kStart + 1s), ScriptOrder::Run);
    EXPECT_EQ(script.due(kStart + 2s), ScriptOrder::Terminate);
    EXPECT_EQ(script.due(kStart + 4s), ScriptOrder::Kill);
    EXPECT_EQ(script.health(), kGood);
    EXPECT_TRUE(script.finished(false, kStart + 4s + 1ms));
    EXPECT_EQ(script.health(), kBad);
    EXPECT_EQ(script.deadline(), kStart + 5s);
}

TEST(Script, ThatTimedOutHasFailedWhateverItReturned) {
    ScriptTracker script{{}, kStart};
    EXPECT_EQ(script.due(kStart), ScriptOrder::Run);
    EXPECT_EQ(script.due(kStart + 1s), ScriptOrder::Terminate);
    script.finished(true, kStart + 1s);
    EXPECT_EQ(script.health(), kBad);
    EXPECT_FALSE(script.timed_out()) << "that was the run before";
}

TEST(Script, ThatWasAbandonedHasFailedAndRunsAgainWhenItIsDue) {
    ScriptTracker script{{}, kStart};
    EXPECT_EQ(script.due(kStart), ScriptOrder::Run);
    EXPECT_EQ(script.due(kStart + 1s), ScriptOrder::Terminate);
    EXPECT_TRUE(script.abandoned());
    EXPECT_EQ(script.health(), kBad);
    EXPECT_EQ(script.due(kStart + 1s), ScriptOrder::Run) << "its beat is its timeout";
    EXPECT_EQ(script.due(kStart + 2s + 1ms), ScriptOrder::Terminate);
    EXPECT_FALSE(script.abandoned());
    EXPECT_EQ(script.due(kStart + 2s + 1ms), ScriptOrder::Run) << "late by a moment, not left out";
    EXPECT_TRUE(script.finished(true, kStart + 2500ms));
    EXPECT_EQ(script.deadline(), kStart + 3s);
}

TEST(Script, ThatStartsBadNeedsItsRise) {
    ScriptTracker script{{.rise = 2, .starts_bad = true}, kStart};
    EXPECT_EQ(script.health(), kBad);
    EXPECT_EQ(healths(script, {true, true}), (std::vector{kBad, kGood}));
}

TEST(Script, ThatCouldNotStartHasFailed) {
    ScriptTracker script{{}, kStart};
    EXPECT_EQ(script.due(kStart), ScriptOrder::Run);
    EXPECT_TRUE(script.could_not_start(kStart));
    EXPECT_EQ(script.health(), kBad);
    EXPECT_EQ(script.deadline(), kStart + 1s);
}

TEST(ScriptReload, KeepsTheResult) {
    ScriptTracker script{{}, kStart};
    run(script, false, kStart);
    script.adopt_settings(patient());
    EXPECT_EQ(script.health(), kBad);
    EXPECT_EQ(script.deadline(), kStart + 1s);
    run(script, false, kStart + 1s);
    EXPECT_EQ(script.deadline(), kStart + 3s) << "the new interval counts from the next run";
}

TEST(ScriptReload, AppliesTheNewLimitsToWhatWasCounted) {
    ScriptTracker script{{.rise = 1, .fall = 5}, kStart};
    EXPECT_EQ(healths(script, {true, false, false}), (std::vector{kGood, kGood, kGood}));
    script.adopt_settings({.rise = 1, .fall = 3});
    EXPECT_EQ(script.health(), kGood);
    EXPECT_TRUE(run(script, false, *script.deadline()));
    EXPECT_EQ(script.health(), kBad);
}

TEST(ScriptReload, AppliesAShorterTimeoutToTheActiveRun) {
    ScriptTracker script{patient(), kStart};
    EXPECT_EQ(script.due(kStart), ScriptOrder::Run);
    script.adopt_settings({.interval = 2s, .timeout = 1s});
    EXPECT_EQ(script.deadline(), kStart + 1s);
    EXPECT_EQ(script.due(kStart + 1500ms), ScriptOrder::Terminate);
}

}  // namespace
}  // namespace understudy::track
