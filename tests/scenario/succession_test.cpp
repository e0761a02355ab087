// A vrrp process dies, and another goes on where it has stopped: on the wire nobody should notice.
#include <gtest/gtest.h>

#include "pair.hpp"

namespace understudy::sim {
namespace {

constexpr Conditions kRecorded{.recorded = true};

struct RecordedPair : Pair {
    RecordedPair() : Pair({.priority = 200}, {.priority = 100}, kRecorded) {}

    // The backup has heard the master, and then nothing for a second and this moment.
    void silence_master() {
        await_advert(strong);
        lan.run_for(kMoment);
        strong.power_off();
        lan.run_for(1s);
    }
    void succeed_backup() {
        weak.die();
        lan.run_for(200ms);
        weak.go_on();
    }
};

constexpr microseconds kLeftOfSilence = 3s + skew_of(100) - 1s - kMoment;

TEST(GoingOn, AMasterMissesNoAdvert) {
    RecordedPair pair;
    pair.await_advert(pair.strong);
    const Instant last = pair.strong.adverts().back().at;
    pair.lan.run_for(300ms);
    pair.strong.die();
    pair.lan.run_for(200ms);
    pair.strong.go_on();
    pair.await_advert(pair.strong);
    EXPECT_EQ(pair.strong.adverts().back().at - last, 1s);
    EXPECT_FALSE(pair.weak.is_master());
}

TEST(GoingOn, ItsAddressesAreNeverTouched) {
    RecordedPair pair;
    pair.strong.die();
    EXPECT_TRUE(pair.strong.holds(kVip));
    pair.lan.run_for(200ms);
    pair.strong.go_on();
    for (int i = 0; i < 100; ++i) {
        pair.lan.run_for(10ms);
        ASSERT_TRUE(pair.strong.holds(kVip)) << pair.lan.trace.tail();
    }
    EXPECT_EQ(pair.lan.neighbour(kVip), &pair.strong);
}

// Without the time in which nobody listened.
TEST(GoingOn, ABackupGoesOnCounting) {
    RecordedPair pair;
    pair.silence_master();
    pair.succeed_backup();
    EXPECT_EQ(pair.takeover_of(pair.weak), kLeftOfSilence);
}

TEST(GoingOn, ABackupThatStoodStillBeforeItDiedHasNotListenedThen) {
    RecordedPair pair;
    pair.silence_master();
    pair.weak.freeze();
    pair.lan.run_for(1s);
    pair.succeed_backup();
    EXPECT_EQ(pair.takeover_of(pair.weak), kLeftOfSilence);
}

TEST(GoingOn, AMasterThatWasDeadForTooLongLetsGoWithoutAWord) {
    RecordedPair pair;
    pair.strong.die();
    pair.lan.run_for(10s);
    ASSERT_TRUE(pair.weak.is_master());
    const std::size_t sent = pair.strong.adverts().size();
    pair.strong.go_on();
    pair.lan.run_for(kMoment);
    EXPECT_FALSE(pair.strong.holds(kVip));
    EXPECT_EQ(pair.strong.adverts().size(), sent);
    pair.lan.run_for(5s);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_FALSE(pair.weak.is_master());
}

// It has become master and has said so, but died before it wrote that down.
TEST(GoingOn, ATakeoverThatWasCutShortIsMadeAgain) {
    for (std::size_t orders = 0; orders < 8; ++orders) {
        RecordedPair pair;
        pair.strong.power_off();
        pair.lan.run_for(3s);
        ASSERT_FALSE(pair.weak.is_master());
        pair.weak.die_amid_next(orders);
        pair.lan.run_until([&] { return !pair.weak.has_agent(); }, 2s);
        pair.weak.go_on();
        pair.lan.run_for(kMoment);
        EXPECT_TRUE(pair.weak.is_master()) << orders << "\n" << pair.lan.trace.tail();
        EXPECT_TRUE(pair.weak.holds(kVip)) << orders << "\n" << pair.lan.trace.tail();
    }
}

// It has put its addresses on an interface that its successor has never heard of.
TEST(GoingOn, WhatWasAddedToAReplacedInterfaceIsNotForgotten) {
    for (std::size_t orders = 0; orders < 8; ++orders) {
        RecordedPair pair;
        pair.strong.die_amid_next(orders);
        pair.strong.act_unheard([&] { pair.strong.remove_interface(), pair.strong.make_interface(); });
        pair.lan.run_until([&] { return !pair.strong.has_agent(); }, 2s);
        pair.strong.go_on();
        for (int i = 0; i < 100; ++i) {
            pair.lan.run_for(50ms);
            ASSERT_EQ(pair.strong.holds(kVip), pair.strong.is_master()) << orders << "\n"
                                                                        << pair.lan.trace.tail();
        }
        EXPECT_TRUE(pair.strong.is_master());
    }
}

// It was about to let go of its addresses.
TEST(GoingOn, AStepDownThatWasCutShortIsMadeAgain) {
    for (std::size_t orders = 0; orders < 8; ++orders) {
        RecordedPair pair;
        pair.strong.power_off();
        ASSERT_NE(pair.takeover_of(pair.weak), Lan::kNever);
        pair.lan.run_for(kMoment);
        pair.strong.boot();
        pair.lan.run_for(3s);
        pair.lan.run_until([&] { return pair.strong.is_master(); });
        pair.weak.die_amid_next(orders);
        pair.lan.run_until([&] { return !pair.weak.has_agent(); }, 2s);
        pair.weak.go_on();
        pair.lan.run_for(2s);
        EXPECT_FALSE(pair.weak.is_master()) << orders << "\n" << pair.lan.trace.tail();
        EXPECT_FALSE(pair.weak.holds(kVip)) << orders << "\n" << pair.lan.trace.tail();
    }
}

}  // namespace
}  // namespace understudy::sim
