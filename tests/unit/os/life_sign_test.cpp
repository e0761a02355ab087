// Both processes are one here.
#include "understudy/os/life_sign.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "understudy/os/clock.hpp"

#include "run_until.hpp"

namespace understudy::os {
namespace {

using test::run_ready;
using test::run_until;
using namespace std::chrono_literals;

constexpr milliseconds kLong = 1h;
constexpr milliseconds kShort = 5ms;

struct LifeWatchTest : testing::Test {
    LifeWatchTest() {
        auto opened = LifeWatch::open(loop, [this] { ++rang; });
        EXPECT_TRUE(opened.has_value());
        watch.emplace(*std::move(opened));
    }

    void be_watched() {
        auto line = watch->line();
        EXPECT_TRUE(line.has_value());
        sign.emplace(watched_loop, *std::move(line));
    }

    Loop loop;
    Loop watched_loop;
    int rang = 0;
    std::optional<LifeWatch> watch;
    std::optional<LifeSign> sign;
};

TEST_F(LifeWatchTest, RingsWhenNobodyTakesTheQuestion) {
    be_watched();
    watch->ask(kLong, now() + kShort);
    EXPECT_TRUE(run_until(loop, [this] { return rang == 1; }));
    EXPECT_FALSE(watch->is_answered());
}

TEST_F(LifeWatchTest, RestsAfterAnAnswer) {
    be_watched();
    watch->ask(kLong, now() + 1h);
    EXPECT_FALSE(watch->is_answered());
    run_ready(watched_loop);
    EXPECT_TRUE(watch->is_answered());
}

TEST_F(LifeWatchTest, AnAnswerPutsTheAlarmOff) {
    be_watched();
    const Instant until = now() + 50ms;
    watch->ask(kLong, until);
    run_ready(watched_loop);
    while (now() < until + kShort) run_ready(loop);
    EXPECT_EQ(rang, 0);
}

TEST_F(LifeWatchTest, RingsAfterTheRestThatFollowsTheLastSignOfLife) {
    be_watched();
    watch->ask(kShort, now() + 1h);
    run_ready(watched_loop);
    EXPECT_TRUE(run_until(loop, [this] { return rang == 1; }));
    EXPECT_TRUE(watch->is_answered());
    sign->show(now());
    EXPECT_TRUE(run_until(loop, [this] { return rang == 2; }));
}

TEST_F(LifeWatchTest, NothingIsShownBeforeTheFirstQuestion) {
    be_watched();
    sign->show(now());
    watch->ask(kLong, now() + kShort);
    sign->show(now());
    EXPECT_TRUE(run_until(loop, [this] { return rang == 1; }));
}

// Otherwise the two would count as one that grants more rest.
TEST_F(LifeWatchTest, AQuestionReplacesTheOneBefore) {
    be_watched();
    watch->ask(kLong, now() + 1h);
    watch->ask(kShort, now() + 1h);
    run_ready(watched_loop);
    EXPECT_TRUE(run_until(loop, [this] { return rang == 1; }));
}

TEST_F(LifeWatchTest, IsNotDisturbedByTheEndOfTheOther) {
    be_watched();
    sign.reset();
    watch->ask(kLong, now() + kShort);
    EXPECT_TRUE(run_until(loop, [this] { return rang == 1; }));
    be_watched();  // its successor
    run_ready(watched_loop);
    EXPECT_TRUE(watch->is_answered());
}

TEST_F(LifeWatchTest, TakesTheQuestionBackAtTheEnd) {
    be_watched();
    watch->ask(kLong, now() + kShort);
    watch->end();
    EXPECT_TRUE(watch->is_answered());
    run_ready(watched_loop);
    run_ready(loop);
    EXPECT_EQ(rang, 0);
}

TEST_F(LifeWatchTest, OnceDestroyedItCallsNobody) {
    watch->ask(kLong, now());
    watch.reset();
    run_ready(loop);
    EXPECT_EQ(rang, 0);
}

}  // namespace
}  // namespace understudy::os
