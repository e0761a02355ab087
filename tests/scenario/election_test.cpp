#include "pair.hpp"

namespace understudy::sim {
namespace {

TEST(Election, MakesALoneRouterMasterAfterItsDownTimer) {
    Lan lan{Seed{1}};
    Node& router = lan.add(Plan{.priority = 100});
    EXPECT_EQ(router.role(), vrrp::Role::Backup);
    EXPECT_EQ(lan.run_until([&] { return router.is_master(); }), 3s + 609'375us);
    lan.run_for(kMoment);
    EXPECT_TRUE(router.holds(kVip));
    EXPECT_EQ(router.notifications(), (std::vector<std::string>{"BACKUP", "MASTER"}));
}

// `state MASTER` means nothing for a priority below 255, as in keepalived.
TEST(Election, IsNotHurriedByStateMaster) {
    Lan lan{Seed{1}};
    Node& router = lan.add(Plan{.priority = 100, .starts_as_master = true});
    EXPECT_EQ(lan.run_until([&] { return router.is_master(); }), 3s + skew_of(100));
}

TEST(Election, MakesTheOwnerMasterAtOnce) {
    Lan lan{Seed{1}};
    Node& owner = lan.add(Plan{.priority = 255, .starts_as_master = true});
    EXPECT_TRUE(owner.is_master());
    EXPECT_EQ(owner.notifications().size(), 0u) << "notifications wait for the addresses";
    lan.run_for(kMoment);
    EXPECT_EQ(owner.notifications(), (std::vector<std::string>{"MASTER"}));
}

TEST(Election, IsWonByTheHigherPriority) {
    const Pair pair;
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_EQ(pair.weak.role(), vrrp::Role::Backup);
    EXPECT_TRUE(pair.strong.holds(kVip));
    EXPECT_FALSE(pair.weak.holds(kVip));
    EXPECT_EQ(pair.lan.neighbour(kVip), &pair.strong);
}

TEST(Election, RunsOverIpv6Alike) {
    const Plan plan{.priority = 200,
                    .version = net::VrrpVersion::V3,
                    .family = net::Family::Ipv6,
                    .addresses = {"fe80::100", "2001:db8::100"}};
    Plan weaker = plan;
    weaker.priority = 100;
    Pair pair{plan, weaker};
    EXPECT_TRUE(pair.strong.holds("2001:db8::100"));
    pair.await_advert(pair.strong);
    pair.strong.power_off();
    EXPECT_EQ(pair.takeover_of(pair.weak), 3s + skew_of(100));
    pair.lan.run_for(kMoment);
    EXPECT_TRUE(pair.weak.holds("fe80::100"));
}

// Version 3 scales the skew with the interval: a tenth of it, and a tenth of the wait.
TEST(Election, IsTenTimesFasterWithATenthOfTheInterval) {
    const Plan fast{.priority = 200, .version = net::VrrpVersion::V3, .interval = 100ms};
    Plan weaker = fast;
    weaker.priority = 100;
    Pair pair{fast, weaker};
    pair.await_advert(pair.strong);
    pair.strong.power_off();
    EXPECT_EQ(pair.takeover_of(pair.weak), 300ms + skew_of(100, 100ms));
}

// RFC 9568 §6.1: a backup counts with the master's interval, not its own.
TEST(Election, LetsABackupLearnTheIntervalOfItsMaster) {
    Pair pair{{.priority = 200, .version = net::VrrpVersion::V3, .interval = 2s},
              {.priority = 100, .version = net::VrrpVersion::V3, .interval = 10s}};
    pair.await_advert(pair.strong);
    pair.strong.power_off();
    EXPECT_EQ(pair.takeover_of(pair.weak), 6s + skew_of(100, 2s));
}

// Two masters of one priority meet when a partition heals; the higher address stays (RFC 9568 §6.4.3).
TEST(Election, IsWonByTheHigherAddressAmongEqualPriorities) {
    Lan lan{Seed{1}};
    Node& lower = lan.add(Plan{.priority = 100});
    Node& higher = lan.add(Plan{.priority = 100});
    lan.cut(lower, higher);
    lan.cut(higher, lower);
    lan.run_until([&] { return lower.is_master() && higher.is_master(); });
    lan.heal();
    lan.run_for(1s + kMoment);
    EXPECT_EQ(lower.role(), vrrp::Role::Backup);
    EXPECT_TRUE(higher.is_master());
}

TEST(Election, IsNotMovedByAnEqualPriorityThatComesLater) {
    Lan lan{Seed{1}};
    Node& first = lan.add(Plan{.priority = 100});
    lan.run_until([&] { return first.is_master(); });
    Node& second = lan.add(Plan{.priority = 100});
    lan.run_for(60s);
    EXPECT_TRUE(first.is_master());
    EXPECT_EQ(second.role(), vrrp::Role::Backup);
}

TEST(Election, DoesNotMixVirtualRouters) {
    Lan lan{Seed{1}};
    Node& one = lan.add(Plan{.priority = 200, .vrid = 1});
    Node& two = lan.add(Plan{.priority = 100, .vrid = 2, .addresses = {"203.0.113.2"}});
    lan.run_for(10s);
    EXPECT_TRUE(one.is_master());
    EXPECT_TRUE(two.is_master());
}

TEST(Election, IsDecidedPerInstanceSoThatHostsShareTheLoad) {
    const auto both = [](int first, int second) {
        auto config = config_of({.priority = first, .vrid = 1});
        config->instances.push_back(
            instance_of({.priority = second, .vrid = 2, .addresses = {"203.0.113.2"}}));
        return config;
    };
    Lan lan{Seed{1}};
    Node& left = lan.add(both(200, 100));
    Node& right = lan.add(both(100, 200));
    lan.run_for(10s);
    EXPECT_TRUE(left.is_master(0) && right.is_master(1));
    EXPECT_EQ(left.role(1), vrrp::Role::Backup);
    EXPECT_EQ(right.role(0), vrrp::Role::Backup);
    EXPECT_TRUE(left.holds("203.0.113.1") && right.holds("203.0.113.2"));
    EXPECT_FALSE(left.holds("203.0.113.2") || right.holds("203.0.113.1"));
}

}  // namespace
}  // namespace understudy::sim
