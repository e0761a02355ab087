#include <gtest/gtest.h>

#include "support/printers.hpp"
#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

constexpr net::Address kLowerAddress = net::Address::v4(192, 0, 2, 1);
constexpr net::Address kHigherAddress = net::Address::v4(192, 0, 2, 3);
constexpr Instant kDue = kStart + seconds{1};
constexpr Instant kBefore = kStart + milliseconds{400};

const State kMaster = Master{kDue};
const SendAdvert kOurAdvert{net::kDefaultPriority};
const SendAdvert kResignation{net::kResigning};

Explain about(Reason reason, const AdvertHeard& heard, std::optional<microseconds> duration = {}) {
    return {reason, heard.source, heard.priority, duration};
}

Explain bare(Reason reason, std::optional<microseconds> duration = {}) { return {reason, {}, {}, duration}; }

TEST(Master, AdvertisesWhenItIsDue) {
    const Step next = step(v3_router(), kMaster, TimeReached{}, kDue);
    EXPECT_EQ(next.state, State{Master{kDue + seconds{1}}});
    EXPECT_EQ(next.actions, Actions(1, kOurAdvert));
}

TEST(Master, DoesNothingWhenWokenEarly) {
    const Step next = step(v3_router(), kMaster, TimeReached{}, kDue - microseconds{1});
    EXPECT_EQ(next.state, kMaster);
    EXPECT_EQ(next.actions, Actions{});
}

TEST(Master, DoesNotAccumulateLateness) {
    const Step next = step(v3_router(), kMaster, TimeReached{}, kDue + milliseconds{300});
    EXPECT_EQ(next.state, State{Master{kDue + seconds{1}}});
}

TEST(Master, MakesUpForNoMissedAdvert) {
    const Instant late = kDue + milliseconds{2500};
    const Step next = step(v3_router(), kMaster, TimeReached{}, late);
    EXPECT_EQ(next.state, State{Master{late + seconds{1}}});
    EXPECT_EQ(next.actions, (Actions{kOurAdvert, Announce{Announce::Occasion::Doubted}}));
}

// timer_expired_backup: a peer of that priority would have taken over 3 s and its skew after the last advert.
TEST(Master, WithTimerExpiredBackupYieldsToAPeerOfThatPriority) {
    Router me = v3_router();
    me.preempt = false;
    me.timer_expired_backup = net::Priority{192};
    const Instant last_advert = kDue - seconds{1};
    const Instant limit = last_advert + seconds{3} + milliseconds{250};
    EXPECT_EQ(role(step(me, kMaster, TimeReached{}, limit).state), Role::Master);
    const Step late = step(me, kMaster, TimeReached{}, limit + microseconds{1});
    EXPECT_EQ(role(late.state), Role::Backup);
    EXPECT_EQ(late.actions.front(), Action(bare(Reason::TimerMuchTooLate, limit - kDue + microseconds{1})));
}

TEST(Master, WithTimerExpiredBackupAndPreemptionWaitsForTheSlowestPeer) {
    Router me = v3_router();
    me.timer_expired_backup = net::Priority{254};
    const Instant late = kDue - seconds{1} + seconds{4};
    EXPECT_EQ(role(step(me, kMaster, TimeReached{}, late).state), Role::Master);
}

TEST(Master, CountsFromNowWhenTheNextAdvertIsDueToo) {
    EXPECT_EQ(step(v3_router(), kMaster, TimeReached{}, kDue + seconds{1}).state,
              State{Master{kDue + seconds{2}}});
}

TEST(Master, AdvertisesThePriorityInEffect) {
    Router me = v3_router();
    me.priority = net::Priority{70};
    EXPECT_EQ(step(me, kMaster, TimeReached{}, kDue).actions, Actions(1, SendAdvert{net::Priority{70}}));
}

TEST(FrozenMaster, IsStillMasterWhileItsSlowestPeerWaits) {
    EXPECT_EQ(role(step(v3_router(), kMaster, TimeReached{}, kStart + seconds{4}).state), Role::Master);
}

TEST(FrozenMaster, LetsGoWithoutAWordWhenEveryPeerMustHaveTakenOver) {
    const Router me = v3_router();
    const Instant late = kStart + seconds{4} + microseconds{1};
    const Step next = step(me, kMaster, TimeReached{}, late);
    EXPECT_EQ(next.state, State{waiting_backup(me, late)});
    EXPECT_EQ(next.actions,
              (Actions{bare(Reason::TimerMuchTooLate, late - kDue), ReleaseAddresses{}, StopAnnouncing{}}));
}

TEST(FrozenMaster, GivesItsPeersAsManyAdvertsAsConfigured) {
    Router me = v3_router();
    me.down_timer_adverts = 10;
    EXPECT_EQ(role(step(me, kMaster, TimeReached{}, kStart + seconds{11}).state), Role::Master);
    EXPECT_EQ(role(step(me, kMaster, TimeReached{}, kStart + seconds{12}).state), Role::Backup);
}

TEST(FrozenMaster, DoesNotDefendItselfAgainstAWeakerSuccessor) {
    const Router me = v3_router();
    const Instant late = kStart + seconds{30};
    const Step next = step(me, kMaster, advert(kLower), late);
    EXPECT_EQ(role(next.state), Role::Backup);
    EXPECT_EQ(next.actions, (Actions{bare(Reason::TimerMuchTooLate, late - kDue), ReleaseAddresses{},
                                     StopAnnouncing{}, about(Reason::LowerPriorityMaster, advert(kLower))}));
}

TEST(FrozenMaster, FollowsAStrongerSuccessor) {
    const Router me = v3_router();
    const Instant late = kStart + seconds{30};
    EXPECT_EQ(step(me, kMaster, advert(kHigher), late).state,
              State{following_backup(me, advert(kHigher), late)});
}

// Somebody else is master by now, and its backups would take the word for its own.
TEST(FrozenMaster, GoesIntoFaultWithoutAWord) {
    const Instant late = kStart + seconds{4} + microseconds{1};
    const Step next = step(v3_router(), kMaster, Faulted{}, late);
    EXPECT_EQ(next.state, State{Fault{}});
    EXPECT_EQ(next.actions, (Actions{bare(Reason::TimerMuchTooLate, late - kDue), bare(Reason::FaultRaised),
                                     ReleaseAddresses{}, StopAnnouncing{}}));
}

TEST(FrozenMaster, StopsWithoutAWord) {
    const Instant late = kStart + seconds{4} + microseconds{1};
    const Step next = step(v3_router(), kMaster, Stopped{}, late);
    EXPECT_EQ(next.state, State{Idle{}});
    EXPECT_EQ(next.actions, (Actions{bare(Reason::TimerMuchTooLate, late - kDue), bare(Reason::Shutdown),
                                     ReleaseAddresses{}, StopAnnouncing{}}));
}

TEST(FrozenMaster, SaysNothingOfAPriorityThatTheOperatorGaveIt) {
    const Instant late = kStart + seconds{4} + microseconds{1};
    EXPECT_TRUE(step(v3_router(), kMaster, PriorityChanged{.by_operator = true}, late).actions.empty());
}

TEST(FrozenMaster, LetsGoInsteadOfInvitingAnother) {
    const Router me = v3_router();
    const Instant late = kStart + seconds{4} + microseconds{1};
    const Step next = step(me, kMaster, TakeoverInvited{}, late);
    EXPECT_EQ(next.state, State{waiting_backup(me, late)});
    EXPECT_EQ(orders(next.actions), (Actions{ReleaseAddresses{}, StopAnnouncing{}}));
}

TEST(Master, AnswersAResignationAtOnceAndBeginsANewInterval) {
    const Step next = step(v3_router(), kMaster, advert(net::kResigning), kBefore);
    EXPECT_EQ(next.state, State{Master{kBefore + seconds{1}}});
    EXPECT_EQ(next.actions, (Actions{kOurAdvert, Announce{Announce::Occasion::Doubted}}));
}

TEST(Master, AnnouncesAgainWhenItIsLateByAWholeInterval) {
    const Announce again{Announce::Occasion::Doubted};
    const Instant late = kDue + seconds{1};
    EXPECT_EQ(step(v3_router(), kMaster, TimeReached{}, late - microseconds{1}).actions,
              Actions(1, kOurAdvert));
    EXPECT_EQ(step(v3_router(), kMaster, TimeReached{}, late).actions, (Actions{kOurAdvert, again}));
}

TEST(Master, DefendsItselfAgainstALowerPriority) {
    const Step next = step(v3_router(), kMaster, advert(kLower), kBefore);
    EXPECT_EQ(next.state, State{Master{kBefore + seconds{1}}});
    EXPECT_EQ(next.actions,
              (Actions{about(Reason::WeakerMasterHeard, advert(kLower)), kOurAdvert,
                       Announce{Announce::Occasion::LowerPriorityHeard}, ReportLowerPriority{}}));
}

TEST(Master, DefendsItselfAgainstAnEqualPriorityFromALowerAddress) {
    const AdvertHeard equal = advert(net::kDefaultPriority, seconds{1}, kLowerAddress);
    EXPECT_EQ(step(v3_router(), kMaster, equal, kBefore).state, State{Master{kBefore + seconds{1}}});
}

TEST(Master, DefendsItselfWithoutAnAdvertWhenToldSo) {
    Router me = v3_router();
    me.lower_priority_no_advert = true;
    const Step next = step(me, kMaster, advert(kLower), kBefore);
    EXPECT_EQ(next.state, kMaster);
    EXPECT_EQ(next.actions,
              (Actions{about(Reason::WeakerMasterHeard, advert(kLower)),
                       Announce{Announce::Occasion::LowerPriorityHeard}, ReportLowerPriority{}}));
}

TEST(Master, YieldsToAHigherPriorityWithoutResigning) {
    const Router me = v3_router();
    const Step next = step(me, kMaster, advert(kHigher), kBefore);
    EXPECT_EQ(next.state, State{following_backup(me, advert(kHigher), kBefore)});
    EXPECT_EQ(next.actions,
              (Actions{about(Reason::StrongerMasterHeard, advert(kHigher), microseconds{3'609'375}),
                       ReleaseAddresses{}, StopAnnouncing{}}));
}

TEST(Master, YieldsToAnEqualPriorityFromAHigherAddress) {
    const Router me = v3_router();
    const AdvertHeard equal = advert(me.priority, seconds{1}, kHigherAddress);
    EXPECT_EQ(step(me, kMaster, equal, kBefore).state, State{following_backup(me, equal, kBefore)});
}

TEST(Master, LearnsTheIntervalOfTheOneItYieldsTo) {
    const AdvertHeard slow = advert(kHigher, seconds{2});
    const Step next = step(v3_router(), kMaster, slow, kBefore);
    EXPECT_EQ(deadline(next.state), kBefore + microseconds{7'218'750});
    EXPECT_EQ(next.actions.back(), Action{about(Reason::IntervalLearned, slow, seconds{2})});
}

TEST(Master, SendsOneMoreAdvertBeforeItYieldsWhenToldSo) {
    Router me = v3_router();
    me.higher_priority_send_advert = true;
    EXPECT_EQ(step(me, kMaster, advert(kHigher), kBefore).actions,
              (Actions{about(Reason::StrongerMasterHeard, advert(kHigher), microseconds{3'609'375}),
                       kOurAdvert, ReleaseAddresses{}, StopAnnouncing{}}));
}

TEST(Master, NeitherYieldsToNorAnswersItsOwnReflection) {
    const AdvertHeard own = advert(net::kDefaultPriority, seconds{1}, kOurAddress);
    const Step next = step(v3_router(), kMaster, own, kBefore);
    EXPECT_EQ(next.state, kMaster);
    EXPECT_EQ(next.actions, Actions(1, about(Reason::OwnAdvertReflected, own)));
}

TEST(Master, TellsOfNoSecondOwnerWhenItIsNoneItself) {
    const Step next = step(v3_router(), kMaster, advert(net::kOwner), kBefore);
    EXPECT_EQ(std::get<Explain>(next.actions.front()).reason, Reason::StrongerMasterHeard);
}

TEST(Owner, TellsOfASecondOwnerAndYieldsToItsHigherAddress) {
    const AdvertHeard other = advert(net::kOwner, seconds{1}, kHigherAddress);
    const Step next = step(v3_owner(), kMaster, other, kBefore);
    EXPECT_EQ(role(next.state), Role::Backup);
    EXPECT_EQ(next.actions.front(), Action{about(Reason::SecondOwnerHeard, other)});
}

TEST(Owner, TellsOfASecondOwnerAndDefendsItselfAgainstItsLowerAddress) {
    const AdvertHeard other = advert(net::kOwner, seconds{1}, kLowerAddress);
    const Step next = step(v3_owner(), kMaster, other, kBefore);
    EXPECT_EQ(role(next.state), Role::Master);
    EXPECT_EQ(next.actions,
              (Actions{about(Reason::SecondOwnerHeard, other), about(Reason::WeakerMasterHeard, other),
                       SendAdvert{net::kOwner}, Announce{Announce::Occasion::LowerPriorityHeard},
                       ReportLowerPriority{}}));
}

TEST(Master, ResignsTwiceOverAFaultOfItsOwn) {
    const Step next = step(v3_router(), kMaster, Faulted{}, kBefore);
    EXPECT_EQ(next.state, State{Fault{}});
    EXPECT_EQ(next.actions, (Actions{bare(Reason::FaultRaised), kResignation, kResignation,
                                     ReleaseAddresses{}, StopAnnouncing{}}));
}

TEST(Master, ResignsOnceOverAFaultOfItsGroup) {
    EXPECT_EQ(step(v3_router(), kMaster, Faulted{.by_group = true}, kBefore).actions,
              (Actions{bare(Reason::FaultRaised), kResignation, ReleaseAddresses{}, StopAnnouncing{}}));
}

TEST(Master, ResignsOnceWhenItStops) {
    const Step next = step(v3_router(), kMaster, Stopped{}, kBefore);
    EXPECT_EQ(next.state, State{Idle{}});
    EXPECT_EQ(next.actions,
              (Actions{bare(Reason::Shutdown), kResignation, ReleaseAddresses{}, StopAnnouncing{}}));
}

TEST(Master, BecomesBackupByOrderOfItsGroupWithoutResigning) {
    const Router me = v3_router();
    const Step next = step(me, kMaster, GroupOrdersBackup{}, kBefore);
    EXPECT_EQ(next.state, State{waiting_backup(me, kBefore)});
    EXPECT_EQ(next.actions, (Actions{bare(Reason::GroupOrder), ReleaseAddresses{}, StopAnnouncing{}}));
}

TEST(Master, SaysAtOnceWhichPriorityTheOperatorGaveIt) {
    const Router me = v3_router();
    const Step next = step(me, kMaster, PriorityChanged{.by_operator = true}, kBefore);
    EXPECT_EQ(next.state, State{Master{kBefore + me.interval}});
    EXPECT_EQ(next.actions, Actions{SendAdvert{me.priority}});
}

TEST(Master, InvitesAnotherWithPriorityZeroAndIsThenSilentForAnInterval) {
    const Router me = v3_router();
    const Step next = step(me, kMaster, TakeoverInvited{}, kBefore);
    EXPECT_EQ(next.state, State{Master{kBefore + me.interval}});
    EXPECT_EQ(next.actions, Actions{kResignation});
}

TEST(Master, IsSilentForAsLongAsItsSlowestCompanionAfterAnInvitation) {
    const Router me = v3_router();
    EXPECT_EQ(step(me, kMaster, TakeoverInvited{10 * me.interval}, kBefore).state,
              State{Master{kBefore + 10 * me.interval}});
    EXPECT_EQ(step(me, kMaster, TakeoverInvited{me.interval / 2}, kBefore).state,
              State{Master{kBefore + me.interval}});
}

TEST(Master, IsMovedByNothingElse) {
    for (const Event& event : {Event{Started{}}, Event{Released{}}, Event{PriorityChanged{}},
                               Event{Recovered{}}, Event{GroupOrdersMaster{}}, Event{SettingsChanged{}}}) {
        const Step next = step(v3_router(), kMaster, event, kBefore);
        EXPECT_EQ(next.state, kMaster) << to_text(event);
        EXPECT_EQ(next.actions, Actions{}) << to_text(event);
    }
}

TEST(Reload, LetsAMasterAdvertiseNoLaterThanItsNewInterval) {
    Router me = v3_router();
    me.interval = milliseconds{100};
    EXPECT_EQ(step(me, kMaster, SettingsChanged{}, kBefore).state,
              State{Master{kBefore + milliseconds{100}}});
}

TEST(Reload, DoesNotPostponeAnAdvertThatWasPromised) {
    Router me = v3_router();
    me.interval = seconds{30};
    EXPECT_EQ(step(me, kMaster, SettingsChanged{}, kBefore).state, kMaster);
}

}  // namespace
}  // namespace understudy::vrrp
