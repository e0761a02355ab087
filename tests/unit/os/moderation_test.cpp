#include "moderation.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include "understudy/os/clock.hpp"
#include "understudy/os/process.hpp"

#include "readiness.hpp"
#include "run_until.hpp"

namespace understudy::os {
namespace {

constexpr Instant kStart{seconds{1000}};

// How many of so many wake-ups at this distance are followed by a pause.
int pauses(Moderation& moderation, Instant& now, int wakes, microseconds distance) {
    int paused = 0;
    for (int i = 0; i < wakes; ++i) {
        now += distance;
        const bool pause = moderation.woken(now);
        paused += pause;
        if (pause) now += Moderation::kPause;
    }
    return paused;
}

TEST(Moderation, LeavesThousandsOfAdvertsASecondAlone) {
    Moderation moderation;
    Instant now = kStart;
    EXPECT_EQ(pauses(moderation, now, 10'000, microseconds{550}), 0);
}

TEST(Moderation, PausesInAFloodAfterItsFirstPackets) {
    Moderation moderation;
    Instant now = kStart;
    EXPECT_EQ(pauses(moderation, now, 1000, microseconds{20}), 1000 - Moderation::kMost);
}

TEST(Moderation, EndsWithTheFlood) {
    Moderation moderation;
    Instant now = kStart;
    pauses(moderation, now, 1000, microseconds{20});
    EXPECT_LE(pauses(moderation, now, 100, milliseconds{4}), 2 * Moderation::kWindow / milliseconds{5});
    EXPECT_EQ(pauses(moderation, now, 100, milliseconds{4}), 0);
    pauses(moderation, now, 1000, microseconds{20});
    now += seconds{1};
    EXPECT_FALSE(moderation.woken(now));
}

TEST(ModeratedReadiness, IsNotCalledForEveryPacketOfAFlood) {
    Loop loop{1};
    const auto pipe = open_pipe();
    ASSERT_TRUE(pipe.has_value());
    ASSERT_EQ(::write(pipe->write_end.get(), "x", 1), 1);  // nobody reads it: there is always something
    int calls = 0;
    const auto readiness = Readiness::moderated(loop, pipe->read_end.get(), [&] {
        ++calls;
        return false;
    });
    const Instant began = now();
    ASSERT_TRUE(test::run_until(loop, [&] { return now() - began >= milliseconds{50}; }));
    EXPECT_GT(calls, 1);
    EXPECT_LE(calls, Moderation::kMost + (now() - began) / Moderation::kPause + 1);
}

TEST(ModeratedReadiness, IsCalledAtOnceWhileThereIsMoreToRead) {
    Loop loop{1};
    const auto pipe = open_pipe();
    ASSERT_TRUE(pipe.has_value());
    ASSERT_EQ(::write(pipe->write_end.get(), "x", 1), 1);
    int calls = 0;
    const auto readiness = Readiness::moderated(loop, pipe->read_end.get(), [&] {
        ++calls;
        return calls < 1000;
    });
    EXPECT_TRUE(test::run_until(loop, [&] { return calls >= 1000; }));
}

}  // namespace
}  // namespace understudy::os
