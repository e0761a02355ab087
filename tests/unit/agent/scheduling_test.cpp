// How the vrrp process runs: as configured, and in real time once it was woken too late.
#include <gtest/gtest.h>

#include <cerrno>

#include "desk.hpp"

namespace understudy::agent {
namespace {

using namespace test;

constexpr seconds kDelay{2};

model::Config scheduled(const Scheduling& scheduling) {
    model::Config config = config_of({instance()});
    config.globals.processes.vrrp.scheduling = scheduling;
    return config;
}

model::Config automatic(int most, Scheduling scheduling = {}) {
    model::Config config = scheduled(scheduling);
    config.globals.processes.max_auto_priority = most;
    config.globals.processes.min_auto_priority_delay = kDelay;
    return config;
}

Scheduling realtime(std::uint32_t priority) {
    Scheduling scheduling;
    scheduling.realtime = priority;
    return scheduling;
}

// The processor was busy with others: nothing happens at the time that was asked for, but that much later.
void starve(Desk& desk, microseconds late) {
    desk.now = *desk.agent.deadline() + late;
    desk.hear(TimeReached{});
}

std::vector<std::optional<std::uint32_t>> realtime_orders(const Desk& desk) {
    std::vector<std::optional<std::uint32_t>> priorities;
    for (const SetScheduling& order : desk.all<SetScheduling>()) priorities.push_back(order.wanted.realtime);
    return priorities;
}

using Orders = std::vector<std::optional<std::uint32_t>>;

TEST(Scheduling, IsLeftAloneUnlessAskedFor) {
    Desk desk{config_of({instance()})};
    desk.start();
    EXPECT_TRUE(desk.all<SetScheduling>().empty());
}

TEST(Scheduling, IsOrderedAtTheStartAsConfigured) {
    const Scheduling asked{-10, 50, true, {0, 1}, microseconds{20000}};
    Desk desk{scheduled(asked)};
    desk.start();
    EXPECT_EQ(desk.all<SetScheduling>(), (std::vector<SetScheduling>{{asked}}));
}

TEST(Scheduling, FollowsAReloadThatChangesIt) {
    Desk desk{scheduled(realtime(50))};
    desk.start();
    desk.hear(ConfigLoaded{shared(scheduled(realtime(50)))});
    EXPECT_EQ(realtime_orders(desk), (Orders{50})) << "what did not change is not ordered again";
    desk.hear(ConfigLoaded{shared(scheduled(realtime(20)))});
    desk.hear(ConfigLoaded{shared(config_of({instance()}))});
    EXPECT_EQ(realtime_orders(desk), (Orders{50, 20, std::nullopt}));
}

TEST(Scheduling, TellsOnceOfEverythingThatIsRefused) {
    Scheduling asked = realtime(50);
    asked.no_swap = true;
    Desk desk{scheduled(asked)};
    desk.start();
    desk.hear(SchedulingAnswered{{{SchedulingPart::Realtime, EPERM}, {SchedulingPart::Memory, EPERM}}});
    const std::vector<Tell> told = desk.all<Tell>();
    const auto refused =
        std::ranges::find(told, "scheduling-refused", [](const Tell& t) { return t.record.id; });
    ASSERT_NE(refused, told.end());
    EXPECT_EQ(refused->record.text,
              "the kernel refuses the vrrp process real-time priority 50 (Operation not permitted; it needs "
              "CAP_SYS_NICE), and to keep the memory from being swapped out (vrrp_no_swap) (Operation not "
              "permitted; it needs CAP_IPC_LOCK): it goes on without");
    EXPECT_EQ(desk.told("scheduling-refused"), 1u);
}

TEST(Scheduling, SaysNothingWhenAllIsGranted) {
    Desk desk{scheduled(realtime(50))};
    desk.start();
    desk.hear(SchedulingAnswered{});
    EXPECT_EQ(desk.told("scheduling-refused"), 0u);
}

// max_auto_priority: first into real time, then one more each time, up to the limit.
TEST(AutomaticPriority, RisesByOneEachTimeUpToItsLimit) {
    Desk desk{automatic(3)};
    desk.start();
    for (int times = 0; times < 5; ++times) starve(desk, kDelay);
    EXPECT_EQ(realtime_orders(desk), (Orders{1, 2, 3}));
    EXPECT_EQ(desk.told("priority-raised"), 3u);
}

// min_auto_priority_delay is the least delay that counts.
TEST(AutomaticPriority, BearsAShorterDelay) {
    Desk desk{automatic(99)};
    desk.start();
    starve(desk, kDelay - microseconds{1});
    EXPECT_TRUE(desk.all<SetScheduling>().empty());
    starve(desk, kDelay);
    EXPECT_EQ(realtime_orders(desk), (Orders{1}));
}

TEST(AutomaticPriority, IsOffAsByDefaultAndBelowZero) {
    for (const int off : {0, -1}) {
        Desk desk{automatic(off)};
        desk.start();
        starve(desk, seconds{100});
        EXPECT_TRUE(desk.all<SetScheduling>().empty()) << off;
    }
}

TEST(AutomaticPriority, BeginsAboveTheConfiguredOne) {
    Desk desk{automatic(12, realtime(10))};
    desk.start();
    for (int times = 0; times < 3; ++times) starve(desk, kDelay);
    EXPECT_EQ(realtime_orders(desk), (Orders{10, 11, 12}));
}

TEST(AutomaticPriority, LeavesAConfiguredOneAloneThatIsHigherThanItsLimit) {
    Desk desk{automatic(5, realtime(10))};
    desk.start();
    starve(desk, kDelay);
    EXPECT_EQ(realtime_orders(desk), (Orders{10}));
}

// After a long wait the packets that have come meanwhile are served first.
TEST(AutomaticPriority, RisesAlsoWhenSomethingElseIsServedFirst) {
    Desk desk{automatic(99)};
    desk.start();
    desk.now = *desk.agent.deadline() + kDelay;
    desk.hear(LinksPolled{});
    desk.hear(TimeReached{});
    EXPECT_EQ(realtime_orders(desk), (Orders{1})) << "once for one delay";
}

// A deadline may lie in the past already when it is set: that is no delay of the timer.
TEST(AutomaticPriority, CountsFromTheLastTurnOnly) {
    Desk desk{automatic(99)};
    desk.start();
    desk.run_for(seconds{3600});
    EXPECT_TRUE(desk.all<SetScheduling>().empty());
}

TEST(AutomaticPriority, OutlivesAReloadWithinTheNewLimit) {
    Desk desk{automatic(99)};
    desk.start();
    for (int times = 0; times < 5; ++times) starve(desk, kDelay);
    desk.hear(ConfigLoaded{shared(automatic(50))});
    EXPECT_EQ(realtime_orders(desk), (Orders{1, 2, 3, 4, 5}));
    desk.hear(ConfigLoaded{shared(automatic(3))});
    desk.hear(ConfigLoaded{shared(automatic(0))});
    EXPECT_EQ(realtime_orders(desk), (Orders{1, 2, 3, 4, 5, 3, std::nullopt}));
}

TEST(AutomaticPriority, DoesNotInsistWhereRealTimeIsRefused) {
    Desk desk{automatic(99)};
    desk.start();
    starve(desk, kDelay);
    desk.hear(SchedulingAnswered{{{SchedulingPart::Realtime, EPERM}}});
    starve(desk, kDelay);
    EXPECT_EQ(desk.all<SetScheduling>().size(), 1u);
    EXPECT_EQ(desk.told("scheduling-refused"), 1u);
    desk.hear(ConfigLoaded{shared(automatic(98))});
    starve(desk, kDelay);
    EXPECT_EQ(desk.all<SetScheduling>().size(), 2u) << "a reload is a reason to try again";
}

TEST(RealtimeLimit, IsFollowedByAPause) {
    Desk desk{scheduled(realtime(50))};
    desk.start();
    desk.hear(RealtimeLimitReached{});
    desk.run_for(milliseconds{999});
    EXPECT_EQ(realtime_orders(desk), (Orders{50}));
    desk.run_for(milliseconds{1});
    EXPECT_EQ(realtime_orders(desk), (Orders{50, 50}));
    EXPECT_EQ(desk.told("realtime-limit-reached"), 1u);
}

TEST(RealtimeLimit, IsToldOnceAMinute) {
    Desk desk{scheduled(realtime(50))};
    desk.start();
    for (int second = 0; second < 120; ++second) {
        desk.hear(RealtimeLimitReached{});
        desk.run_for(seconds{1});
    }
    EXPECT_EQ(desk.told("realtime-limit-reached"), 2u);
    EXPECT_EQ(desk.all<SetScheduling>().size(), 121u);
}

}  // namespace
}  // namespace understudy::agent
