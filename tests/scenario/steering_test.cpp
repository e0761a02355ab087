// What operators order, in whole clusters: the address is never without an owner.
#include "pair.hpp"

namespace understudy::sim {
namespace {

constexpr const char* kOther = "198.51.100.1";

// Runs for that long; somebody always holds the address.
void run_without_a_gap(Lan& lan, microseconds duration, const char* address = kVip) {
    const Instant end = lan.now() + duration;
    lan.run_until([&] {
        EXPECT_TRUE(std::ranges::any_of(lan.nodes(), [&](const auto& node) { return node->holds(address); }));
        return lan.now() >= end;
    });
}

// Whoever has them all as a group, of these virtual routers.
std::shared_ptr<model::Config> grouped(int priority, int members) {
    auto config = config_of({.priority = priority, .vrid = 1});
    model::SyncGroup group;
    group.name = "VG_1";
    group.members = {0};
    for (int member = 1; member < members; ++member) {
        config->instances.push_back(
            instance_of({.priority = priority, .vrid = 1 + member, .addresses = {kOther}}));
        group.members.push_back(config->instances.size() - 1);
    }
    config->sync_groups.push_back(group);
    return config;
}

TEST(Failover, MovesTheRoleOnceAndLeavesAPairThatWorks) {
    Pair pair;
    pair.lan.run_for(5s);
    const std::string name = pair.strong.config().instances.front().name;
    pair.strong.order(agent::FailoverAsked{name});
    run_without_a_gap(pair.lan, 30s);
    EXPECT_TRUE(pair.weak.is_master());
    EXPECT_EQ(pair.strong.role(), vrrp::Role::Backup);
    EXPECT_EQ(pair.strong.priority(), net::Priority{200});
    pair.await_advert(pair.weak);
    pair.weak.power_off();
    EXPECT_EQ(pair.takeover_of(pair.strong), 3s + skew_of(200));
    pair.weak.boot();
    pair.lan.run_for(20s);
    EXPECT_TRUE(pair.strong.is_master());
}

TEST(Failover, BringsTheRoleBackFromABackupThatWouldNotPreempt) {
    Pair pair;
    pair.lan.run_for(5s);
    const std::string name = pair.strong.config().instances.front().name;
    pair.strong.order(agent::FailoverAsked{name});
    run_without_a_gap(pair.lan, 20s);
    pair.weak.order(agent::FailoverAsked{name});
    run_without_a_gap(pair.lan, 20s);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_EQ(pair.weak.role(), vrrp::Role::Backup);
}

TEST(Failover, IsNotUndoneByACrash) {
    Pair pair;
    pair.lan.run_for(5s);
    pair.strong.order(agent::FailoverAsked{pair.strong.config().instances.front().name});
    pair.lan.run_for(20s);
    pair.strong.kill_agent();
    pair.strong.start_agent();
    run_without_a_gap(pair.lan, 20s);
    EXPECT_TRUE(pair.weak.is_master());
}

TEST(Drain, OutlivesACrash) {
    Pair pair;
    pair.lan.run_for(5s);
    pair.strong.order(agent::DrainAsked{});
    pair.lan.run_for(20s);
    pair.strong.kill_agent();
    pair.strong.start_agent();
    run_without_a_gap(pair.lan, 20s);
    EXPECT_TRUE(pair.weak.is_master());
    EXPECT_EQ(pair.strong.priority(), net::Priority{1});
    pair.strong.order(agent::ResumeAsked{});
    run_without_a_gap(pair.lan, 20s);
    EXPECT_TRUE(pair.strong.is_master());
}

// It says priority 0 to it when every other would have taken over, and that packet is the one that is lost.
TEST(Drain, ReachesABackupThatWouldNotPreemptThoughAPacketIsLost) {
    Pair pair{{.priority = 200}, {.priority = 100, .preempt = false}};
    pair.lan.run_for(5s);
    pair.strong.order(agent::DrainAsked{});
    pair.lan.run_for(4900ms);
    pair.lan.cut(pair.strong, pair.weak, Lan::Cut::Adverts);
    pair.lan.run_until([&] { return pair.strong.told("drain-invites") == 1; });
    pair.lan.run_for(100ms);
    pair.lan.heal();
    run_without_a_gap(pair.lan, 10s);
    EXPECT_TRUE(pair.weak.is_master());
    EXPECT_EQ(pair.strong.role(), vrrp::Role::Backup);
}

TEST(GracefulHandover, OfAStopLeavesNoGap) {
    const auto graceful = [](int priority) {
        auto config = config_of({.priority = priority});
        config->globals.graceful_handover = 30s;
        return config;
    };
    Lan lan{Seed{1}};
    Node& strong = lan.add(graceful(200));
    Node& weak = lan.add(graceful(100));
    lan.run_for(20s);
    strong.stop_agent();
    run_without_a_gap(lan, 20s);
    EXPECT_TRUE(weak.is_master());
    EXPECT_FALSE(strong.has_agent());
    EXPECT_FALSE(strong.holds(kVip));
}

TEST(SyncGroup, ThatGetsAMemberOnBothHostsKeepsItsMaster) {
    Lan lan{Seed{1}};
    Node& strong = lan.add(grouped(200, 1));
    Node& weak = lan.add(grouped(100, 1));
    lan.run_for(20s);
    for (Node* const first : {&weak, &strong}) {
        first->reload(grouped(first == &strong ? 200 : 100, 2));
        const Instant end = lan.now() + 10s;
        lan.run_until([&] {
            EXPECT_TRUE(strong.is_master(0) && strong.holds(kVip));
            return lan.now() >= end;
        });
    }
    EXPECT_TRUE(strong.is_master(1) && strong.holds(kOther));
    EXPECT_EQ(weak.role(1), vrrp::Role::Backup);
    EXPECT_EQ(strong.notifications().back(), "MASTER");
}

}  // namespace
}  // namespace understudy::sim
