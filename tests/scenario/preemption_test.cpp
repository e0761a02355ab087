#include "pair.hpp"

namespace understudy::sim {
namespace {

// The weaker router is master when a stronger one with these settings arrives.
struct Arrival {
    explicit Arrival(const Plan& stronger) : weak(lan.add(Plan{.priority = 100})) {
        lan.run_until([&] { return weak.is_master(); });
        strong = &lan.add(stronger);
    }
    Lan lan{Seed{1}};
    Node& weak;
    Node* strong = nullptr;
};

TEST(Preempt, TakesOverOneOwnDownTimerAfterTheStart) {
    Arrival arrival{{.priority = 150}};
    EXPECT_EQ(arrival.lan.run_until([&] { return arrival.strong->is_master(); }), 3s + skew_of(150));
}

TEST(Preempt, NeverLeavesTheAddressWithoutAMaster) {
    Arrival arrival{{.priority = 150}};
    arrival.lan.run_until([&] {
        EXPECT_GE(arrival.lan.masters(), 1u);
        return arrival.strong->is_master() && !arrival.weak.is_master();
    });
}

TEST(Nopreempt, LeavesAWeakerMasterAlone) {
    Arrival arrival{{.priority = 150, .preempt = false}};
    arrival.lan.run_for(60s);
    EXPECT_TRUE(arrival.weak.is_master());
    EXPECT_EQ(arrival.strong->role(), vrrp::Role::Backup);
}

TEST(Nopreempt, TakesOverFromASilentMaster) {
    Arrival arrival{{.priority = 150, .preempt = false}};
    arrival.lan.run_for(10s);
    const std::size_t sent = arrival.weak.adverts().size();
    arrival.lan.run_until([&] { return arrival.weak.adverts().size() > sent; });
    arrival.weak.power_off();
    EXPECT_EQ(arrival.lan.run_until([&] { return arrival.strong->is_master(); }), 3s + skew_of(150));
}

TEST(Nopreempt, TakesOverFromAMasterThatResigns) {
    Arrival arrival{{.priority = 150, .preempt = false}};
    arrival.lan.run_for(10s);
    arrival.weak.stop_agent();
    EXPECT_EQ(arrival.lan.run_until([&] { return arrival.strong->is_master(); }), skew_of(150));
}

TEST(Nopreempt, StillYieldsToNobodyWeakerOnceItIsMaster) {
    Arrival arrival{{.priority = 150, .preempt = false}};
    arrival.lan.run_for(10s);
    arrival.weak.power_off();
    arrival.lan.run_until([&] { return arrival.strong->is_master(); });
    arrival.weak.boot();
    arrival.lan.run_for(60s);
    EXPECT_TRUE(arrival.strong->is_master());
}

// The first advert heard starts the delay; the last one within it restarts the down timer.
TEST(PreemptDelay, IsAddedToTheDownTimerWhileAWeakerMasterIsHeard) {
    Arrival arrival{{.priority = 150, .preempt_delay = 5s}};
    const microseconds took = arrival.lan.run_until([&] { return arrival.strong->is_master(); });
    EXPECT_GT(took, 5s + 3s - 1s);
    EXPECT_LE(took, 1s + 5s + 3s + skew_of(150));
    EXPECT_EQ(took, 8s + skew_of(150)) << "adverts at 1 s to 5 s are followed, the one at 6 s is not";
}

TEST(PreemptDelay, DoesNotApplyWhenNobodyIsHeard) {
    Lan lan{Seed{1}};
    Node& router = lan.add(Plan{.priority = 150, .preempt_delay = 60s});
    EXPECT_EQ(lan.run_until([&] { return router.is_master(); }), 3s + skew_of(150));
}

}  // namespace
}  // namespace understudy::sim
