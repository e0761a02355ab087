#include "understudy/os/signals.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "run_until.hpp"

namespace understudy::os {
namespace {

using test::run_ready;
using test::run_until;

bool is_blocked(int number) {
    sigset_t mask;
    ::sigprocmask(SIG_SETMASK, nullptr, &mask);
    return ::sigismember(&mask, number) == 1;
}

TEST(Signals, ArriveThroughTheLoop) {
    boost::asio::io_context loop{1};
    std::vector<int> received;
    const int realtime = SIGRTMIN + 2;
    const auto signals = *Signals::open(loop, std::array{SIGHUP, SIGUSR1, realtime},
                                        [&](int number) { received.push_back(number); });
    for (const int number : {SIGHUP, SIGUSR1, realtime}) {
        ::kill(::getpid(), number);
        EXPECT_TRUE(run_until(loop, [&] { return !received.empty() && received.back() == number; }));
    }
    EXPECT_EQ(received.size(), 3u);
}

TEST(Signals, LeaveTheMaskAsItWasAndDropWhatIsPending) {
    boost::asio::io_context loop{1};
    {
        const auto signals = *Signals::open(loop, std::array{SIGTERM}, [](int) {});
        EXPECT_TRUE(is_blocked(SIGTERM));
        ::kill(::getpid(), SIGTERM);  // delivered after the end of this block, it would end the test
    }
    EXPECT_FALSE(is_blocked(SIGTERM));
}

TEST(Signals, MayBeDestroyedFromTheCallback) {
    boost::asio::io_context loop{1};
    int count = 0;
    std::optional<Signals> signals;
    signals = *Signals::open(loop, std::array{SIGUSR1, SIGUSR2}, [&](int) {
        ++count;
        signals.reset();
    });
    ::kill(::getpid(), SIGUSR1);
    ::kill(::getpid(), SIGUSR2);
    EXPECT_TRUE(run_until(loop, [&] { return count > 0; }));
    run_ready(loop);
    EXPECT_EQ(count, 1);
}

TEST(BrokenPipes, AreErrorsOnceIgnored) {
    ignore_broken_pipes();
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    ::close(ends[0]);
    EXPECT_EQ(::write(ends[1], "x", 1), -1);
    EXPECT_EQ(errno, EPIPE);
    ::close(ends[1]);
}

}  // namespace
}  // namespace understudy::os
