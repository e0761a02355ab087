#include "understudy/os/clock.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include <optional>
#include <vector>

#include "run_until.hpp"

namespace understudy::os {
namespace {

using test::run_ready;
using test::run_until;
using namespace std::chrono_literals;

Instant boot_time() {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return Instant{microseconds{time.tv_sec * 1'000'000 + time.tv_nsec / 1'000}};
}

TEST(Now, IsTheBootTime) {
    const Instant before = boot_time();
    const Instant told = now();
    EXPECT_LE(before, told);
    EXPECT_LE(told, boot_time());
}

// As if the host stood somewhere else.
struct InZone {
    explicit InZone(const char* zone) {
        ::setenv("TZ", zone, 1);
        ::tzset();
    }
    InZone(const InZone&) = delete;
    InZone& operator=(const InZone&) = delete;
    ~InZone() {
        ::unsetenv("TZ");
        ::tzset();
    }
};

TEST(CivilTime, IsThatOfTheZoneOfTheHost) {
    const WallTime noon = std::chrono::sys_days{2026y / 11 / 22} + 12h;
    const InZone zone{"EAST-13:30"};
    EXPECT_EQ(civil_time(noon), (CivilTime{2026y / 11 / 23, 1h + 30min}));
    EXPECT_EQ(wall_time_of({2026y / 11 / 23, 1h + 30min}), noon);
    EXPECT_EQ(wall_time_of({2026y / 11 / 22, 0h}), noon - 25h - 30min);
}

TEST(CivilTime, HasSummer) {
    const InZone zone{"CET-1CEST,M3.5.0,M10.5.0/3"};
    const WallTime noon = std::chrono::sys_days{2026y / 7 / 1} + 12h;
    EXPECT_EQ(civil_time(noon), (CivilTime{2026y / 7 / 1, 14h}));
    EXPECT_EQ(wall_time_of({2026y / 7 / 1, 14h}), noon);
}

struct TimerTest : testing::Test {
    boost::asio::io_context loop{1};
    std::vector<Instant> fired;
    Timer timer = *Timer::open(loop, [this] { fired.push_back(now()); });
};

TEST_F(TimerTest, NeverFiresEarly) {
    const Instant due = now() + 3ms;
    timer.arm(due);
    ASSERT_TRUE(run_until(loop, [&] { return !fired.empty(); }));
    EXPECT_GE(fired.front(), due);
}

TEST_F(TimerTest, FiresThroughTheLoopWhenTheTimeHasPassed) {
    for (const Instant due : {now() - 1h, now(), Instant{}, Instant::min()}) {
        fired.clear();
        timer.arm(due);
        EXPECT_TRUE(fired.empty()) << "not from inside arm()";
        EXPECT_TRUE(run_until(loop, [&] { return !fired.empty(); }));
    }
}

TEST_F(TimerTest, FiresOncePerArming) {
    timer.arm(now());
    ASSERT_TRUE(run_until(loop, [&] { return !fired.empty(); }));
    run_ready(loop);
    EXPECT_EQ(fired.size(), 1u);
}

TEST_F(TimerTest, WakesNobodyAfterItHasFired) {
    timer.arm(now());
    ASSERT_TRUE(run_until(loop, [&] { return !fired.empty(); }));
    EXPECT_EQ(loop.poll(), 0u);
}

TEST_F(TimerTest, ForgetsWhatWasArmedBefore) {
    timer.arm(now());
    timer.arm(now() + 24h);
    run_ready(loop);
    timer.arm(Instant::max());
    run_ready(loop);
    EXPECT_TRUE(fired.empty());
}

TEST_F(TimerTest, KeepsSilentOnceDisarmedEvenWhenItWasDue) {
    timer.arm(now() - 1s);
    timer.disarm();
    run_ready(loop);
    EXPECT_TRUE(fired.empty());
}

TEST(Timer, MayArmItselfAgainFromItsCallback) {
    boost::asio::io_context loop{1};
    int count = 0;
    std::optional<Timer> timer;
    timer = *Timer::open(loop, [&] {
        if (++count < 5) timer->arm(now());
    });
    timer->arm(now());
    EXPECT_TRUE(run_until(loop, [&] { return count == 5; }));
}

TEST(Timer, MayBeDestroyedFromItsCallback) {
    boost::asio::io_context loop{1};
    bool done = false;
    std::optional<Timer> timer;
    timer = *Timer::open(loop, [&] {
        timer.reset();
        done = true;
    });
    timer->arm(now());
    EXPECT_TRUE(run_until(loop, [&] { return done; }));
    run_ready(loop);
}

TEST(Timer, CallsNobodyOnceDestroyed) {
    boost::asio::io_context loop{1};
    int count = 0;
    {
        Timer timer = *Timer::open(loop, [&] { ++count; });
        timer.arm(now() - 1s);
    }
    run_ready(loop);
    EXPECT_EQ(count, 0);
}

}  // namespace
}  // namespace understudy::os
