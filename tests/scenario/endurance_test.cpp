// Hundreds of bad days: several routers on a bad network, and something is done to them every few seconds.
// The auditor looks on after every single event. A failure names its seed, and the fewest mishaps that were
// found to lead to it; UNDERSTUDY_SEED=n repeats it alone. scripts/soak goes on for hours.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <string_view>
#include <vector>

#include "pair.hpp"
#include "sim/day.hpp"
#include "sim/shrink.hpp"
#include "support/seeds.hpp"

namespace understudy::sim {
namespace {

constexpr std::size_t kDays = 250;

void endure(std::string_view name) {
    std::size_t failovers = 0;
    std::size_t days = 0;
    for (const Seed seed : seeds(kDays)) {
        Day day{seed, weather(name)};
        day.run();
        failovers += day.auditor().failovers();
        ++days;
        if (!day.failure()) continue;
        const Shrunk shorter = shrink(seed, weather(name), day);
        FAIL() << "replay with UNDERSTUDY_SEED=" << seed.value << "\n"
               << to_text(shorter.script) << shorter.failure;
    }
    std::cout << "[          ] " << failovers << " simulated failovers in " << days << " seeded runs\n";
}

TEST(Endurance, OnAPerfectNetwork) { endure("perfect"); }

TEST(Endurance, OnANetworkThatLosesDuplicatesAndReorders) { endure("lossy"); }

TEST(Endurance, OnANetworkWithoutMercy) { endure("merciless"); }

TEST(Endurance, WithRoutersThatDoNotPreempt) { endure("nopreempt"); }

// The same script on the same seed is the same day, or nothing could be shrunk.
TEST(Day, IsRepeatedByItsScript) {
    Day day{Seed{3}, weather("merciless")};
    day.run();
    Day same{Seed{3}, weather("merciless")};
    same.run(day.script());
    EXPECT_EQ(same.lan().trace.tail(2'000), day.lan().trace.tail(2'000));
}

TEST(Shrinking, KeepsOnlyWhatIsNeeded) {
    std::vector<int> list;
    for (int i = 0; i < 60; ++i) list.push_back(i);
    const auto fails = [](const std::vector<int>& some) {
        const auto seven = std::ranges::find(some, 7);
        return std::ranges::find(some, 3) != some.end() && std::find(seven, some.end(), 41) != some.end() &&
               seven != some.end();
    };
    EXPECT_EQ(shrunk(list, fails), (std::vector<int>{3, 7, 41}));
}

TEST(Shrinking, KeepsNothingIfNothingIsNeeded) {
    EXPECT_TRUE(shrunk(std::vector<int>{1, 2, 3}, [](const auto&) { return true; }).empty());
}

}  // namespace
}  // namespace understudy::sim
