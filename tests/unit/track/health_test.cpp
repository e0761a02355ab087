#include "understudy/track/health.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace understudy::track {

void PrintTo(const Effect& effect, std::ostream* out) {
    *out << effect.priority_change << (effect.fault ? " fault" : "")
         << (effect.undecided ? " undecided" : "");
}

namespace {

struct EffectCase {
    const char* what;
    model::Weight weight;
    Effect unknown;
    Effect good;
    Effect bad;
};

constexpr Effect kNothing{};
constexpr Effect kFault{.fault = true};
constexpr Effect kUndecided{.undecided = true};
constexpr Effect change(int by) { return {.priority_change = by}; }

const EffectCase kEffects[] = {
    {"w > 0", {20, false}, kNothing, change(20), kNothing},
    {"w < 0", {-20, false}, kNothing, kNothing, change(-20)},
    {"w > 0 reverse", {20, true}, kNothing, change(-20), kNothing},
    {"w < 0 reverse", {-20, true}, kNothing, kNothing, change(20)},
    {"0", {0, false}, kUndecided, kNothing, kFault},
    {"0 reverse", {0, true}, kUndecided, kFault, kNothing},
    {"the greatest", {253, false}, kNothing, change(253), kNothing},
    {"the least", {-253, false}, kNothing, kNothing, change(-253)},
};

TEST(Effect, FollowsWeightAndHealth) {
    for (const EffectCase& row : kEffects) {
        EXPECT_EQ(effect(row.weight, Health::Unknown), row.unknown) << row.what;
        EXPECT_EQ(effect(row.weight, Health::Good), row.good) << row.what;
        EXPECT_EQ(effect(row.weight, Health::Bad), row.bad) << row.what;
    }
}

TEST(EffectivePriority, IsTheSumClampedOnceAtTheEnd) {
    struct Case {
        net::Priority base;
        int sum;
        int expected;
    };
    const Case cases[] = {
        {net::Priority{100}, 0, 100},        {net::Priority{100}, 30, 130},
        {net::Priority{100}, -30, 70},       {net::Priority{100}, -99, 1},
        {net::Priority{100}, -100, 1},       {net::Priority{100}, -253, 1},
        {net::Priority{100}, 154, 254},      {net::Priority{100}, 155, 254},
        {net::Priority{100}, 200 - 10, 254}, {net::Priority{254}, 1, 254},
        {net::Priority{254}, -1, 253},       {net::Priority{1}, -1, 1},
        {net::Priority{200}, -1'000'000, 1}, {net::Priority{200}, 1'000'000, 254},
    };
    for (const Case& row : cases)
        EXPECT_EQ(effective_priority(row.base, row.sum).value(), row.expected)
            << +row.base.value() << " and " << row.sum;
}

TEST(EffectivePriority, OfAnOwnerNeverChanges) {
    for (const int sum : {-253, -1, 0, 1, 253}) EXPECT_EQ(effective_priority(net::kOwner, sum), net::kOwner);
}

}  // namespace
}  // namespace understudy::track
