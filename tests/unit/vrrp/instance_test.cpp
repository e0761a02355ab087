// What must hold for every router, whatever happens to it: random lives, invariants after each step.
#include "understudy/vrrp/instance.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "understudy/vrrp/timing.hpp"

#include "support/printers.hpp"
#include "support/routers.hpp"
#include "support/seeds.hpp"

namespace understudy::vrrp {
namespace {

net::Priority any_priority(Random& random) { return net::Priority::clamped(random.below(256)); }

Router any_router(Random& random) {
    const auto priority = net::Priority::clamped(1 + random.below(255));
    Router me = random.chance(50) ? v2_router(priority) : v3_router(priority);
    if (random.chance(20)) me.base_priority = me.priority = net::kOwner;
    me.interval = seconds{1 + random.below(3)};
    me.wants_master = random.chance(50);
    me.preempt = random.chance(70);
    me.preempt_delay = seconds{random.chance(50) ? random.below(10) : 0};
    me.strict = random.chance(10);
    me.lower_priority_no_advert = random.chance(20);
    me.higher_priority_send_advert = random.chance(20);
    me.in_group = random.chance(30);
    return me;
}

AdvertHeard any_advert(Random& random) {
    const net::Priority priority = random.chance(10) ? net::kResigning : any_priority(random);
    return {priority, seconds{1 + random.below(3)},
            net::Address::v4(192, 0, 2, static_cast<std::uint8_t>(1 + random.below(4)))};
}

Event any_event(Random& random, Instant now) {
    switch (random.below(17)) {
        case 0:
            return Started{now + seconds{random.below(5)}, random.chance(20), random.chance(20)};
        case 1:
            return Released{random.chance(30)};
        case 2:
            return PriorityChanged{};
        case 3:
            return Faulted{random.chance(50)};
        case 4:
            return Recovered{};
        case 5:
            return SettingsChanged{};
        case 6:
            return GroupOrdersBackup{};
        case 7:
            return GroupOrdersMaster{};
        case 8:
            return Stopped{};
        case 9:
            return TakeoverInvited{};
        case 10:
        case 11:
        case 12:
            return any_advert(random);
        default:
            return TimeReached{};
    }
}

// The agent changes the router before it tells of the change.
void apply(const Event& event, Router& me, Random& random) {
    if (std::holds_alternative<PriorityChanged>(event) && !me.is_owner())
        me.priority = net::Priority::clamped(1 + random.below(254));
    if (std::holds_alternative<SettingsChanged>(event)) me = any_router(random);
}

template <typename T>
std::ptrdiff_t count(const Actions& actions) {
    return std::ranges::count_if(actions, [](const Action& a) { return std::holds_alternative<T>(a); });
}

std::ptrdiff_t count_own_adverts(const Actions& actions) {
    return std::ranges::count_if(actions, [](const Action& action) {
        const auto* send = std::get_if<SendAdvert>(&action);
        return send != nullptr && send->priority != net::kResigning;
    });
}

void expect_addresses_follow_the_role(const State& before, const Step& next) {
    const bool was_master = role(before) == Role::Master;
    const bool is_master = role(next.state) == Role::Master;
    EXPECT_EQ(count<ReleaseAddresses>(next.actions), was_master && !is_master);
    EXPECT_EQ(count<StopAnnouncing>(next.actions), was_master && !is_master);
    EXPECT_EQ(count<AcquireAddresses>(next.actions), !was_master && is_master);
}

void expect_sound_adverts(const State& before, const Step& next) {
    EXPECT_LE(count_own_adverts(next.actions), 1);
    const bool concerns_master = role(before) == Role::Master || role(next.state) == Role::Master;
    if (!concerns_master) {
        EXPECT_EQ(count<SendAdvert>(next.actions), 0);
    }
}

void expect_a_sound_timer(const Router& me, const State& state) {
    const bool listens_only = role(state) == Role::Idle || role(state) == Role::Fault;
    EXPECT_EQ(deadline(state).has_value(), !listens_only);
    if (const auto* backup = std::get_if<Backup>(&state)) {
        EXPECT_GT(backup->takeover_at, backup->timer_started);
        EXPECT_LE(backup->takeover_at - backup->timer_started,
                  master_down_interval(me, backup->master_interval));
    }
}

// A change of role always comes with its reason.
void expect_an_explanation(const State& before, const Step& next) {
    const bool changed = role(before) != role(next.state);
    EXPECT_GE(count<Explain>(next.actions), changed ? 1 : 0);
}

void live(Random random) {
    Router me = any_router(random);
    State state = Idle{};
    Instant now = kStart;
    for (int turn = 0; turn < 300; ++turn) {
        const auto due = deadline(state);
        now = due && random.chance(40) ? std::max(now, *due) : now + milliseconds{random.below(1500)};
        const Event event = any_event(random, now);
        apply(event, me, random);
        const Step next = step(me, state, event, now);
        SCOPED_TRACE(to_text(state) + " / " + to_text(event) + " at " + understudy::to_text(now));
        expect_addresses_follow_the_role(state, next);
        expect_sound_adverts(state, next);
        expect_a_sound_timer(me, next.state);
        expect_an_explanation(state, next);
        state = next.state;
    }
}

TEST(Instance, KeepsItsInvariantsThroughRandomLives) {
    for (const Seed seed : seeds(500)) {
        live(Random{seed});
        ASSERT_FALSE(::testing::Test::HasFailure()) << "replay with UNDERSTUDY_SEED=" << seed.value;
    }
}

TEST(Instance, DecidesTheSameEveryTime) {
    const Router me = v3_router();
    const State self = waiting_backup(me, kStart);
    const Event event = advert(net::Priority{50});
    const Step first = step(me, self, event, kStart);
    const Step second = step(me, self, event, kStart);
    EXPECT_EQ(first.state, second.state);
    EXPECT_EQ(first.actions, second.actions);
}

}  // namespace
}  // namespace understudy::vrrp
