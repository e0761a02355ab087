#include <gtest/gtest.h>

#include "support/printers.hpp"
#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

constexpr Instant kDelayEnds = kStart + seconds{10};

TEST(Recovery, LeadsToBackupWithAFullDownTimer) {
    const Router me = v3_router();
    const Step next = step(me, Fault{}, Recovered{}, kStart);
    EXPECT_EQ(next.state, State{waiting_backup(me, kStart)});
    EXPECT_EQ(next.actions, Actions(1, Explain{Reason::FaultCleared, {}, {}, microseconds{3'609'375}}));
}

TEST(Recovery, LetsAnOwnerWaitOneIntervalAndItsSkew) {
    Soloist owner{v3_owner()};
    owner.state = Fault{};
    owner.handle(Recovered{});
    EXPECT_EQ(owner.role(), Role::Backup);
    EXPECT_EQ(owner.run_until_master().count(), 1'003'906);
}

TEST(Recovery, GivesAnOwnerWithStateBackupNoPrivilege) {
    Router me = v3_owner();
    me.wants_master = false;
    EXPECT_EQ(deadline(step(me, Fault{}, Recovered{}, kStart).state), kStart + microseconds{3'003'906});
}

TEST(Recovery, RespectsAStartUpDelayThatStillRuns) {
    const Router me = v3_router();
    Backup expected = waiting_backup(me, kDelayEnds);
    expected.deaf_until = kDelayEnds;
    EXPECT_EQ(step(me, Fault{kDelayEnds}, Recovered{}, kStart).state, State{expected});
}

TEST(Recovery, RearmsThePreemptDelay) {
    Router me = v3_router();
    me.preempt_delay = seconds{5};
    Soloist router{me};
    router.state = Fault{};
    router.handle(Recovered{});
    router.handle(advert(net::Priority{50}));
    EXPECT_EQ(std::get<Backup>(router.state).preempt_after, kStart + seconds{5});
}

TEST(Fault, IsDeafToAllButItsEnd) {
    const State fault = Fault{kDelayEnds};
    for (const Event& event :
         {Event{Started{}}, Event{Released{}}, Event{advert(net::Priority{1})},
          Event{advert(net::kResigning)}, Event{TimeReached{}}, Event{PriorityChanged{}}, Event{Faulted{}},
          Event{Faulted{.by_group = true}}, Event{SettingsChanged{}}, Event{GroupOrdersBackup{}},
          Event{GroupOrdersMaster{}}, Event{TakeoverInvited{}}}) {
        const Step next = step(v3_owner(), fault, event, kDelayEnds + seconds{60});
        EXPECT_EQ(next.state, fault) << to_text(event);
        EXPECT_EQ(next.actions, Actions{}) << to_text(event);
    }
}

TEST(Fault, StopsSilently) {
    const Step next = step(v3_router(), Fault{kDelayEnds}, Stopped{}, kStart);
    EXPECT_EQ(next.state, State{Idle{}});
    EXPECT_EQ(next.actions, Actions(1, Explain{Reason::Shutdown, {}, {}, {}}));
}

TEST(Reload, LetsAnOwnerThatComesOutOfFaultWaitAsBriefly) {
    const Router me = v3_owner();
    const State waiting = step(me, Fault{}, Recovered{}, kStart).state;
    EXPECT_EQ(step(me, waiting, SettingsChanged{}, kStart + milliseconds{100}).state, waiting);
}

}  // namespace
}  // namespace understudy::vrrp
