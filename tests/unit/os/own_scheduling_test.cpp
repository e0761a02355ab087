#include "understudy/os/own_scheduling.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <optional>
#include <semaphore>
#include <thread>

#include "understudy/os/child.hpp"
#include "understudy/os/clock.hpp"

#include "run_until.hpp"
#include "temporary_directory.hpp"

namespace understudy::os {
namespace {

using test::run_until;

Scheduling realtime(std::uint32_t priority, microseconds limit = microseconds{10000}) {
    return {std::nullopt, priority, false, {}, limit};
}

// What a test asks for is taken back at its end: the next one begins as the first did.
struct OwnSchedulingTest : testing::Test {
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "only root may ask for all of this and take it back";
        if (!scheduling.apply(realtime(1)).empty()) GTEST_SKIP() << "no real time in this container";
        EXPECT_TRUE(scheduling.apply({}).empty());
    }
    void TearDown() override { static_cast<void>(scheduling.apply({})); }

    static std::optional<int> realtime_priority() {
        sched_param parameters{};
        ::sched_getparam(0, &parameters);
        if (::sched_getscheduler(0) != SCHED_RR) return std::nullopt;
        return parameters.sched_priority;
    }
    static std::vector<std::uint32_t> processors() {
        cpu_set_t allowed;
        ::sched_getaffinity(0, sizeof allowed, &allowed);
        std::vector<std::uint32_t> numbers;
        for (std::uint32_t cpu = 0; cpu < CPU_SETSIZE; ++cpu)
            if (CPU_ISSET(cpu, &allowed)) numbers.push_back(cpu);
        return numbers;
    }
    static rlim_t realtime_limit() {
        rlimit limit{};
        ::getrlimit(RLIMIT_RTTIME, &limit);
        return limit.rlim_cur;
    }

    boost::asio::io_context loop{1};
    int limits_reached = 0;
    OwnScheduling scheduling = *OwnScheduling::open(loop, [this] { ++limits_reached; });
};

TEST_F(OwnSchedulingTest, AppliesAllThatIsAskedFor) {
    const std::uint32_t last = processors().back();
    EXPECT_TRUE(scheduling.apply({-5, 7, false, {last}, microseconds{50000}}).empty());
    EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), -5);
    EXPECT_EQ(realtime_priority(), 7);
    EXPECT_EQ(processors(), std::vector{last});
    EXPECT_EQ(realtime_limit(), 50000u);
}

TEST_F(OwnSchedulingTest, ReturnsToWhatItWasAtFirst) {
    const int nice = ::getpriority(PRIO_PROCESS, 0);
    const std::vector<std::uint32_t> allowed = processors();
    const rlim_t limit = realtime_limit();
    EXPECT_TRUE(scheduling.apply({5, 7, false, {allowed.back()}, microseconds{50000}}).empty());
    EXPECT_TRUE(scheduling.apply({}).empty());
    EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), nice);
    EXPECT_EQ(realtime_priority(), std::nullopt);
    EXPECT_EQ(processors(), allowed);
    EXPECT_EQ(realtime_limit(), limit);
}

TEST_F(OwnSchedulingTest, LeavesAloneWhatNobodyAskedFor) {
    EXPECT_TRUE(scheduling.apply(realtime(1)).empty());
    const int nice = ::getpriority(PRIO_PROCESS, 0);
    const int other = nice > 0 ? nice - 1 : nice + 1;  // the tests themselves may be as nice as can be
    ::setpriority(PRIO_PROCESS, 0, other);             // by an operator
    EXPECT_TRUE(scheduling.apply(realtime(2)).empty());
    EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), other);
    ::setpriority(PRIO_PROCESS, 0, nice);
}

TEST_F(OwnSchedulingTest, TellsWhatIsRefusedAndDoesTheRest) {
    EXPECT_EQ(scheduling.apply({-3, std::nullopt, false, {CPU_SETSIZE - 1}, microseconds{10000}}),
              (std::vector<SchedulingRefusal>{{SchedulingPart::Processors, EINVAL}}));
    EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), -3);
}

// The kernel would end a process whose limit of real-time work is reached.
TEST_F(OwnSchedulingTest, GoesOnWithOrdinaryPriorityAtItsLimit) {
    EXPECT_TRUE(scheduling.apply(realtime(1, microseconds{2000})).empty());
    while (realtime_priority()) {
        // Work without a pause, until the kernel has had enough.
    }
    ASSERT_TRUE(run_until(loop, [&] { return limits_reached > 0; }));
    EXPECT_TRUE(scheduling.apply(realtime(1, microseconds{2000})).empty());
    EXPECT_EQ(realtime_priority(), 1);
    EXPECT_EQ(realtime_limit(), 2000u) << "the kernel has made it longer when it was reached";
}

TEST_F(OwnSchedulingTest, IsNotThatOfProgramsWeStart) {
    test::TemporaryDirectory directory;
    const int nice = ::getpriority(PRIO_PROCESS, 0);
    const std::size_t allowed = processors().size();
    EXPECT_TRUE(scheduling.apply({9, 7, false, {processors().back()}, microseconds{50000}}).empty());
    Children children = *Children::open(loop);
    bool ended = false;
    const auto child = children.spawn({{"sh", "-c",
                                        "exec > $0; chrt -p $$ | grep -c OTHER; nice; nproc; "
                                        "grep 'realtime timeout' /proc/$$/limits | tr -s ' ' | cut -d' ' -f4",
                                        directory.path("output")},
                                       {},
                                       {}},
                                      [&](ChildId, ChildEnd) { ended = true; });
    ASSERT_TRUE(child);
    ASSERT_TRUE(run_until(loop, [&] { return ended; }));
    EXPECT_EQ(directory.content("output"),
              "1\n" + std::to_string(nice) + "\n" + std::to_string(allowed) + "\nunlimited\n");
}

// Works on one processor without a pause, in real time, until this is destroyed.
class Hog {
public:
    Hog(std::uint32_t processor, int priority)
        : thread_([this, processor, priority] {
              cpu_set_t only;
              CPU_ZERO(&only);
              CPU_SET(processor, &only);
              const sched_param parameters{.sched_priority = priority};
              ready_ = ::sched_setaffinity(0, sizeof only, &only) == 0 &&
                       ::sched_setscheduler(0, SCHED_RR, &parameters) == 0;
              begun_.release();
              while (!enough_) {
                  // Whoever is less urgent gets nothing of this processor but what the kernel keeps for them.
              }
          }) {
        begun_.acquire();
    }
    ~Hog() {
        enough_ = true;
        thread_.join();
    }
    Hog(const Hog&) = delete;
    Hog& operator=(const Hog&) = delete;
    [[nodiscard]] bool is_ready() const { return ready_; }

private:
    std::atomic<bool> enough_{false};
    std::atomic<bool> ready_{false};
    std::binary_semaphore begun_{0};
    std::thread thread_;
};

// The kernel keeps a twentieth of each second for those without real time: a child that is lowered before it
// is its program would have us wait for that, nearly a second, while adverts are due.
TEST_F(OwnSchedulingTest, IsNotLostWhileAProgramIsStarted) {
    const std::uint32_t processor = processors().back();
    EXPECT_TRUE(scheduling.apply({std::nullopt, 5, false, {processor}, microseconds{20'000'000}}).empty());
    Children children = *Children::open(loop);
    bool ended = false;
    microseconds took{0};
    {
        const Hog hog{processor, 3};
        ASSERT_TRUE(hog.is_ready());
        const Instant before = now();
        ASSERT_TRUE(children.spawn({{"true"}, {}, {}}, [&](ChildId, ChildEnd) { ended = true; }));
        took = now() - before;
    }
    EXPECT_LT(took, milliseconds{500});
    EXPECT_EQ(realtime_priority(), 5);
    EXPECT_TRUE(run_until(loop, [&] { return ended; }));
}

}  // namespace
}  // namespace understudy::os
