// The kernel takes virtual addresses away from a host whose agent is gone without a trace.
#include "pair.hpp"

namespace understudy::sim {
namespace {

constexpr seconds kLease{2};
const Plan kStrong{.priority = 200, .address_lease = kLease};
const Plan kWeak{.priority = 100, .address_lease = kLease};

TEST(Lease, EndsBeforeTheBackupTakesOver) {
    for (int step = 0; step < 20; ++step) {  // at twenty moments of an interval
        Pair pair{kStrong, kWeak};
        pair.await_advert(pair.strong);
        pair.lan.run_for(step * 50ms);
        pair.strong.kill_agent();
        const microseconds gone = pair.lan.run_until([&] { return !pair.strong.holds(kVip); });
        EXPECT_LE(gone, kLease);
        EXPECT_GE(gone, kLease * 2 / 3 - 1ms);
        EXPECT_FALSE(pair.weak.is_master());
        pair.takeover_of(pair.weak);
        pair.lan.run_for(kMoment);
        EXPECT_FALSE(pair.strong.holds(kVip));
        EXPECT_TRUE(pair.weak.holds(kVip));
    }
}

TEST(Lease, IsHeldForHoursWithoutAWord) {
    Pair pair{kStrong, kWeak};
    const std::size_t announcements = pair.strong.announcements().size();
    pair.lan.run_for(10s);
    const std::size_t told = pair.strong.announcements().size();
    EXPECT_GE(told, announcements);
    for (int minute = 0; minute < 120; ++minute) {
        pair.lan.run_for(60s);
        ASSERT_TRUE(pair.strong.holds(kVip));
    }
    EXPECT_EQ(pair.strong.announcements().size(), told);
    EXPECT_EQ(pair.strong.told("address-lost") + pair.strong.told("address-expired"), 0u);
    EXPECT_FALSE(pair.weak.holds(kVip));
}

// It is awake again when its peer is master: nothing is put back, or renewed, before it steps down.
TEST(Lease, OfAHostThatSleptTooLongIsNotTakenUpAgain) {
    for (const bool timer_first : {false, true}) {
        Pair pair{kStrong, kWeak, {.timer_may_come_first = timer_first}};
        pair.strong.freeze();
        pair.lan.run_until([&] { return !pair.strong.holds(kVip); });
        pair.takeover_of(pair.weak);
        pair.lan.run_for(1s);                  // the slowest of all peers would be master by now
        pair.lan.cut(pair.weak, pair.strong);  // not even the other one's adverts tell it
        bool held = false;
        pair.strong.thaw();
        pair.lan.run_until(
            [&] {
                held |= pair.strong.holds(kVip);
                return false;
            },
            2s);
        EXPECT_FALSE(held);
        EXPECT_EQ(pair.strong.role(), vrrp::Role::Backup);
    }
}

// It is late, but nobody can have taken over.
TEST(Lease, ThatRanOutUnderALateMasterIsPutBack) {
    Pair pair{kStrong, kWeak};
    pair.await_advert(pair.strong);
    pair.strong.freeze();
    pair.lan.run_for(kLease + 100ms);
    ASSERT_FALSE(pair.strong.holds(kVip));
    pair.strong.thaw();
    pair.lan.run_for(kMoment);
    EXPECT_TRUE(pair.strong.holds(kVip) && pair.strong.is_master());
    EXPECT_EQ(pair.strong.told("address-expired"), 1u);
    EXPECT_EQ(pair.strong.told("address-repaired"), 1u);
    EXPECT_FALSE(pair.weak.is_master());
}

TEST(Lease, ComesAndGoesByReloadWithoutLosingTheAddress) {
    Pair pair{{.priority = 200}, kWeak};
    const auto reload = [&](std::optional<seconds> lease, microseconds time) {
        pair.strong.reload(config_of({.priority = 200, .address_lease = lease}));
        bool held = true;
        pair.lan.run_until(
            [&] {
                held &= pair.strong.holds(kVip);
                return false;
            },
            time);
        return held;
    };
    EXPECT_TRUE(reload(kLease, 20s));
    EXPECT_TRUE(reload(seconds{1}, 20s));
    EXPECT_TRUE(reload(seconds{30}, 90s));
    EXPECT_TRUE(reload({}, 90s));
    pair.strong.kill_agent();
    pair.lan.run_for(90s);
    EXPECT_TRUE(pair.strong.holds(kVip)) << "for ever";
}

TEST(Lease, OfAKilledAgentIsGoneOnWithByTheNext) {
    Plan alone = kStrong;
    alone.starts_as_master = true;
    alone.priority = 255;
    Lan lan{Seed{1}};
    Node& router = lan.add(alone);
    lan.run_until([&] { return router.holds(kVip); });
    lan.run_for(10s);
    router.kill_agent();
    lan.run_for(kLease / 2);
    router.start_agent();
    bool held = true;
    lan.run_until(
        [&] {
            held &= router.holds(kVip);
            return false;
        },
        30s);
    EXPECT_TRUE(held && router.is_master());
}

TEST(Lease, IsKeptOnAVirtualMacAndForIpv6) {
    for (const net::Family family : {net::Family::Ipv4, net::Family::Ipv6}) {
        const std::string vip = family == net::Family::Ipv4 ? kVip : "2001:db8::50";
        Plan plan{.priority = 200,
                  .version = net::VrrpVersion::V3,
                  .family = family,
                  .virtual_mac = true,
                  .address_lease = kLease,
                  .addresses = {vip}};
        Plan other = plan;
        other.priority = 100;
        Pair pair{plan, other};
        pair.lan.run_for(60s);
        ASSERT_TRUE(pair.strong.holds(vip));
        pair.strong.kill_agent();
        EXPECT_LE(pair.lan.run_until([&] { return !pair.strong.holds(vip); }), kLease);
        EXPECT_FALSE(pair.weak.is_master());
    }
}

}  // namespace
}  // namespace understudy::sim
