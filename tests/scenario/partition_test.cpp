#include "pair.hpp"

namespace understudy::sim {
namespace {

TEST(Partition, MakesTwoMastersAndItsEndOne) {
    Pair pair;
    pair.lan.isolate({&pair.weak});
    pair.takeover_of(pair.weak);
    EXPECT_TRUE(pair.strong.is_master());
    pair.lan.heal();
    EXPECT_LE(pair.lan.run_until([&] { return pair.lan.masters() == 1; }), 1s);
    EXPECT_TRUE(pair.strong.is_master());
    pair.lan.run_for(kMoment);
    EXPECT_FALSE(pair.weak.holds(kVip));
}

// Both have announced the address while they were apart, so clients may be with the wrong one.
TEST(Partition, EndsWithTheClientsAtTheRightMaster) {
    Pair pair;
    pair.lan.isolate({&pair.weak});
    pair.takeover_of(pair.weak);
    pair.lan.run_for(kMoment);
    EXPECT_EQ(pair.lan.neighbour(kVip), &pair.weak);
    pair.await_advert(pair.strong);  // so that the weak one advertises first after the end
    pair.lan.heal();
    pair.lan.run_for(2s);
    EXPECT_EQ(pair.lan.neighbour(kVip), &pair.strong);
}

TEST(Partition, InOneDirectionStartsASecondMasterOnlyAtTheDeafEnd) {
    Pair pair;
    pair.lan.cut(pair.strong, pair.weak);
    pair.takeover_of(pair.weak);
    pair.lan.run_for(20s);
    EXPECT_TRUE(pair.strong.is_master()) << "it hears a weaker one and stays";
    EXPECT_TRUE(pair.weak.is_master());
    EXPECT_GE(pair.strong.told("weaker-master-heard"), 1u);
    pair.lan.heal();
    pair.lan.run_for(1s + kMoment);
    EXPECT_EQ(pair.lan.masters(), 1u);
}

TEST(Partition, OfTheDeafMasterChangesNothing) {
    Pair pair;
    pair.lan.cut(pair.weak, pair.strong);
    pair.lan.run_for(60s);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_EQ(pair.weak.role(), vrrp::Role::Backup);
}

TEST(Frozen, MasterIsReplacedAndStepsDownBeforeItSaysAWord) {
    Pair pair;
    pair.await_advert(pair.strong);
    pair.strong.freeze();
    EXPECT_EQ(pair.takeover_of(pair.weak), 3s + skew_of(100));
    EXPECT_TRUE(pair.strong.holds(kVip)) << "nobody can take it from a host that stands still";
    pair.lan.run_for(10s);
    const std::size_t said = pair.strong.adverts().size();
    pair.strong.thaw();
    pair.lan.run_until([&] { return !pair.strong.holds(kVip); });
    EXPECT_EQ(pair.strong.adverts().size(), said);
    EXPECT_EQ(pair.strong.role(), vrrp::Role::Backup);
    pair.lan.run_for(10s);
    EXPECT_TRUE(pair.strong.is_master()) << "by a proper election";
    EXPECT_EQ(pair.lan.masters(), 1u);
}

TEST(Frozen, MasterThatWakesInTimeStaysMaster) {
    Pair pair;
    pair.await_advert(pair.strong);
    pair.strong.freeze();
    pair.lan.run_for(2500ms);
    pair.strong.thaw();
    pair.lan.run_for(60s);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_EQ(pair.weak.notifications(), (std::vector<std::string>{"BACKUP"}));
}

// What piled up in its sockets says that there is a master; the timer alone would say that there is none.
TEST(Frozen, BackupDoesNotTakeOverFromAMasterThatNeverFellSilent) {
    Pair pair;
    pair.weak.freeze();
    pair.lan.run_for(30s);
    pair.weak.thaw();
    pair.lan.run_for(30s);
    EXPECT_EQ(pair.weak.notifications(), (std::vector<std::string>{"BACKUP"}));
    EXPECT_TRUE(pair.strong.is_master());
}

TEST(Loss, OfTwoAdvertsInARowMovesNothing) {
    Conditions conditions{.loss_percent = 60, .losses_in_a_row = 2};
    Pair pair{{.priority = 200}, {.priority = 100}, conditions};
    const std::size_t told = pair.weak.notifications().size();
    pair.lan.run_for(std::chrono::hours{1});
    EXPECT_EQ(pair.weak.notifications().size(), told);
}

TEST(Loss, OfAllAdvertsIsADeadMaster) {
    Pair pair;
    pair.await_advert(pair.strong);
    pair.lan.conditions.loss_percent = 100;
    EXPECT_EQ(pair.takeover_of(pair.weak), 3s + skew_of(100));
}

}  // namespace
}  // namespace understudy::sim
