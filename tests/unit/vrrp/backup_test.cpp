#include <gtest/gtest.h>

#include "understudy/vrrp/timing.hpp"

#include "support/printers.hpp"
#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

constexpr net::Address kOtherAddress = net::Address::v4(192, 0, 2, 9);
constexpr Instant kLater = kStart + seconds{2};

Router delaying_router() {
    Router me = v3_router();
    me.preempt_delay = seconds{5};
    return me;
}

Router group_member() {
    Router me = v3_router();
    me.in_group = true;
    return me;
}

const Actions kTakeover{SendAdvert{net::kDefaultPriority}, AcquireAddresses{},
                        Announce{Announce::Occasion::BecameMaster}};

Actions takeover_after(const Explain& why) {
    Actions actions{why};
    actions.insert(actions.end(), kTakeover.begin(), kTakeover.end());
    return actions;
}

TEST(Backup, TakesOverAfterThreeSilentIntervalsAndItsSkew) {
    Soloist router{v3_router()};
    router.handle(Started{});
    EXPECT_EQ(router.run_until_master().count(), 3'609'375);
}

TEST(Backup, TakesOverWithTheAdvertBeforeTheAddressesAndTheirAnnouncement) {
    const Router me = v3_router();
    const Backup self = following_backup(me, advert(kHigher), kStart);
    const Step next = step(me, self, TimeReached{}, self.takeover_at);
    EXPECT_EQ(next.state, State{Master{self.takeover_at + seconds{1}}});
    EXPECT_EQ(next.actions,
              takeover_after(Explain{Reason::MasterSilent, kPeerAddress, kHigher, microseconds{3'609'375}}));
}

TEST(Backup, DoesNothingWhenWokenEarly) {
    const Router me = v3_router();
    const Backup self = waiting_backup(me, kStart);
    const Step next = step(me, self, TimeReached{}, self.takeover_at - microseconds{1});
    EXPECT_EQ(next.state, State{self});
    EXPECT_EQ(next.actions, Actions{});
}

TEST(Backup, DoesNotTakeForSilenceThatNobodyListened) {
    const Router me = v3_router();
    const Backup self = following_backup(me, advert(kHigher), kStart);
    const Step next = step(me, self, WasDeaf{milliseconds{1'500}}, kLater);
    Backup waits_longer = self;
    waits_longer.timer_started += milliseconds{1'500};
    waits_longer.takeover_at += milliseconds{1'500};
    EXPECT_EQ(next.state, State{waits_longer});
    EXPECT_EQ(next.actions, Actions{});
}

TEST(Backup, WaitsAsLongAsANewOneWhenNobodyHasListenedSinceItsWaitBegan) {
    const Router me = v3_router();
    const Backup self = following_backup(me, advert(kHigher), kStart);
    const Step next = step(me, self, WasDeaf{seconds{60}}, kStart + seconds{60});
    EXPECT_EQ(deadline(next.state), kStart + seconds{60} + master_down_interval(me, seconds{1}));
}

TEST(Backup, WhoseWaitIsStillToComeHasMissedNothing) {
    const Router me = v3_router();
    Backup self = waiting_backup(me, kLater + seconds{1});
    self.deaf_until = kLater + seconds{1};  // vrrp_startup_delay
    EXPECT_EQ(step(me, self, WasDeaf{seconds{1}}, kLater).state, State{self});
}

TEST(Backup, AdvertisesWithItsOwnIntervalAfterLearningAnother) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(kHigher, seconds{2}));
    router.run_until_master();
    EXPECT_EQ(deadline(router.state), router.now + seconds{1});
}

TEST(Backup, FollowsAHigherPriority) {
    const Router me = v3_router();
    const Step next = step(me, waiting_backup(me, kStart), advert(kHigher), kLater);
    EXPECT_EQ(next.state, State{following_backup(me, advert(kHigher), kLater)});
    EXPECT_EQ(next.actions, Actions{});
}

TEST(Backup, FollowsAnEqualPriorityFromALowerAddress) {
    const Router me = v3_router();
    const AdvertHeard equal = advert(me.priority, seconds{1}, net::Address::v4(192, 0, 2, 1));
    EXPECT_EQ(step(me, waiting_backup(me, kStart), equal, kLater).state,
              State{following_backup(me, equal, kLater)});
}

TEST(Backup, LetsItsTimerRunOnWhenAWeakerMasterIsHeard) {
    const Router me = v3_router();
    const Backup self = waiting_backup(me, kStart);
    const Step next = step(me, self, advert(kLower), kLater);
    EXPECT_EQ(deadline(next.state), self.takeover_at);
    EXPECT_EQ(next.actions, Actions(1, Explain{Reason::LowerPriorityMaster, kPeerAddress, kLower, {}}));
}

TEST(Backup, SpeaksOfAWeakerMasterOnce) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(kLower));
    EXPECT_EQ(router.handle(advert(kLower)), Actions{});
}

TEST(Backup, SpeaksOfEveryOtherWeakerMaster) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(kLower));
    EXPECT_EQ(router.handle(advert(kLower, seconds{1}, kOtherAddress)),
              Actions(1, Explain{Reason::LowerPriorityMaster, kOtherAddress, kLower, {}}));
}

TEST(Backup, SpeaksOfAWeakerMasterAgainAfterAStrongerOne) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(kLower));
    router.handle(advert(kHigher));
    EXPECT_EQ(router.handle(advert(kLower)),
              Actions(1, Explain{Reason::LowerPriorityMaster, kPeerAddress, kLower, {}}));
}

TEST(Backup, FollowsAWeakerMasterWithoutPreemption) {
    Router me = v3_router();
    me.preempt = false;
    EXPECT_EQ(step(me, waiting_backup(me, kStart), advert(kLower), kLater).state,
              State{following_backup(me, advert(kLower), kLater)});
}

TEST(Backup, TakesOverWithoutPreemptionWhenTheMasterFallsSilent) {
    Router me = v3_router();
    me.preempt = false;
    Soloist router{me};
    router.handle(Started{});
    router.handle(advert(kLower));
    EXPECT_EQ(router.run_until_master().count(), 3'609'375);
}

TEST(Backup, PreemptsNobodyWhileTheOperatorHasMovedItsRoleAway) {
    for (Router me : {v3_router(), v3_owner()}) {
        me.held_back = true;
        EXPECT_EQ(step(me, waiting_backup(me, kStart), advert(kLower), kLater).state,
                  State{following_backup(me, advert(kLower), kLater)});
    }
}

TEST(Backup, PreemptsAsOwnerWithoutPreemption) {
    Router me = v3_owner();
    me.preempt = false;
    const Backup self = waiting_backup(me, kStart);
    EXPECT_EQ(deadline(step(me, self, advert(kHigher), kLater).state), self.takeover_at);
}

TEST(Backup, WaitsOnlyTheSkewAfterAResignation) {
    const Router me = v3_router();
    Backup expected = following_backup(me, advert(kHigher), kStart);
    const Step next = step(me, expected, advert(net::kResigning), kLater);
    expected.shortened = true;
    expected.timer_started = kLater;
    expected.takeover_at = kLater + microseconds{609'375};
    EXPECT_EQ(next.state, State{expected});
    EXPECT_EQ(next.actions, Actions(1, Explain{Reason::MasterResigned, kPeerAddress, net::kResigning,
                                               microseconds{609'375}}));
}

TEST(Backup, ScalesTheSkewAfterAResignationWithTheLearnedInterval) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(kHigher, seconds{2}));
    router.handle(advert(net::kResigning));
    EXPECT_EQ(router.run_until_master().count(), 1'218'750);
}

TEST(Backup, SpeaksOnceOfAResignationThatIsRepeated) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(net::kResigning));
    EXPECT_EQ(router.handle(advert(net::kResigning)), Actions{});
}

TEST(Backup, WaitsInFullAgainWhenAnotherMasterFollowsTheResignation) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(net::kResigning));
    router.handle(advert(kHigher));
    EXPECT_EQ(deadline(router.state), kStart + microseconds{3'609'375});
}

TEST(Backup, LearnsTheMastersIntervalInVersion3) {
    const Router me = v3_router();
    const AdvertHeard slow = advert(kHigher, seconds{2});
    const Step next = step(me, waiting_backup(me, kStart), slow, kLater);
    EXPECT_EQ(deadline(next.state), kLater + microseconds{7'218'750});
    EXPECT_EQ(next.actions, Actions(1, Explain{Reason::IntervalLearned, kPeerAddress, kHigher, seconds{2}}));
}

TEST(Backup, SpeaksOfALearnedIntervalOnce) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(kHigher, seconds{2}));
    EXPECT_EQ(router.handle(advert(kHigher, seconds{2})), Actions{});
}

TEST(Backup, LearnsNoIntervalInVersion2) {
    const Router me = v2_router();
    const Step next = step(me, waiting_backup(me, kStart), advert(kHigher, seconds{2}), kLater);
    EXPECT_EQ(deadline(next.state), kLater + microseconds{3'609'375});
    EXPECT_EQ(next.actions, Actions{});
}

TEST(Backup, HearsNothingDuringTheStartUpDelay) {
    const Router me = v3_router();
    Backup self = waiting_backup(me, kStart + seconds{10});
    self.deaf_until = kStart + seconds{10};
    for (const net::Priority priority : {net::kResigning, kLower, kHigher}) {
        const Step next = step(me, self, advert(priority), self.deaf_until - microseconds{1});
        EXPECT_EQ(next.state, State{self});
        EXPECT_EQ(next.actions, Actions{});
    }
}

TEST(Backup, HearsAgainWhenTheStartUpDelayIsOver) {
    const Router me = v3_router();
    Backup self = waiting_backup(me, kStart + seconds{10});
    self.deaf_until = kStart + seconds{10};
    const Step next = step(me, self, advert(kHigher), self.deaf_until);
    EXPECT_EQ(std::get<Backup>(next.state).master, kPeerAddress);
}

TEST(PreemptDelay, BeginsWithTheFirstWeakerAdvert) {
    const Router me = delaying_router();
    const Step next = step(me, waiting_backup(me, kStart), advert(kLower), kLater);
    Backup expected = following_backup(me, advert(kLower), kLater);
    expected.preempt_after = kLater + seconds{5};
    EXPECT_EQ(next.state, State{expected});
    EXPECT_EQ(next.actions,
              Actions(1, Explain{Reason::PreemptDelayStarted, kPeerAddress, kLower, seconds{5}}));
}

TEST(PreemptDelay, FollowsTheWeakerMasterWhileItRuns) {
    Soloist router{delaying_router()};
    router.handle(Started{});
    router.handle(advert(kLower));
    router.now += seconds{4};
    router.handle(advert(kLower));
    EXPECT_EQ(deadline(router.state), kStart + seconds{4} + microseconds{3'609'375});
}

TEST(PreemptDelay, LearnsTheWeakerMastersIntervalMeanwhile) {
    Soloist router{delaying_router()};
    router.handle(Started{});
    router.handle(advert(kLower, seconds{2}));
    EXPECT_EQ(deadline(router.state), kStart + microseconds{7'218'750});
}

TEST(PreemptDelay, LetsTheTimerRunOnceItIsOver) {
    Soloist router{delaying_router()};
    router.handle(Started{});
    for (int second = 0; second < 5; ++second, router.run_for(seconds{1})) router.handle(advert(kLower));
    const auto due = deadline(router.state);
    EXPECT_EQ(router.handle(advert(kLower)),
              Actions(1, Explain{Reason::PreemptDelayEnded, kPeerAddress, kLower, {}}));
    EXPECT_EQ(deadline(router.state), due);
}

TEST(PreemptDelay, IsSpokenOfOnceWhenItIsOver) {
    Soloist router{delaying_router()};
    router.handle(Started{});
    router.handle(advert(kLower));
    router.now += seconds{5};
    router.handle(advert(kLower));
    EXPECT_EQ(router.handle(advert(kLower)), Actions{});
}

TEST(PreemptDelay, IsCancelledByAnEqualPriority) {
    Soloist router{delaying_router()};
    router.handle(Started{});
    router.handle(advert(kLower));
    router.handle(advert(net::kDefaultPriority));
    EXPECT_EQ(std::get<Backup>(router.state).preempt_after, std::nullopt);
}

TEST(PreemptDelay, BeginsAnewAfterAStrongerMaster) {
    Soloist router{delaying_router()};
    router.handle(Started{});
    router.handle(advert(kLower));
    router.now += seconds{5};
    router.handle(advert(kLower));
    router.handle(advert(kHigher));
    router.handle(advert(kLower));
    EXPECT_EQ(std::get<Backup>(router.state).preempt_after, router.now + seconds{5});
}

TEST(PreemptDelay, DoesNotHoldBackATakeoverFromASilentMaster) {
    Soloist router{delaying_router()};
    router.handle(Started{});
    router.handle(advert(kLower));
    EXPECT_EQ(router.run_until_master().count(), 3'609'375);
}

TEST(PreemptDelay, DoesNotApplyWhenNobodyIsHeard) {
    Soloist router{delaying_router()};
    router.handle(Started{});
    EXPECT_EQ(router.run_until_master().count(), 3'609'375);
}

TEST(PreemptDelay, EndsWhenAReloadTurnsItOff) {
    Soloist router{delaying_router()};
    router.handle(Started{});
    router.handle(advert(kLower));
    router.me.preempt_delay = microseconds{0};
    router.handle(SettingsChanged{});
    EXPECT_EQ(std::get<Backup>(router.state).preempt_after, std::nullopt);
}

TEST(Backup, RecountsItsTimerWhenItsPriorityChanges) {
    Router me = v3_router();
    const Backup self = waiting_backup(me, kStart);
    me.priority = net::Priority{200};
    const Step next = step(me, self, PriorityChanged{}, kLater);
    EXPECT_EQ(deadline(next.state), kStart + microseconds{3'218'750});
    EXPECT_EQ(next.actions, Actions{});
}

TEST(Backup, RecountsAShortenedTimerAsSkew) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(net::kResigning));
    router.me.priority = net::Priority{200};
    router.handle(PriorityChanged{});
    EXPECT_EQ(deadline(router.state), kStart + microseconds{218'750});
}

TEST(Backup, EntersFaultAndKeepsTheStartUpDelay) {
    const Router me = v3_router();
    Backup self = waiting_backup(me, kStart);
    self.deaf_until = kStart + seconds{10};
    const Step next = step(me, self, Faulted{}, kLater);
    EXPECT_EQ(next.state, State{Fault{self.deaf_until}});
    EXPECT_EQ(next.actions, Actions(1, Explain{Reason::FaultRaised, {}, {}, {}}));
}

TEST(Backup, StopsSilently) {
    const Router me = v3_router();
    const Step next = step(me, waiting_backup(me, kStart), Stopped{}, kLater);
    EXPECT_EQ(next.state, State{Idle{}});
    EXPECT_EQ(next.actions, Actions(1, Explain{Reason::Shutdown, {}, {}, {}}));
}

TEST(Backup, IsMovedByNothingElse) {
    const Router me = v3_router();
    const State self = waiting_backup(me, kStart);
    for (const Event& event :
         {Event{Started{}}, Event{Released{}}, Event{Recovered{}}, Event{GroupOrdersBackup{}}}) {
        const Step next = step(me, self, event, kLater);
        EXPECT_EQ(next.state, self) << to_text(event);
        EXPECT_EQ(next.actions, Actions{}) << to_text(event);
    }
}

TEST(Reload, RecountsABackupsTimerFromItsStart) {
    Router me = v3_router();
    const Backup self = waiting_backup(me, kStart);
    me.interval = seconds{3};
    EXPECT_EQ(deadline(step(me, self, SettingsChanged{}, kLater).state), kStart + microseconds{10'828'125});
}

TEST(Reload, KeepsALearnedInterval) {
    Router me = v3_router();
    const Backup self = following_backup(me, advert(kHigher, seconds{2}), kStart);
    me.interval = seconds{3};
    EXPECT_EQ(deadline(step(me, self, SettingsChanged{}, kLater).state), self.takeover_at);
}

TEST(Reload, ForgetsALearnedIntervalInVersion2) {
    Router me = v3_router();
    const Backup self = following_backup(me, advert(kHigher, seconds{2}), kStart);
    me.version = net::VrrpVersion::V2;
    EXPECT_EQ(deadline(step(me, self, SettingsChanged{}, kLater).state), kStart + microseconds{3'609'375});
}

TEST(Reload, MakesNobodyMasterWhoBecomesOwner) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.me = v3_owner();
    EXPECT_EQ(router.handle(SettingsChanged{}), Actions{});
    EXPECT_EQ(deadline(router.state), kStart + microseconds{3'003'906});
}

TEST(Reload, TakesTheBriefWaitFromWhoIsOwnerNoMore) {
    Soloist router{v3_owner()};
    router.state = Fault{};
    router.handle(Recovered{});
    router.me = v3_router();
    router.handle(SettingsChanged{});
    EXPECT_EQ(router.state, State{waiting_backup(router.me, kStart)});
}

TEST(GroupMember, AsksItsGroupInsteadOfTakingOver) {
    const Router me = group_member();
    const Backup self = waiting_backup(me, kStart);
    const Step next = step(me, self, TimeReached{}, self.takeover_at);
    EXPECT_EQ(next.actions,
              (Actions{Explain{Reason::MasterSilent, {}, {}, microseconds{3'609'375}}, AskGroup{}}));
    EXPECT_EQ(deadline(next.state), self.takeover_at + microseconds{1'003'906});
    EXPECT_TRUE(std::get<Backup>(next.state).asked_group);
}

TEST(GroupMember, AsksAgainWithoutExplainingItself) {
    Soloist member{group_member()};
    member.handle(Started{});
    member.run_for(microseconds{3'609'375});
    member.now = *deadline(member.state);
    EXPECT_EQ(member.handle(TimeReached{}), Actions(1, AskGroup{}));
}

TEST(GroupMember, WaitsNoLongerForAResignedMasterOnceItHasAsked) {
    Soloist member{group_member()};
    member.handle(Started{});
    member.handle(advert(net::kResigning));
    member.run_for(microseconds{609'375});
    EXPECT_EQ(deadline(member.state), member.now + microseconds{1'003'906});
}

TEST(GroupMember, WantsToBeMasterNoMoreWhenItHearsABetterOne) {
    Soloist member{group_member()};
    member.handle(Started{});
    member.run_for(seconds{4});
    member.handle(advert(kHigher));
    EXPECT_EQ(member.state, State{following_backup(member.me, advert(kHigher), member.now)});
}

TEST(GroupMember, StillWantsToBeMasterAfterAWeakerAdvert) {
    Soloist member{group_member()};
    member.handle(Started{});
    member.run_for(seconds{4});
    member.handle(advert(kLower));
    EXPECT_TRUE(std::get<Backup>(member.state).asked_group);
}

TEST(GroupMember, BecomesMasterWhenTheGroupOrdersIt) {
    const Router me = group_member();
    const Step next = step(me, waiting_backup(me, kStart), GroupOrdersMaster{}, kLater);
    EXPECT_EQ(next.state, State{Master{kLater + seconds{1}}});
    EXPECT_EQ(next.actions, takeover_after(Explain{Reason::GroupOrder, {}, {}, {}}));
}

TEST(GroupMember, TakesOverByItselfAfterAReloadDissolvedTheGroup) {
    Soloist member{group_member()};
    member.handle(Started{});
    member.run_for(seconds{4});
    member.me.in_group = false;
    member.handle(SettingsChanged{});
    EXPECT_EQ(deadline(member.state), kStart + microseconds{2 * 3'609'375});
}

}  // namespace
}  // namespace understudy::vrrp
