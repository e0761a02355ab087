// RFC 9568 §6.1 and §2.5: parameters and timers.
#include <gtest/gtest.h>

#include <array>

#include "understudy/vrrp/timing.hpp"

#include "support/printers.hpp"
#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

using Function = microseconds (*)(const Router&, microseconds);

void expect_rows(Function function, Centiseconds interval, std::array<std::int64_t, 7> expected) {
    constexpr std::array kPriorities{net::Priority{1},   net::Priority{50},  net::Priority{100},
                                     net::Priority{150}, net::Priority{200}, net::Priority{254},
                                     net::Priority{255}};
    for (std::size_t i = 0; i < kPriorities.size(); ++i)
        EXPECT_EQ(function(v3_router(kPriorities[i]), interval).count(), expected[i])
            << "priority " << +kPriorities[i].value() << ", interval " << interval.count() << " cs";
}

TEST(Rfc9568, V3_TM_01_TheOwnIntervalIsTheSendingPeriod) {
    Router me = v3_owner();
    me.interval = milliseconds{250};
    Soloist master{me};
    master.handle(Started{});
    master.run_for(seconds{1});
    EXPECT_EQ(master.adverts_sent(),
              (std::vector{kStart, kStart + milliseconds{250}, kStart + milliseconds{500},
                           kStart + milliseconds{750}, kStart + seconds{1}}));
}

TEST(Rfc9568, V3_TM_01_TheIntervalIsOneSecondByDefault) { EXPECT_EQ(Router{}.interval, seconds{1}); }

TEST(Rfc9568, V3_TM_02_TheMastersIntervalStartsAsOurOwn) {
    Router me = v3_router();
    me.interval = seconds{3};
    Soloist router{me};
    router.handle(Started{});
    EXPECT_EQ(std::get<Backup>(router.state).master_interval, seconds{3});
}

TEST(Rfc9568, V3_TM_03_TheIntervalOfEveryAcceptedAdvertIsLearned) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(kHigher, seconds{2}));
    EXPECT_EQ(std::get<Backup>(router.state).master_interval, seconds{2});
    router.handle(advert(kHigher, milliseconds{500}));
    EXPECT_EQ(std::get<Backup>(router.state).master_interval, milliseconds{500});
}

TEST(Rfc9568, V3_TM_04_TheSkewHasItsExactValues) {
    expect_rows(skew, Centiseconds{100}, {996093, 804687, 609375, 414062, 218750, 7812, 3906});
    expect_rows(skew, Centiseconds{10}, {99609, 80468, 60937, 41406, 21875, 781, 390});
    expect_rows(skew, Centiseconds{1}, {9960, 8046, 6093, 4140, 2187, 78, 39});
    expect_rows(skew, Centiseconds{300}, {2988281, 2414062, 1828125, 1242187, 656250, 23437, 11718});
}

TEST(Rfc9568, V3_TM_05_TheDownIntervalHasItsExactValues) {
    expect_rows(master_down_interval, Centiseconds{100},
                {3996093, 3804687, 3609375, 3414062, 3218750, 3007812, 3003906});
    expect_rows(master_down_interval, Centiseconds{10},
                {399609, 380468, 360937, 341406, 321875, 300781, 300390});
    expect_rows(master_down_interval, Centiseconds{4095},
                {163640039, 155801953, 147803906, 139805859, 131807812, 123169921, 123009960});
}

TEST(Rfc9568, V3_TM_05_ASilentMasterIsReplacedAfterThreeOfItsIntervalsAndTheSkew) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(kHigher, seconds{2}));
    EXPECT_EQ(router.run_until_master().count(), 7'218'750);
}

TEST(Rfc9568, V3_TM_06_AfterTakeoverTheOwnIntervalIsUsedAgain) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(kHigher, seconds{2}));
    router.run_until_master();
    const Instant became_master = router.now;
    router.run_for(seconds{2});
    EXPECT_EQ(router.adverts_sent(),
              (std::vector{became_master, became_master + seconds{1}, became_master + seconds{2}}));
}

TEST(Rfc9568, V3_TM_06_AfterMastershipABackupCountsWithItsOwnIntervalUntilItLearnsAnother) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.handle(advert(kHigher, seconds{2}));
    router.run_until_master();
    router.handle(GroupOrdersBackup{});
    EXPECT_EQ(std::get<Backup>(router.state).master_interval, seconds{1});
}

TEST(Rfc9568, V3_TM_07_AChangedPriorityChangesTheSkewAtOnce) {
    Soloist router{v3_router()};
    router.handle(Started{});
    router.now += seconds{1};
    router.me.priority = net::Priority{200};
    router.handle(PriorityChanged{});
    EXPECT_EQ(deadline(router.state), kStart + microseconds{3'218'750});
}

TEST(Rfc9568, V3_TM_08_AMasterDelayedBeyondEveryPeersPatienceSaysSo) {
    Soloist master{v3_owner()};
    master.handle(Started{});
    master.now += seconds{20};
    const Actions actions = master.handle(TimeReached{});
    EXPECT_EQ(actions.front(), Action(Explain{Reason::TimerMuchTooLate, {}, {}, seconds{19}}));
}

TEST(Rfc9568, V3_TM_09_ANonOwnerWaitsAFullDownIntervalWhateverItsConfiguredState) {
    for (const bool wants_master : {false, true}) {
        Router me = v3_router();
        me.wants_master = wants_master;
        Soloist router{me};
        router.handle(Started{});
        EXPECT_EQ(router.run_until_master().count(), 3'609'375);
    }
}

TEST(Rfc9568, V3_TM_10_AMemberHeldBackByItsGroupWaitsOneIntervalAndTheSmallestSkew) {
    Router me = v3_router();
    me.in_group = true;
    Soloist member{me};
    member.handle(Started{});
    member.run_for(microseconds{3'609'375});
    EXPECT_EQ(deadline(member.state), member.now + microseconds{1'003'906});
}

TEST(Rfc9568, V3_TM_11_PreemptDelayFollowsTheLowerMasterUntilTheDelayHasRun) {
    Router me = v3_router(net::Priority{150});
    me.preempt_delay = seconds{5};
    Soloist router{me};
    router.handle(Started{});
    for (int second = 0; second < 30 && router.role() == Role::Backup; ++second) {
        router.handle(advert(net::Priority{100}));
        router.run_for(seconds{1});
    }
    // The last advert within the delay came 4 s after the first; the one at 5 s no longer restarts the timer.
    EXPECT_EQ(router.adverts_sent().front(), kStart + seconds{4} + microseconds{3'414'062});
}

}  // namespace
}  // namespace understudy::vrrp
