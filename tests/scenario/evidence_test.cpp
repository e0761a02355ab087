// Somebody else was believed: clients send to a router that is not, or no longer, the rightful master. Its
// adverts need not have told the master anything.
#include "pair.hpp"

namespace understudy::sim {
namespace {

constexpr microseconds kSecondAndABit = 1100ms;

// The weak router hears nobody and nobody hears its adverts, but its announcements are heard by all.
void usurp(Pair& pair) {
    pair.lan.isolate({&pair.weak}, Lan::Cut::Adverts);
    pair.takeover_of(pair.weak);
}

TEST(Usurper, WhoseAdvertsAreAllLostLosesTheClientsAgainAtOnce) {
    Pair pair;
    usurp(pair);
    pair.lan.run_until([&] { return pair.lan.neighbour(kVip) == &pair.weak; });
    EXPECT_LE(pair.lan.run_until([&] { return pair.lan.neighbour(kVip) == &pair.strong; }), kMoment);
    EXPECT_EQ(pair.strong.told("address-claimed"), 1u);
    EXPECT_EQ(pair.strong.told("weaker-master-heard"), 0u);
}

TEST(Usurper, ThatYieldsWithoutAWordLeavesNoClientBehind) {
    Pair pair;
    usurp(pair);
    pair.lan.run_for(20s);
    pair.await_advert(pair.weak);  // so that the strong one advertises first, and the weak one never is heard
    pair.lan.heal();
    pair.lan.run_until([&] { return pair.lan.masters() == 1; });
    pair.lan.run_for(5s + kMoment);
    EXPECT_EQ(pair.lan.neighbour(kVip), &pair.strong);
    EXPECT_EQ(pair.strong.told("weaker-master-heard"), 0u);
}

TEST(Usurper, ThatInsistsIsAnsweredEverMoreSeldom) {
    Pair pair;
    pair.lan.run_for(10s);
    usurp(pair);
    pair.lan.run_for(20s);  // the quarrel has become slow
    const std::size_t before = pair.strong.announcements().size();
    pair.lan.run_for(60s);
    EXPECT_LE(pair.strong.announcements().size(), before + 13);
    EXPECT_GE(pair.strong.announcements().size(), before + 10);
    EXPECT_EQ(pair.strong.told("address-claimed"), 1u);
}

TEST(Carrier, ThatReturnsToAMasterThatDoesNotTrackItAnnouncesAgain) {
    Plan strong{.priority = 200};
    auto config = std::make_shared<model::Config>(*config_of(strong));
    config->instances[0].track_primary = false;
    Lan lan{Seed{1}};
    Node& node = lan.add(config);
    lan.run_for(20s);
    ASSERT_TRUE(node.is_master());
    const std::size_t before = node.announcements().size();
    node.set_carrier(false);
    lan.run_for(3s);
    EXPECT_TRUE(node.is_master());
    EXPECT_EQ(node.announcements().size(), before);
    node.set_carrier(true);
    lan.run_for(kMoment);
    EXPECT_EQ(node.announcements().size(), before + 1);
    lan.run_for(60s);
    EXPECT_EQ(node.announcements().size(), before + 2) << "one more after garp_master_delay, and no more";
}

TEST(Carrier, ThatFlapsMakesNoStorm) {
    auto config = std::make_shared<model::Config>(*config_of({.priority = 200}));
    config->instances[0].track_primary = false;
    Lan lan{Seed{1}};
    Node& node = lan.add(config);
    lan.run_for(20s);
    const std::size_t before = node.announcements().size();
    for (int i = 0; i < 200; ++i) {  // for 4 s
        node.set_carrier(i % 2 == 1);
        lan.run_for(20ms);
    }
    lan.run_for(kSecondAndABit);
    EXPECT_LE(node.announcements().size(), before + 6);
    EXPECT_EQ(lan.neighbour(kVip), &node);
}

TEST(Frozen, MasterThatWakesInTimeAnnouncesAgain) {
    Pair pair;
    pair.lan.run_for(20s);
    pair.await_advert(pair.strong);
    const std::size_t before = pair.strong.announcements().size();
    pair.strong.freeze();
    pair.lan.run_for(2500ms);
    pair.strong.thaw();
    pair.lan.run_for(kMoment);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_EQ(pair.strong.announcements().size(), before + 1);
}

TEST(Frozen, MasterThatIsOnlyALittleLateDoesNot) {
    Pair pair;
    pair.lan.run_for(20s);
    pair.await_advert(pair.strong);
    const std::size_t before = pair.strong.announcements().size();
    pair.strong.freeze();
    pair.lan.run_for(1500ms);
    pair.strong.thaw();
    pair.lan.run_for(20s);
    EXPECT_EQ(pair.strong.announcements().size(), before);
}

}  // namespace
}  // namespace understudy::sim
