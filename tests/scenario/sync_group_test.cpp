#include "pair.hpp"

namespace understudy::sim {
namespace {

constexpr const char* kInside = "203.0.113.1";
constexpr const char* kOutside = "198.51.100.1";

// Two virtual routers that belong together, as the two sides of a firewall. The script is the first one's.
std::shared_ptr<model::Config> firewall(int inside, int outside) {
    auto config = config_of({.priority = inside, .vrid = 1, .scripts = {{.name = "check"}}});
    config->instances.push_back(instance_of({.priority = outside, .vrid = 2, .addresses = {kOutside}}));
    model::SyncGroup group;
    group.name = "VG_1";
    group.members = {0, 1};
    config->sync_groups.push_back(group);
    return config;
}

struct Firewalls {
    explicit Firewalls(int strong_outside = 200)
        : strong(lan.add(firewall(200, strong_outside))), weak(lan.add(firewall(100, 100))) {
        lan.run_for(20s);
    }
    static bool is_master(const Node& node) { return node.is_master(0) && node.is_master(1); }
    static bool is_nothing(const Node& node) { return !node.is_master(0) && !node.is_master(1); }
    static bool is_split(const Node& node) { return node.is_master(0) != node.is_master(1); }

    Lan lan{Seed{1}};
    Node& strong;
    Node& weak;
};

// Both begin with the first result of the one's script.
TEST(SyncGroup, BecomesMasterWithItsSlowestMember) {
    Lan lan{Seed{1}};
    Node& lone = lan.add(firewall(150, 100));
    EXPECT_EQ(lan.run_until([&] { return lone.is_master(0) || lone.is_master(1); }),
              Behaviour{}.duration + 3s + skew_of(100));
    EXPECT_TRUE(Firewalls::is_master(lone));
}

TEST(SyncGroup, OfTheStrongerHostHasBothRoles) {
    const Firewalls pair;
    EXPECT_TRUE(Firewalls::is_master(pair.strong));
    EXPECT_TRUE(Firewalls::is_nothing(pair.weak));
    EXPECT_TRUE(pair.strong.holds(kInside) && pair.strong.holds(kOutside));
}

TEST(SyncGroup, MovesAsAWholeWhenOneMemberFails) {
    Firewalls pair;
    pair.strong.set_script("check", {.succeeds = false});
    pair.lan.run_for(20s);
    EXPECT_EQ(pair.strong.role(0), vrrp::Role::Fault);
    EXPECT_EQ(pair.strong.role(1), vrrp::Role::Fault);
    EXPECT_TRUE(Firewalls::is_master(pair.weak));
    EXPECT_FALSE(pair.strong.holds(kInside) || pair.strong.holds(kOutside));
}

TEST(SyncGroup, IsNeverSplitBetweenHosts) {
    Firewalls pair;
    const auto watched_run = [&](microseconds duration) {
        const Instant end = pair.lan.now() + duration;
        pair.lan.run_until([&] {
            EXPECT_FALSE(Firewalls::is_split(pair.strong));
            EXPECT_FALSE(Firewalls::is_split(pair.weak));
            return pair.lan.now() >= end;
        });
    };
    pair.strong.set_script("check", {.succeeds = false});
    watched_run(10s);
    pair.strong.set_script("check", {});
    watched_run(20s);
    EXPECT_TRUE(Firewalls::is_master(pair.strong));
    EXPECT_TRUE(Firewalls::is_nothing(pair.weak));
}

TEST(SyncGroup, IsTakenOverAsAWholeFromADeadHost) {
    Firewalls pair;
    pair.strong.power_off();
    pair.lan.run_for(5s);
    EXPECT_TRUE(Firewalls::is_master(pair.weak));
}

}  // namespace
}  // namespace understudy::sim
