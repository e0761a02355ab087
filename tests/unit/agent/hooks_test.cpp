#include "hooks.hpp"

#include <gtest/gtest.h>

namespace understudy::agent {
namespace {

constexpr Instant kStart{seconds{100}};

Hook hook(const std::string& name) { return {{{name}, "", ""}, name}; }

struct Bench {
    Hooks hooks;
    std::uint64_t next_run = 1;

    std::vector<std::string> start(Instant now) {
        std::vector<std::string> names;
        for (const Hooks::Started& started : hooks.start_due(now, next_run))
            names.push_back(started.hook.what);
        return names;
    }
};

using Names = std::vector<std::string>;

TEST(Hooks, OfOneOwnerRunOneAfterTheOther) {
    Bench bench;
    bench.hooks.add(7, hook("first"));
    bench.hooks.add(7, hook("second"));
    EXPECT_EQ(bench.start(kStart), Names{"first"});
    EXPECT_EQ(bench.start(kStart + seconds{1}), Names{});
    EXPECT_TRUE(bench.hooks.ended(1));
    EXPECT_EQ(bench.start(kStart + seconds{1}), Names{"second"});
}

TEST(Hooks, OfTwoOwnersRunSideBySide) {
    Bench bench;
    bench.hooks.add(7, hook("seven"));
    bench.hooks.add(8, hook("eight"));
    EXPECT_EQ(bench.start(kStart), (Names{"seven", "eight"}));
}

TEST(Hooks, ThatHangDoNotHoldTheNextBackForEver) {
    Bench bench;
    bench.hooks.add(7, hook("hangs"));
    bench.hooks.add(7, hook("next"));
    EXPECT_EQ(bench.start(kStart), Names{"hangs"});
    EXPECT_EQ(bench.hooks.deadline(), kStart + Hooks::kPatience);
    EXPECT_EQ(bench.start(kStart + Hooks::kPatience), Names{"next"});
}

TEST(Hooks, ThatNeverEndDoNotPileUp) {
    Bench bench;
    for (std::size_t i = 0; i < 2 * Hooks::kMostRunning; ++i) bench.hooks.add(7, hook("hangs"));
    Instant now = kStart;
    std::size_t running = 0;
    for (std::size_t i = 0; i < 2 * Hooks::kMostRunning; ++i, now += Hooks::kPatience)
        running += bench.start(now).size();
    EXPECT_EQ(running, Hooks::kMostRunning);
    EXPECT_EQ(bench.hooks.deadline(), std::nullopt) << "only an end lets the next one start";
    EXPECT_TRUE(bench.hooks.ended(1));
    EXPECT_EQ(bench.start(now), Names{"hangs"});
}

TEST(Hooks, WithNothingWaitingWantNoDeadline) {
    Bench bench;
    bench.hooks.add(7, hook("only"));
    EXPECT_EQ(bench.start(kStart), Names{"only"});
    EXPECT_EQ(bench.hooks.deadline(), std::nullopt);
}

TEST(Hooks, KeepTheNewestWhenTooManyWait) {
    Bench bench;
    for (std::size_t i = 0; i < Hooks::kMostWaiting; ++i)
        EXPECT_TRUE(bench.hooks.add(7, hook(std::to_string(i))));
    EXPECT_FALSE(bench.hooks.add(7, hook("newest")));
    EXPECT_EQ(bench.start(kStart), Names{"1"});  // "0" was given up
}

TEST(Hooks, AreOverdueAfterASecondWhileStopping) {
    Bench bench;
    bench.hooks.add(7, hook("slow"));
    EXPECT_EQ(bench.start(kStart), Names{"slow"});
    bench.hooks.stop();
    EXPECT_TRUE(bench.hooks.overdue(kStart + milliseconds{999}).empty());
    EXPECT_EQ(bench.hooks.overdue(kStart + seconds{1}), std::vector<std::uint64_t>{1});
    EXPECT_EQ(bench.hooks.deadline(), kStart + seconds{1});
}

TEST(Hooks, AreIdleOnlyWhenNothingRunsOrWaits) {
    Bench bench;
    EXPECT_TRUE(bench.hooks.idle());
    bench.hooks.add(7, hook("one"));
    EXPECT_FALSE(bench.hooks.idle());
    EXPECT_EQ(bench.start(kStart), Names{"one"});
    EXPECT_FALSE(bench.hooks.idle());
    EXPECT_TRUE(bench.hooks.ended(1));
    EXPECT_TRUE(bench.hooks.idle());
    EXPECT_FALSE(bench.hooks.ended(1));  // not ours any more
}

}  // namespace
}  // namespace understudy::agent
