#include <gtest/gtest.h>

#include "support/printers.hpp"
#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

constexpr microseconds kDownAt100{3'609'375};
constexpr Instant kStartupDelayEnds = kStart + seconds{10};

Explain reason(Reason reason, std::optional<microseconds> duration = {}) {
    return {reason, {}, {}, duration};
}

TEST(Start, MakesABackupWithAFullDownTimer) {
    const Router me = v3_router();
    const Step next = step(me, Idle{}, Started{}, kStart);
    EXPECT_EQ(next.state, State{waiting_backup(me, kStart)});
    EXPECT_EQ(next.actions, Actions{reason(Reason::StartedAsBackup, kDownAt100)});
}

TEST(Start, IsNotHastenedByStateMasterBelowPriority255) {
    Router me = v3_router();
    me.wants_master = true;
    EXPECT_EQ(step(me, Idle{}, Started{}, kStart).state, State{waiting_backup(me, kStart)});
}

TEST(Start, MakesAnOwnerThatWantsItMasterAtOnce) {
    const Step next = step(v3_owner(), Idle{}, Started{}, kStart);
    EXPECT_EQ(next.state, State{Master{kStart + seconds{1}}});
    EXPECT_EQ(next.actions, (Actions{reason(Reason::StartedAsOwner), SendAdvert{net::kOwner},
                                     AcquireAddresses{}, Announce{Announce::Occasion::BecameMaster}}));
}

TEST(Start, LetsAnOwnerWithStateBackupWait) {
    Router me = v3_owner();
    me.wants_master = false;
    EXPECT_EQ(deadline(step(me, Idle{}, Started{}, kStart).state), kStart + microseconds{3'003'906});
}

TEST(Start, MakesEveryOwnerMasterAtOnceInStrictMode) {
    Router me = v3_owner();
    me.wants_master = false;
    me.strict = true;
    EXPECT_EQ(step(me, Idle{}, Started{}, kStart).state, State{Master{kStart + seconds{1}}});
}

TEST(Start, LetsAnOwnerInASyncGroupWaitOneIntervalAndTheSmallestSkew) {
    Router me = v3_owner();
    me.in_group = true;
    EXPECT_EQ(deadline(step(me, Idle{}, Started{}, kStart).state), kStart + microseconds{1'003'906});
}

TEST(Start, CountsTheDownTimerFromTheEndOfTheStartUpDelay) {
    const Step next = step(v3_router(), Idle{}, Started{.deaf_until = kStartupDelayEnds}, kStart);
    Backup expected = waiting_backup(v3_router(), kStartupDelayEnds);
    expected.deaf_until = kStartupDelayEnds;
    EXPECT_EQ(next.state, State{expected});
    EXPECT_EQ(next.actions, Actions{reason(Reason::StartedAsBackup, seconds{10} + kDownAt100)});
}

TEST(Start, IgnoresAStartUpDelayThatIsOver) {
    const Step next = step(v3_router(), Idle{}, Started{.deaf_until = kStart - seconds{1}}, kStart);
    EXPECT_EQ(deadline(next.state), kStart + kDownAt100);
}

TEST(Start, HoldsAnOwnerBackForTheStartUpDelayOnly) {
    Soloist owner{v3_owner()};
    owner.handle(Started{.deaf_until = kStartupDelayEnds});
    EXPECT_EQ(owner.role(), Role::Backup);
    EXPECT_EQ(owner.run_until_master().count(), 10'000'000);
}

TEST(Start, EntersFaultWhenSomethingHasFailedAlready) {
    const Step next =
        step(v3_owner(), Idle{}, Started{.deaf_until = kStartupDelayEnds, .faulted = true}, kStart);
    EXPECT_EQ(next.state, State{Fault{kStartupDelayEnds}});
    EXPECT_EQ(next.actions, Actions{reason(Reason::StartedInFault)});
}

TEST(Start, WaitsForTrackersWithoutAResult) {
    const Step next =
        step(v3_owner(), Idle{}, Started{.deaf_until = kStartupDelayEnds, .held = true}, kStart);
    EXPECT_EQ(next.state, State{Idle{kStartupDelayEnds}});
    EXPECT_EQ(next.actions, Actions{reason(Reason::WaitingForTrackers)});
}

TEST(Start, LeavesAFaultToTheVerdictOfTheTrackers) {
    EXPECT_EQ(step(v3_router(), Idle{}, Started{.faulted = true, .held = true}, kStart).state, State{Idle{}});
}

TEST(Release, StartsWhatWasHeldBack) {
    const Router me = v3_router();
    EXPECT_EQ(step(me, Idle{}, Released{}, kStart).state, State{waiting_backup(me, kStart)});
}

TEST(Release, KeepsTheStartUpDelay) {
    EXPECT_EQ(deadline(step(v3_router(), Idle{kStartupDelayEnds}, Released{}, kStart).state),
              kStartupDelayEnds + kDownAt100);
}

TEST(Release, EntersFaultOnABadFirstResult) {
    EXPECT_EQ(step(v3_router(), Idle{kStartupDelayEnds}, Released{.faulted = true}, kStart).state,
              State{Fault{kStartupDelayEnds}});
}

TEST(Idle, IsMovedByNothingButTheStart) {
    const State idle = Idle{kStartupDelayEnds};
    for (const Event& event :
         {Event{advert(net::Priority{200})}, Event{advert(net::kResigning)}, Event{TimeReached{}},
          Event{PriorityChanged{}}, Event{Faulted{}}, Event{Recovered{}}, Event{SettingsChanged{}},
          Event{GroupOrdersBackup{}}, Event{GroupOrdersMaster{}}, Event{TakeoverInvited{}}}) {
        const Step next = step(v3_router(), idle, event, kStartupDelayEnds + seconds{60});
        EXPECT_EQ(next.state, idle) << to_text(event);
        EXPECT_EQ(next.actions, Actions{}) << to_text(event);
    }
}

TEST(Idle, StopsWithoutAWord) {
    const Step next = step(v3_router(), Idle{kStartupDelayEnds}, Stopped{}, kStart);
    EXPECT_EQ(next.state, State{Idle{}});
    EXPECT_EQ(next.actions, Actions{});
}

}  // namespace
}  // namespace understudy::vrrp
