#include "pair.hpp"

namespace understudy::sim {
namespace {

TEST(Repair, PutsADeletedAddressBackWithoutLeavingTheRole) {
    Pair pair;
    const std::size_t adverts = pair.strong.adverts().size();
    pair.strong.stranger_deletes(kVip);
    EXPECT_LT(pair.lan.run_until([&] { return pair.strong.holds(kVip); }), 1ms);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_EQ(pair.strong.adverts().size(), adverts) << "the others need not know";
}

TEST(Repair, IsAnnouncedAndTold) {
    Pair pair;
    pair.lan.run_for(10s);
    const std::size_t announcements = pair.strong.announcements().size();
    pair.strong.stranger_deletes(kVip);
    pair.lan.run_for(kMoment);
    EXPECT_EQ(pair.strong.announcements().size(), announcements + 5);
    EXPECT_EQ(pair.strong.told("address-lost"), 1u);
    EXPECT_EQ(pair.strong.told("address-repaired"), 1u);
}

TEST(Repair, SlowsDownWhenAStrangerInsists) {
    Pair pair;
    for (int i = 0; i < 1'000; ++i) {  // every 10 ms
        pair.strong.stranger_deletes(kVip);
        pair.lan.run_for(10ms);
    }
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_GE(pair.strong.told("address-repaired"), 10u + 8u);
    EXPECT_LE(pair.strong.told("address-repaired"), 10u + 10u);
}

TEST(Repair, SurvivesAKernelThatRefusesForAWhile) {
    Pair pair;
    pair.strong.refuse_changes(12);
    pair.strong.stranger_deletes(kVip);
    pair.lan.run_for(10s);
    EXPECT_FALSE(pair.strong.holds(kVip));
    EXPECT_EQ(pair.strong.told("change-refused"), 1u);
    pair.strong.refuse_changes({});
    pair.lan.run_for(8s);
    EXPECT_TRUE(pair.strong.holds(kVip));
}

// One change is in flight for long when the retry of another falls due: the agent has to wait, not to spin.
TEST(Repair, WaitsForASlowKernel) {
    const std::vector<std::string> addresses = {"203.0.113.1", "203.0.113.2"};
    Pair pair{{.priority = 200, .addresses = addresses}, {.priority = 100, .addresses = addresses}};
    pair.strong.refuse_changes(12);
    pair.strong.stranger_deletes("203.0.113.1");
    pair.lan.run_for(900ms);
    pair.strong.refuse_changes({});
    pair.strong.set_kernel_timing({.change = 300ms});
    pair.strong.stranger_deletes("203.0.113.2");
    pair.lan.run_for(2s);
    EXPECT_TRUE(pair.strong.holds("203.0.113.1") && pair.strong.holds("203.0.113.2"));
}

// IPv4 keeps one object per address and prefix length. Losing the host's own is not losing ours.
TEST(Repair, IsNotMisledByTheSameAddressWithAnotherPrefixLength) {
    Pair pair;
    pair.strong.stranger_adds("203.0.113.1/24");
    pair.lan.run_for(kMoment);
    pair.strong.stranger_deletes("203.0.113.1/24");
    pair.lan.run_for(kMoment);
    EXPECT_EQ(pair.strong.told("address-lost"), 0u);
    EXPECT_TRUE(pair.strong.is_master() && pair.strong.holds(kVip));
}

TEST(Backup, LeavesAnAddressAloneThatAStrangerAdds) {
    Pair pair;
    pair.weak.stranger_adds("203.0.113.1/32");
    pair.lan.run_for(60s);
    EXPECT_TRUE(pair.weak.holds(kVip));
    EXPECT_EQ(pair.weak.role(), vrrp::Role::Backup);
}

TEST(Backup, IsNotConfusedWhenAStrangerAddedItsAddressBeforeItBecameMaster) {
    Pair pair;
    pair.weak.stranger_adds("203.0.113.1/32");
    pair.lan.run_for(kMoment);
    pair.strong.power_off();
    pair.takeover_of(pair.weak);
    pair.lan.run_for(kMoment);
    EXPECT_TRUE(pair.weak.holds(kVip));
    EXPECT_EQ(pair.lan.neighbour(kVip), &pair.weak);
    pair.strong.boot();
    pair.takeover_of(pair.strong);
    pair.lan.run_for(kMoment);
    EXPECT_FALSE(pair.weak.holds(kVip));
}

TEST(Start, RemovesWhatADeadPredecessorLeft) {
    Lan lan{Seed{1}};
    Node& router = lan.add(Plan{.priority = 100});
    router.kill_agent();
    router.stranger_adds("203.0.113.1/32");
    router.start_agent();
    lan.run_for(kMoment);
    EXPECT_FALSE(router.holds(kVip));
    EXPECT_TRUE(router.holds("192.0.2.1")) << "the host's own address is none of ours";
}

}  // namespace
}  // namespace understudy::sim
