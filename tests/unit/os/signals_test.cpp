#include "understudy/os/signals.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
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

// What is sent before anybody listens must neither end the process nor be lost.
TEST(Signals, ThatWereHeldArriveWhenTheyAreListenedTo) {
    const std::array numbers{SIGTERM};
    hold_signals(numbers);
    ::kill(::getpid(), SIGTERM);
    boost::asio::io_context loop{1};
    std::vector<int> received;
    {
        const auto signals = *Signals::open(loop, numbers, [&](int number) { received.push_back(number); });
        EXPECT_TRUE(run_until(loop, [&] { return !received.empty(); }));
        ::kill(::getpid(), SIGTERM);
    }
    EXPECT_TRUE(is_blocked(SIGTERM)) << "as it was before";
    const auto next = *Signals::open(loop, numbers, [&](int number) { received.push_back(number); });
    EXPECT_TRUE(run_until(loop, [&] { return received.size() == 2; })) << "one left for who comes next";
    release_signals(numbers);
    EXPECT_FALSE(is_blocked(SIGTERM));
}

// Child and parent have the same descriptor; what the child does with it must not make the parent deaf.
TEST(Signals, AreStillHeardOnceAForkedProcessHasLetGoOfThem) {
    const std::array numbers{SIGUSR1};
    hold_signals(numbers);
    boost::asio::io_context loop{1};
    bool heard = false;
    std::optional<Signals> signals;
    signals = *Signals::open(loop, numbers, [&](int) { heard = true; });
    loop.notify_fork(Loop::fork_prepare);
    const pid_t child = ::fork();
    loop.notify_fork(child == 0 ? Loop::fork_child : Loop::fork_parent);
    if (child == 0) {
        signals.reset();
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ::kill(::getpid(), SIGUSR1);
    EXPECT_TRUE(run_until(loop, [&] { return heard; }));
    signals.reset();
    release_signals(numbers);
}

TEST(Signals, ThatWereHeldCanBePassedOn) {
    const std::array numbers{SIGUSR1, SIGUSR2};
    hold_signals(numbers);
    ::kill(::getpid(), SIGUSR2);
    const pid_t child = ::fork();
    if (child == 0) {
        sigset_t held;
        ::sigemptyset(&held);
        for (const int number : numbers) ::sigaddset(&held, number);
        int number = 0;
        ::sigwait(&held, &number);
        ::_exit(number);
    }
    pass_held_signals(numbers, child);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), SIGUSR2);
    sigset_t held;
    ::sigemptyset(&held);
    ::sigaddset(&held, SIGUSR2);
    const timespec now{};
    EXPECT_EQ(::sigtimedwait(&held, nullptr, &now), SIGUSR2);
    release_signals(numbers);
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
