// Both kinds of parts keep the same promises.
#include "parts.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <array>
#include <cstdlib>
#include <optional>

#include <boost/asio/io_context.hpp>

#include "understudy/os/signals.hpp"

#include "process_parts.hpp"
#include "run_until.hpp"
#include "thread_parts.hpp"

namespace understudy::daemon {
namespace {

constexpr std::array kTold{SIGTERM, SIGUSR1};

int end_as_told(Place& place) {
    os::Loop loop;
    int number = EXIT_SUCCESS;
    const auto listening = place.listen(loop, kTold, [&](int told) {
        number = told;
        loop.stop();
    });
    loop.run();
    return listening ? number : EXIT_FAILURE;
}

template <typename Kind>
class AnyParts : public testing::Test {
protected:
    AnyParts() {
        os::hold_signals(kTold);
        parts_.belong_to(loop_, [] {});
    }
    ~AnyParts() override { os::release_signals(kTold); }

    pid_t start(std::move_only_function<int(Place&)> work) {
        const auto part = parts_.start({"part", Part::Signals::Held, std::move(work)});
        EXPECT_TRUE(part) << part.error().to_string();
        return part.value_or(0);
    }

    // Nothing but SIGCHLD wakes us.
    os::ProcessEnd end_of(pid_t part) {
        std::optional<os::ProcessEnd> end;
        EXPECT_TRUE(os::test::run_until(loop_, [&] { return (end = parts_.end_of(part)).has_value(); }));
        return end.value_or(os::ProcessEnd{});
    }

    os::Loop loop_;
    os::Signals ends_ = *os::Signals::open(loop_, std::array{SIGCHLD}, [](int) {});
    Kind parts_;
};

using Kinds = testing::Types<ProcessParts, ThreadParts>;
TYPED_TEST_SUITE(AnyParts, Kinds);

TYPED_TEST(AnyParts, EndWithTheStatusOfTheirWork) {
    const pid_t part = this->start([](Place&) { return 7; });
    const os::ProcessEnd end = this->end_of(part);
    EXPECT_EQ(end.process, part);
    EXPECT_FALSE(end.signalled);
    EXPECT_EQ(end.number, 7);
    EXPECT_FALSE(this->parts_.end_of(part));
}

TYPED_TEST(AnyParts, AreTakenInWhateverOrderTheyEnd) {
    const pid_t first = this->start([](Place&) { return 1; });
    const pid_t second = this->start([](Place&) { return 2; });
    EXPECT_EQ(this->end_of(second).number, 2);
    EXPECT_EQ(this->end_of(first).number, 1);
}

TYPED_TEST(AnyParts, AreToldWhatTheyListenTo) {
    const pid_t part = this->start(end_as_told);
    this->parts_.signal(part, SIGUSR1);
    EXPECT_EQ(this->end_of(part).number, SIGUSR1);
}

TYPED_TEST(AnyParts, AreOverOnceWhenTheyAreKilled) {
    const pid_t part = this->start(end_as_told);
    this->parts_.signal(part, SIGKILL);
    const os::ProcessEnd end = this->end_of(part);
    EXPECT_TRUE(end.signalled);
    EXPECT_EQ(end.number, SIGKILL);
    this->parts_.signal(part, SIGTERM);
    EXPECT_FALSE(this->parts_.end_of(part));
}

TYPED_TEST(AnyParts, LiveInAProcess) {
    const pid_t part = this->start([](Place& place) { return place.has_outlived_supervisor() ? 1 : 0; });
    EXPECT_TRUE(os::send_signal(this->parts_.process_of(part), 0));
    EXPECT_EQ(this->end_of(part).number, 0);
}

TEST(ProcessParts, LetGoOfWhatIsTheSupervisors) {
    os::Loop loop;
    bool has_let_go = false;
    ProcessParts parts;
    parts.belong_to(loop, [&] { has_let_go = true; });
    const auto part = parts.start({"part", Part::Signals::Held, [&](Place&) { return has_let_go ? 3 : 4; }});
    ASSERT_TRUE(part);
    const auto end = os::wait_for_process(*part);
    ASSERT_TRUE(end);
    EXPECT_EQ(end->number, 3);
    EXPECT_FALSE(has_let_go);
}

TEST(ThreadParts, LiveInOurProcess) {
    ThreadParts parts;
    const auto part = parts.start({"part", Part::Signals::Held, [](Place&) { return os::process_id(); }});
    ASSERT_TRUE(part);
    std::optional<os::ProcessEnd> end;
    while (!end || end->process != *part) end = parts.next_end();  // others may have left us children
    EXPECT_EQ(end->number, os::process_id());
    EXPECT_EQ(parts.process_of(*part), os::process_id());
    EXPECT_EQ(parts.conclude(5), 5);
}

}  // namespace
}  // namespace understudy::daemon
