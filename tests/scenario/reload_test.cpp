#include "pair.hpp"

namespace understudy::sim {
namespace {

TEST(Reload, OfTheSameConfigurationChangesNothing) {
    Pair pair;
    const std::size_t adverts = pair.strong.adverts().size();
    pair.strong.reload(config_of({.priority = 200}));
    pair.lan.run_for(900ms);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_TRUE(pair.strong.holds(kVip));
    EXPECT_EQ(pair.strong.adverts().size(), adverts);
    EXPECT_EQ(pair.strong.notifications(), (std::vector<std::string>{"BACKUP", "MASTER"}));
}

TEST(Reload, ExchangesAddressesOfAMasterInPlace) {
    Pair pair;
    pair.strong.reload(config_of({.priority = 200, .addresses = {"203.0.113.1", "203.0.113.7"}}));
    pair.lan.run_for(kMoment);
    EXPECT_TRUE(pair.strong.holds(kVip) && pair.strong.holds("203.0.113.7"));
    pair.strong.reload(config_of({.priority = 200, .addresses = {"203.0.113.7"}}));
    pair.lan.run_for(kMoment);
    EXPECT_FALSE(pair.strong.holds(kVip));
    EXPECT_TRUE(pair.strong.is_master());
}

TEST(Reload, NeverTakesAwayAnAddressThatStays) {
    Pair pair;
    pair.strong.reload(config_of({.priority = 190, .addresses = {"203.0.113.1", "203.0.113.7"}}));
    pair.lan.run_until([&] {
        EXPECT_TRUE(pair.strong.holds(kVip));
        return pair.strong.holds("203.0.113.7");
    });
}

TEST(Reload, OfALowerPriorityLetsTheOtherPreempt) {
    Pair pair;
    pair.strong.reload(config_of({.priority = 50}));
    EXPECT_TRUE(pair.strong.is_master());
    pair.lan.run_for(10s);
    EXPECT_EQ(pair.strong.role(), vrrp::Role::Backup);
    EXPECT_TRUE(pair.weak.is_master());
    EXPECT_EQ(pair.lan.masters(), 1u);
}

TEST(Reload, OfABackupDoesNotRestartItsTimer) {
    Pair pair;
    pair.await_advert(pair.strong);
    pair.strong.power_off();
    pair.lan.run_for(2s);
    pair.weak.reload(config_of({.priority = 100, .addresses = {"203.0.113.1", "203.0.113.7"}}));
    EXPECT_EQ(pair.takeover_of(pair.weak), 1s + skew_of(100));
}

TEST(Reload, ThatRemovesTheInstanceResignsAndLetsGo) {
    Pair pair;
    auto other = config_of({.priority = 200, .vrid = 77, .addresses = {"203.0.113.9"}});
    pair.strong.reload(other);
    pair.lan.run_for(kMoment);
    EXPECT_EQ(pair.strong.adverts().back().priority, net::kResigning);
    EXPECT_FALSE(pair.strong.holds(kVip));
    EXPECT_LE(pair.takeover_of(pair.weak), skew_of(100));
}

TEST(Reload, InAStormKeepsTheRoleAndTheRhythm) {
    Pair pair;
    for (int i = 0; i < 200; ++i) {
        pair.strong.reload(config_of({.priority = 200 + i % 2}));
        pair.lan.run_for(37ms);
    }
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_EQ(pair.weak.notifications(), (std::vector<std::string>{"BACKUP"}));
    const auto& sent = pair.strong.adverts();
    // Each change is said at once, and none delays what is due.
    for (std::size_t i = 1; i < sent.size(); ++i) EXPECT_LE(sent[i].at - sent[i - 1].at, 1s);
    EXPECT_EQ(sent.back().priority, net::Priority{201});
}

}  // namespace
}  // namespace understudy::sim
