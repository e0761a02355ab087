// RFC 9568 §6.4: the state machine, and keepalived's additions to it.
#include <gtest/gtest.h>

#include "understudy/vrrp/announce.hpp"
#include "understudy/vrrp/election.hpp"

#include "support/printers.hpp"
#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

constexpr Instant kLater = kStart + milliseconds{300};
const State kMaster = Master{kStart + seconds{1}};

const Announce kAnnounce{Announce::Occasion::BecameMaster};

TEST(Rfc9568, V3_FLD_06_PriorityZeroIsSentOnlyByAMasterThatStopsOrFails) {
    const Router me = v3_router();
    for (const Event& leaving : {Event{Stopped{}}, Event{Faulted{}}}) {
        EXPECT_EQ(orders(step(me, kMaster, leaving, kLater).actions).front(),
                  Action(SendAdvert{net::kResigning}));
        EXPECT_EQ(orders(step(me, waiting_backup(me, kStart), leaving, kLater).actions), Actions{});
    }
    for (const Event& yielding : {Event{advert(kHigher)}, Event{GroupOrdersBackup{}}})
        EXPECT_EQ(orders(step(me, kMaster, yielding, kLater).actions),
                  (Actions{ReleaseAddresses{}, StopAnnouncing{}}));
}

TEST(Rfc9568, V3_FLD_04_TheOwnerSends255) {
    EXPECT_EQ(orders(step(v3_owner(), kMaster, TimeReached{}, kStart + seconds{1}).actions),
              Actions(1, SendAdvert{net::Priority{255}}));
}

TEST(Rfc9568, V3_TX_01_AdvertsCarryThePriorityInEffect) {
    Soloist master{v3_router()};
    master.handle(Started{});
    master.run_until_master();
    master.me.priority = net::Priority{42};
    master.handle(PriorityChanged{});
    master.run_for(seconds{1});
    EXPECT_EQ(master.orders.back().action, Action(SendAdvert{net::Priority{42}}));
}

TEST(Rfc9568, V3_FSM_01_AnOwnerAdvertisesAnnouncesAndIsMasterAtOnce) {
    const Step next = step(v3_owner(), Idle{}, Started{}, kStart);
    EXPECT_EQ(orders(next.actions), (Actions{SendAdvert{net::kOwner}, AcquireAddresses{}, kAnnounce}));
    EXPECT_EQ(next.state, State{Master{kStart + seconds{1}}});
}

TEST(Rfc9568, V3_FSM_02_EveryoneElseStartsAsBackupWithAFullDownInterval) {
    const Step next = step(v3_router(), Idle{}, Started{}, kStart);
    EXPECT_EQ(orders(next.actions), Actions{});
    EXPECT_EQ(role(next.state), Role::Backup);
    EXPECT_EQ(deadline(next.state), kStart + microseconds{3'609'375});
}

TEST(Rfc9568, V3_FSM_08_ABackupStopsSilently) {
    const Router me = v3_router();
    const Step next = step(me, waiting_backup(me, kStart), Stopped{}, kLater);
    EXPECT_EQ(next.state, State{Idle{}});
    EXPECT_EQ(orders(next.actions), Actions{});
}

TEST(Rfc9568, V3_FSM_09_TheDownTimerMakesABackupAdvertiseFirstThenAnnounceThenMaster) {
    const Router me = v3_router();
    const Backup self = waiting_backup(me, kStart);
    const Step next = step(me, self, TimeReached{}, self.takeover_at);
    EXPECT_EQ(orders(next.actions), (Actions{SendAdvert{me.priority}, AcquireAddresses{}, kAnnounce}));
    EXPECT_EQ(next.state, State{Master{self.takeover_at + me.interval}});
}

TEST(Rfc9568, V3_FSM_10_PriorityZeroSetsABackupsTimerToTheSkewOfTheLearnedInterval) {
    for (const auto& [interval, wait] : {std::pair{seconds{1}, 609'375}, std::pair{seconds{2}, 1'218'750}}) {
        Soloist router{v3_router()};
        router.handle(Started{});
        router.handle(advert(kHigher, interval));
        router.handle(advert(net::kResigning, seconds{7}));
        EXPECT_EQ(router.run_until_master().count(), wait);
    }
}

TEST(Rfc9568, V3_FSM_10_PriorityZeroTeachesNoInterval) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(kHigher));
    router.handle(advert(net::kResigning, seconds{7}));
    EXPECT_EQ(std::get<Backup>(router.state).master_interval, seconds{1});
}

TEST(Rfc9568, V3_FSM_11_ABackupLearnsAndRestartsOnAnEqualOrHigherPriority) {
    const Router me = v3_router();
    for (const net::Priority priority : {me.priority, kHigher})
        EXPECT_EQ(step(me, waiting_backup(me, kStart), advert(priority, seconds{2}), kLater).state,
                  State{following_backup(me, advert(priority, seconds{2}), kLater)});
}

TEST(Rfc9568, V3_FSM_11_ABackupStaysOneUnderEqualPriorityFromAnyAddress) {
    const Router me = v3_router();
    for (const char* source : {"192.0.2.1", "192.0.2.254"}) {
        const AdvertHeard equal = advert(me.priority, seconds{1}, *net::Address::parse(source));
        EXPECT_EQ(deadline(step(me, waiting_backup(me, kStart), equal, kLater).state),
                  kLater + microseconds{3'609'375});
    }
}

TEST(Rfc9568, V3_FSM_11_WithoutPreemptionABackupFollowsAnyPriority) {
    Router me = v3_router();
    me.preempt = false;
    EXPECT_EQ(step(me, waiting_backup(me, kStart), advert(kLower), kLater).state,
              State{following_backup(me, advert(kLower), kLater)});
}

TEST(Rfc9568, V3_FSM_12_ALowerPriorityDoesNotTouchAPreemptingBackupsTimer) {
    Soloist router{v3_router()};
    router.handle(Started{});
    for (int second = 0; second < 3; ++second) {
        router.handle(advert(kLower));
        router.run_for(seconds{1});
    }
    EXPECT_EQ(deadline(router.state), kStart + microseconds{3'609'375});
}

TEST(Rfc9568, V3_FSM_21_AMasterThatStopsResigns) {
    const Step next = step(v3_router(), kMaster, Stopped{}, kLater);
    EXPECT_EQ(next.state, State{Idle{}});
    EXPECT_EQ(orders(next.actions),
              (Actions{SendAdvert{net::kResigning}, ReleaseAddresses{}, StopAnnouncing{}}));
}

TEST(Rfc9568, V3_FSM_22_TheAdverTimerMakesAMasterSendAndRestartIt) {
    const Step next = step(v3_router(), kMaster, TimeReached{}, kStart + seconds{1});
    EXPECT_EQ(next.state, State{Master{kStart + seconds{2}}});
    EXPECT_EQ(next.actions, Actions(1, SendAdvert{net::kDefaultPriority}));
}

TEST(Rfc9568, V3_FSM_23_AMasterAnswersPriorityZeroAtOnceAndRestartsItsTimer) {
    const Step next = step(v3_router(), kMaster, advert(net::kResigning), kLater);
    EXPECT_EQ(next.state, State{Master{kLater + seconds{1}}});
    EXPECT_EQ(next.actions,
              (Actions{SendAdvert{net::kDefaultPriority}, Announce{Announce::Occasion::Doubted}}));
}

TEST(Rfc9568, V3_FSM_24_AMasterYieldsToAWinningAdvertLearnsItsIntervalAndSendsNothing) {
    const Router me = v3_router();
    const AdvertHeard winning = advert(kHigher, seconds{2});
    const Step next = step(me, kMaster, winning, kLater);
    EXPECT_EQ(next.state, State{following_backup(me, winning, kLater)});
    EXPECT_EQ(orders(next.actions), (Actions{ReleaseAddresses{}, StopAnnouncing{}}));
}

TEST(Rfc9568, V3_FSM_25_EqualPrioritiesAreDecidedByTheAddressUnsignedInNetworkByteOrder) {
    for (const auto& [lower, higher] :
         {std::pair{"192.0.2.9", "192.0.2.10"}, std::pair{"10.0.0.1", "192.0.2.1"},
          std::pair{"fe80::ff", "fe80::100"}}) {
        Router me = v3_router();
        me.address = *net::Address::parse(lower);
        EXPECT_TRUE(outranks(advert(me.priority, seconds{1}, *net::Address::parse(higher)), me)) << lower;
        me.address = *net::Address::parse(higher);
        EXPECT_FALSE(outranks(advert(me.priority, seconds{1}, *net::Address::parse(lower)), me)) << higher;
    }
}

TEST(Rfc9568, V3_FSM_26_AMasterAnswersALosingAdvertAtOnceAndStays) {
    const Step next = step(v3_router(), kMaster, advert(kLower), kLater);
    EXPECT_EQ(role(next.state), Role::Master);
    EXPECT_EQ(orders(next.actions).front(), Action(SendAdvert{net::kDefaultPriority}));
}

TEST(Rfc9568, V3_FSM_27_AfterThatAnswerTheAdverTimerStartsAnew) {
    Soloist master{v3_owner()};
    master.handle(Started{});
    master.run_for(milliseconds{300});
    master.handle(advert(kLower));
    master.run_for(seconds{1});
    EXPECT_EQ(master.adverts_sent(), (std::vector{kStart, kLater, kLater + seconds{1}}));
}

TEST(Rfc9568, V3_FSM_28_OurOwnPacketReflectedIsNeitherYieldedToNorAnswered) {
    const AdvertHeard own = advert(net::kDefaultPriority, seconds{1}, kOurAddress);
    const Step next = step(v3_router(), kMaster, own, kLater);
    EXPECT_EQ(next.state, kMaster);
    EXPECT_EQ(next.actions,
              Actions(1, Explain{Reason::OwnAdvertReflected, kOurAddress, net::kDefaultPriority, {}}));
}

TEST(Rfc9568, V3_FSM_29_AMasterThatFailsResignsAndEntersFault) {
    const Step next = step(v3_router(), kMaster, Faulted{}, kLater);
    EXPECT_EQ(role(next.state), Role::Fault);
    EXPECT_EQ(orders(next.actions).front(), Action(SendAdvert{net::kResigning}));
}

TEST(Rfc9568, V3_FSM_29_FaultEndsInBackupWithAFullDownIntervalOrAnOwnersShortOne) {
    for (const auto& [me, wait] : {std::pair{v3_router(), 3'609'375}, std::pair{v3_owner(), 1'003'906}}) {
        const Step next = step(me, Fault{}, Recovered{}, kLater);
        EXPECT_EQ(role(next.state), Role::Backup);
        EXPECT_EQ(deadline(next.state), kLater + microseconds{wait});
    }
}

TEST(Rfc9568, V3_RX_20_NothingIsHeardInFault) {
    EXPECT_EQ(step(v3_router(), Fault{}, advert(kHigher), kLater).state, State{Fault{}});
}

TEST(Rfc9568, V3_RX_20_NothingIsHeardDuringTheStartUpDelay) {
    Soloist router{v3_router()};
    router.handle(Started{.deaf_until = kStart + seconds{10}});
    const State before = router.state;
    router.handle(advert(kHigher));
    EXPECT_EQ(router.state, before);
}

TEST(Rfc9568, V3_RX_08_AnOwnerTellsOfAForeignAdvertAndGoesOnWithTheElection) {
    const Step weaker = step(v3_owner(), kMaster, advert(kLower), kLater);
    EXPECT_EQ(weaker.actions.front(), Action(Explain{Reason::WeakerMasterHeard, kPeerAddress, kLower, {}}));
    EXPECT_EQ(role(weaker.state), Role::Master);
    const AdvertHeard owner = advert(net::kOwner, seconds{1}, net::Address::v4(192, 0, 2, 3));
    EXPECT_EQ(role(step(v3_owner(), kMaster, owner, kLater).state), Role::Backup);
}

TEST(Rfc9568, V3_POL_02_AnOwnerPreemptsWhateverPreemptModeSays) {
    Router me = v3_owner();
    me.preempt = false;
    Soloist owner{me};
    owner.state = Fault{};
    owner.handle(Recovered{});
    owner.handle(advert(kHigher));
    EXPECT_EQ(owner.run_until_master().count(), 1'003'906);
}

TEST(Rfc9568, V3_POL_04_ASecondOwnerIsTold) {
    const AdvertHeard second = advert(net::kOwner);
    EXPECT_EQ(step(v3_owner(), kMaster, second, kLater).actions.front(),
              Action(Explain{Reason::SecondOwnerHeard, second.source, net::kOwner, {}}));
}

TEST(Rfc9568, V3_POL_05_AMasterTellsOfAPeerWithItsOwnPriority) {
    const AdvertHeard equal = advert(net::kDefaultPriority);
    EXPECT_EQ(step(v3_router(), kMaster, equal, kLater).actions.front(),
              Action(Explain{Reason::WeakerMasterHeard, equal.source, net::kDefaultPriority, {}}));
}

TEST(Rfc9568, V3_POL_06_NeighbouringPrioritiesTakeOver3906MicrosecondsApart) {
    Soloist weaker{v3_router(net::Priority{100})};
    Soloist stronger{v3_router(net::Priority{101})};
    weaker.handle(Started{});
    stronger.handle(Started{});
    EXPECT_EQ((weaker.run_until_master() - stronger.run_until_master()).count(), 3'906 + 1);  // both floored
}

}  // namespace
}  // namespace understudy::vrrp
