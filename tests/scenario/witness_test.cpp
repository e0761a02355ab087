// Which side of a torn network goes on: the one that reaches a witness.
#include "pair.hpp"

namespace understudy::sim {
namespace {

using model::OnConflict;

constexpr const char* kWitness = "192.0.2.254";

Plan witnessed(int priority, OnConflict reaction = OnConflict::Yield) {
    Plan plan{.priority = priority};
    plan.split_brain = {.detect = false, .on_conflict = reaction, .witnesses = {}};
    plan.witness = kWitness;
    return plan;
}

struct Witnessed : Pair {
    explicit Witnessed(OnConflict reaction = OnConflict::Yield)
        : Pair(witnessed(200, reaction), witnessed(100, reaction)) {
        lan.run_for(10s);
    }
    static void reaches(Node& node, bool does) { node.set_script(kWitness, {.hangs = !does}); }
    // Cuts the two from each other; the witness is on the side of the first.
    void tear(Node& with_witness) {
        Node& without = &with_witness == &strong ? weak : strong;
        lan.isolate({&without});
        reaches(without, false);
    }
    void heal() {
        lan.heal();
        reaches(strong, true);
        reaches(weak, true);
    }
    [[nodiscard]] std::size_t owners() const {
        return (strong.holds(kVip) ? 1u : 0u) + (weak.holds(kVip) ? 1u : 0u);
    }
    std::size_t most_owners_within(microseconds duration) {
        std::size_t most = 0;
        for (microseconds done{0}; done < duration; done += 10ms) {
            lan.run_for(10ms);
            most = std::max(most, owners());
        }
        return most;
    }
};

TEST(Witness, OnTheMastersSideKeepsTheOtherOneAway) {
    Witnessed pair;
    pair.tear(pair.strong);
    EXPECT_EQ(pair.most_owners_within(60s), 1u);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_EQ(pair.weak.role(), vrrp::Role::Fault);
    EXPECT_EQ(pair.weak.told("witness-keeps-away"), 1u);
    pair.heal();
    EXPECT_EQ(pair.most_owners_within(60s), 1u);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_EQ(pair.weak.role(), vrrp::Role::Backup);
    EXPECT_EQ(pair.weak.told("witness-settled"), 1u);
}

TEST(Witness, OnTheOtherSideTakesTheRoleAlongWithoutTwoOwners) {
    Witnessed pair;
    pair.tear(pair.weak);
    EXPECT_EQ(pair.most_owners_within(5s), 1u);
    EXPECT_TRUE(pair.weak.is_master());
    EXPECT_EQ(pair.strong.role(), vrrp::Role::Fault);
    EXPECT_EQ(pair.strong.told("witness-lost"), 1u);
    pair.heal();
    EXPECT_EQ(pair.most_owners_within(60s), 1u);
    EXPECT_TRUE(pair.strong.is_master());
}

TEST(Witness, OnNeitherSideLeavesNoOwner) {
    Witnessed pair;
    pair.tear(pair.strong);
    pair.reaches(pair.strong, false);
    pair.lan.run_for(10s);
    EXPECT_EQ(pair.owners(), 0u);
    pair.heal();
    pair.lan.run_for(60s);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_EQ(pair.owners(), 1u);
}

TEST(Witness, ThatIsDownItselfCostsOneChangeOfMasters) {
    Witnessed pair;
    pair.reaches(pair.strong, false);
    pair.reaches(pair.weak, false);
    pair.lan.run_for(5s);
    EXPECT_TRUE(pair.weak.is_master()) << "a master that resigns is relieved without a witness";
    EXPECT_EQ(pair.most_owners_within(600s), 1u);
    EXPECT_TRUE(pair.weak.is_master());
    EXPECT_EQ(pair.strong.told("witness-lost") + pair.weak.told("witness-lost"), 1u);
    pair.heal();
    pair.lan.run_for(60s);
    EXPECT_TRUE(pair.strong.is_master());
}

TEST(Witness, ThatIsDownWhileTheMasterStopsLeavesTheServiceUp) {
    Witnessed pair;
    pair.reaches(pair.weak, false);
    pair.lan.run_for(5s);
    pair.strong.stop_agent();
    EXPECT_LE(pair.takeover_of(pair.weak), 1s);
}

TEST(Witness, ThatIsDownKeepsABackupFromRelievingADeadMasterUntilItAnswers) {
    Witnessed pair;
    pair.reaches(pair.weak, false);
    pair.lan.run_for(5s);
    pair.strong.power_off();
    pair.lan.run_for(60s);
    EXPECT_EQ(pair.weak.role(), vrrp::Role::Fault);
    pair.reaches(pair.weak, true);
    EXPECT_LE(pair.takeover_of(pair.weak), 8s);
}

TEST(Witness, ThatAnswersDelaysNoTakeover) {
    Pair plain;
    plain.lan.run_for(10s);
    plain.await_advert(plain.strong);
    plain.strong.power_off();
    const microseconds without = plain.takeover_of(plain.weak);
    Witnessed pair;
    pair.await_advert(pair.strong);
    pair.strong.power_off();
    EXPECT_EQ(pair.takeover_of(pair.weak), without);
}

TEST(Witness, IsNotAskedForAWeakerMasterThatIsHeard) {
    Witnessed pair;
    pair.strong.power_off();
    pair.takeover_of(pair.weak);
    pair.reaches(pair.strong, false);
    pair.strong.boot();
    EXPECT_LE(pair.takeover_of(pair.strong), 20s);
    EXPECT_EQ(pair.most_owners_within(60s), 1u);
}

TEST(Witness, LostByAMasterThatIsNotToYieldIsOnlyTold) {
    for (const OnConflict reaction : {OnConflict::Alert, OnConflict::Hold}) {
        Witnessed pair{reaction};
        pair.reaches(pair.strong, false);
        pair.lan.run_for(60s);
        EXPECT_TRUE(pair.strong.is_master());
        EXPECT_EQ(pair.strong.told("witness-lost"), 1u);
        EXPECT_EQ(pair.weak.role(), vrrp::Role::Backup);
    }
}

TEST(Witness, TakenOutOfTheConfigurationReleasesWhoWasKeptAway) {
    Witnessed pair;
    pair.tear(pair.strong);
    pair.lan.run_for(30s);
    Plan without = witnessed(100);
    without.witness.clear();
    pair.weak.reload(config_of(without));
    EXPECT_LE(pair.takeover_of(pair.weak), 5s);
}

TEST(Witness, SurvivesTheDeathOfTheAgent) {
    Witnessed pair;
    pair.tear(pair.strong);
    pair.lan.run_for(30s);
    pair.weak.kill_agent();
    pair.weak.start_agent();
    pair.lan.run_for(60s);
    EXPECT_FALSE(pair.weak.holds(kVip));
    EXPECT_EQ(pair.owners(), 1u);
}

}  // namespace
}  // namespace understudy::sim
