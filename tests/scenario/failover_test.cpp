#include "pair.hpp"

namespace understudy::sim {
namespace {

TEST(Failover, ComesThreeSilentAdvertsAndASkewAfterTheLastOne) {
    Pair pair;
    pair.await_advert(pair.strong);
    pair.strong.power_off();
    EXPECT_EQ(pair.takeover_of(pair.weak), 3s + 609'375us);
    pair.lan.run_for(kMoment);
    EXPECT_TRUE(pair.weak.holds(kVip));
    EXPECT_EQ(pair.lan.neighbour(kVip), &pair.weak);
}

TEST(Failover, LeavesTheAddressInPlaceWithinAMillisecond) {
    Pair pair;
    pair.strong.power_off();
    pair.takeover_of(pair.weak);
    EXPECT_LT(pair.lan.run_until([&] { return pair.weak.holds(kVip); }), 1ms);
}

TEST(Failover, OfTwoBackupsTheStrongerIsQuicker) {
    Pair pair;
    Node& middle = pair.lan.add(Plan{.priority = 150});
    pair.lan.run_for(10s);
    pair.await_advert(pair.strong);
    pair.strong.power_off();
    EXPECT_EQ(pair.takeover_of(middle), 3s + skew_of(150));
    pair.lan.run_for(60s);
    EXPECT_EQ(pair.weak.role(), vrrp::Role::Backup);
    EXPECT_EQ(pair.weak.notifications(), (std::vector<std::string>{"BACKUP"}));
}

TEST(Failover, ThatIsAnnouncedWithPriorityZeroTakesOnlyTheSkew) {
    Pair pair;
    pair.strong.stop_agent();
    EXPECT_EQ(pair.strong.adverts().back().priority, net::kResigning);
    EXPECT_EQ(pair.takeover_of(pair.weak), skew_of(100));
    EXPECT_FALSE(pair.strong.holds(kVip));
}

TEST(Failover, OfAStoppedAgentEndsItWithItsNotification) {
    Pair pair;
    pair.strong.stop_agent();
    pair.lan.run_for(2s);
    EXPECT_FALSE(pair.strong.has_agent());
    EXPECT_EQ(pair.strong.notifications(), (std::vector<std::string>{"BACKUP", "MASTER", "STOP"}));
    EXPECT_FALSE(pair.strong.holds(kVip));
}

TEST(Failover, IsRevertedByAStrongerRouterThatReturns) {
    Pair pair;
    pair.strong.power_off();
    pair.takeover_of(pair.weak);
    pair.lan.run_for(10s);
    pair.strong.boot();
    EXPECT_EQ(pair.takeover_of(pair.strong), 3s + skew_of(200));
    pair.lan.run_for(kMoment);
    EXPECT_EQ(pair.weak.role(), vrrp::Role::Backup) << "its first advert was enough";
    EXPECT_FALSE(pair.weak.holds(kVip));
    EXPECT_EQ(pair.lan.neighbour(kVip), &pair.strong);
}

// The kernel of a host whose agent was killed goes on answering for the address, so both have it: the case
// that only a lease or a supervisor can end. The next agent on that host cleans up.
TEST(Failover, OfAKilledAgentLeavesItsAddressUntilTheNextOneStarts) {
    Pair pair;
    pair.strong.kill_agent();
    pair.takeover_of(pair.weak);
    EXPECT_TRUE(pair.strong.holds(kVip));
    pair.strong.start_agent();
    pair.lan.run_for(kMoment);
    EXPECT_FALSE(pair.strong.holds(kVip));
    EXPECT_EQ(pair.strong.told("leftover-removed"), 1u);
}

TEST(Failover, AnnouncesEveryAddressFiveTimesAtOnceAndFiveTimesLater) {
    Pair pair{{.priority = 200, .addresses = {"203.0.113.1", "203.0.113.2"}},
              {.priority = 100, .addresses = {"203.0.113.1", "203.0.113.2"}}};
    EXPECT_EQ(pair.strong.announcements().size(), 10u);
    pair.lan.run_for(5s);
    EXPECT_EQ(pair.strong.announcements().size(), 20u);
    pair.lan.run_for(60s);
    EXPECT_EQ(pair.strong.announcements().size(), 20u);
}

TEST(Failover, OfAThousandAddressesNeverDelaysAnAdvert) {
    Plan plan{.priority = 200, .addresses = {"203.0.113.1"}};
    auto config = config_of(plan);
    for (int i = 0; i < 1'000; ++i) {
        model::VirtualAddress address = config->instances[0].addresses[0];
        address.prefix.address = net::Address::v4(198, 51, 100, static_cast<std::uint8_t>(i % 250));
        address.prefix.length = static_cast<std::uint8_t>(29 + i / 250);  // four objects of each address
        config->instances[0].excluded_addresses.push_back(address);
    }
    Lan lan{Seed{1}};
    Node& router = lan.add(config);
    lan.run_until([&] { return router.is_master(); });
    lan.run_for(10s);
    for (std::size_t i = 1; i < router.adverts().size(); ++i)
        EXPECT_EQ(router.adverts()[i].at - router.adverts()[i - 1].at, 1s);
    EXPECT_EQ(router.kernel().addresses().size(), 1'001u + 2u);
}

}  // namespace
}  // namespace understudy::sim
