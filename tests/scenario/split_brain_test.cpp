// Two masters at once, because adverts get lost while everything else gets through: `split_brain` finds it,
// and with `on_conflict yield` one of the two gives way.
#include "pair.hpp"

namespace understudy::sim {
namespace {

using model::OnConflict;

Plan guarded(int priority, std::optional<OnConflict> reaction) {
    Plan plan{.priority = priority};
    if (reaction) plan.split_brain = {.interval = 1s, .on_conflict = *reaction, .witnesses = {}};
    return plan;
}

// Neither hears the other's adverts (a firewall), but ARP gets through.
struct Torn : Pair {
    Torn(std::optional<OnConflict> of_strong, std::optional<OnConflict> of_weak, int strong_priority = 200,
         int weak_priority = 100)
        : Pair(guarded(strong_priority, of_strong), guarded(weak_priority, of_weak)) {
        lan.run_for(10s);
        lan.isolate({&weak}, Lan::Cut::Adverts);
        takeover_of(weak);
    }
    [[nodiscard]] std::size_t owners() const {
        return (strong.holds(kVip) ? 1u : 0u) + (weak.holds(kVip) ? 1u : 0u);
    }
    microseconds until_one_owner() {
        lan.run_for(kMoment);
        return lan.run_until([&] { return owners() == 1; }, 60s);
    }
};

TEST(SplitBrain, OfAHealthyPairIsNeverTold) {
    Pair pair{guarded(200, OnConflict::Yield), guarded(100, OnConflict::Yield)};
    pair.lan.run_for(600s);
    pair.strong.kill_agent();
    pair.strong.start_agent();
    pair.lan.run_for(60s);
    EXPECT_EQ(pair.strong.told("split-brain") + pair.weak.told("split-brain"), 0u);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_LE(pair.strong.questions(), 680u);
    EXPECT_EQ(pair.weak.questions(), 0u) << "a backup asks nobody";
}

TEST(SplitBrain, WithoutItBothStayMasters) {
    Torn torn{std::nullopt, std::nullopt};
    torn.lan.run_for(60s);
    EXPECT_EQ(torn.owners(), 2u);
}

TEST(SplitBrain, EndsWithOneOwnerWhenBothMayYield) {
    Torn torn{OnConflict::Yield, OnConflict::Yield};
    EXPECT_LE(torn.until_one_owner(), 4s);
    for (int i = 0; i < 600; ++i) {
        torn.lan.run_for(1s);
        ASSERT_EQ(torn.owners(), 1u);
    }
    EXPECT_EQ(torn.lan.masters(), 1u);
}

TEST(SplitBrain, EndsWithOneOwnerWhicheverOfTheTwoMayYield) {
    for (const bool strong_yields : {true, false}) {
        const auto yield = std::optional{OnConflict::Yield};
        Torn torn{strong_yields ? yield : std::nullopt, strong_yields ? std::nullopt : yield};
        EXPECT_LE(torn.until_one_owner(), 9s);
        torn.lan.run_for(600s);
        EXPECT_EQ(torn.owners(), 1u);
        EXPECT_EQ((strong_yields ? torn.strong : torn.weak).role(), vrrp::Role::Fault);
    }
}

TEST(SplitBrain, OfWhichOnlyOneDirectionIsLostEndsWithTheStrongerOne) {
    Pair pair{guarded(200, OnConflict::Yield), guarded(100, OnConflict::Yield)};
    pair.lan.run_for(10s);
    pair.lan.cut(pair.strong, pair.weak, Lan::Cut::Adverts);
    pair.takeover_of(pair.weak);
    pair.lan.run_for(10s);
    EXPECT_EQ(pair.strong.told("split-brain"), 1u);
    EXPECT_TRUE(pair.strong.holds(kVip));
    EXPECT_FALSE(pair.weak.holds(kVip));
    pair.lan.run_for(600s);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_EQ(pair.lan.masters(), 1u);
}

TEST(SplitBrain, OnlyToldOrHeldAgainstIsLoudAndBounded) {
    for (const OnConflict reaction : {OnConflict::Alert, OnConflict::Hold}) {
        Torn torn{reaction, reaction};
        torn.lan.run_for(600s);
        EXPECT_EQ(torn.owners(), 2u);
        for (const Node* const node : {&torn.strong, &torn.weak}) {
            EXPECT_EQ(node->told("split-brain"), 1u);
            EXPECT_EQ(node->notifications().back(), "SPLIT_BRAIN");
            EXPECT_LE(node->announcements().size(), 400u);
            EXPECT_LE(node->questions(), 630u);
        }
    }
}

TEST(SplitBrain, ThatHealsLeavesTheElectionToDecide) {
    for (const OnConflict reaction : {OnConflict::Alert, OnConflict::Hold, OnConflict::Yield}) {
        Torn torn{reaction, reaction};
        torn.lan.run_for(30s);
        torn.lan.heal();
        torn.lan.run_for(60s);
        EXPECT_TRUE(torn.strong.is_master());
        EXPECT_EQ(torn.weak.role(), vrrp::Role::Backup);
        EXPECT_EQ(torn.strong.told("split-brain"), torn.strong.told("split-brain-over"));
        EXPECT_EQ(torn.weak.told("split-brain"), torn.weak.told("split-brain-over"));
    }
}

TEST(SplitBrain, WhoHasYieldedTakesOverWhenTheOtherOneIsGone) {
    Torn torn{OnConflict::Yield, OnConflict::Yield};
    torn.until_one_owner();
    Node& owner = torn.strong.holds(kVip) ? torn.strong : torn.weak;
    Node& other = torn.strong.holds(kVip) ? torn.weak : torn.strong;
    torn.lan.run_for(60s);
    owner.power_off();
    EXPECT_LE(torn.takeover_of(other), 9s + 4s);
}

TEST(SplitBrain, OverOtherVridsIsFoundAndEnds) {
    Plan other = guarded(100, OnConflict::Yield);
    other.vrid = 52;
    Lan lan{Seed{1}};
    Node& strong = lan.add(guarded(200, OnConflict::Yield));
    Node& weak = lan.add(other);
    lan.run_for(15s);
    EXPECT_TRUE(strong.holds(kVip));
    EXPECT_FALSE(weak.holds(kVip)) << "it hears priority 200 under the other VRID";
    EXPECT_EQ(strong.told("split-brain") + weak.told("split-brain"), 2u);
}

}  // namespace
}  // namespace understudy::sim
