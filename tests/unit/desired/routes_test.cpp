// Routes and rules: what is the same to the kernel, what goes without a word, and what is put back.
#include "understudy/desired/routes.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "understudy/base/overloaded.hpp"
#include "understudy/desired/rules.hpp"

#include "support.hpp"
#include "support/model_routes.hpp"

namespace understudy::desired {
namespace {

constexpr Owner kOwner = 7;

// A kernel, and the book of routes and rules that follows it.
struct Desk {
    void hear_news() {
        while (!kernel.news.empty()) {
            const ModelRoutes::News news = kernel.news.front();
            kernel.news.pop_front();
            std::visit(overloaded{[&](const net::Route& route) {
                                      if (news.appeared)
                                          routes.observed(route, news.replaces);
                                      else
                                          routes.vanished(route, kNow);
                                  },
                                  [&](const net::Rule& rule) {
                                      if (news.appeared)
                                          rules.observed(rule);
                                      else
                                          rules.vanished(rule, kNow);
                                  }},
                       news.object);
        }
    }

    template <typename Book>
    std::size_t carry_out(Book& book) {
        const auto changes = book.take_changes(kAll, kNow);
        std::vector<int> errors;
        for (const auto& change : changes) errors.push_back(refusal ? refusal : kernel.carry_out(change));
        book.answered(changes, errors, kNow);
        return changes.size();
    }

    void settle() {
        hear_news();
        while (carry_out(routes) + carry_out(rules) > 0) hear_news();
    }

    void want(const std::vector<WantedRoute>& asked) {
        routes.manage(kOwner, asked);
        routes.want(kOwner, true);
        settle();
    }
    void want(const std::vector<WantedRule>& asked) {
        rules.manage(kOwner, asked);
        rules.want(kOwner, true);
        settle();
    }

    template <typename Kind, typename Book>
    static std::size_t count(Book& book) {
        std::size_t found = 0;
        for (const auto& finding : book.take_findings())
            found += std::holds_alternative<Kind>(finding) ? 1 : 0;
        return found;
    }
    std::size_t lost() { return count<LostOf<WantedRoute>>(routes); }

    ModelRoutes kernel;
    Routes routes;
    Rules rules;
    int refusal = 0;
};

const WantedRoute kRoute = route_to("203.0.113.0/24");
const WantedRoute kRoute6 = route_to("2001:db8:1::/48");

TEST(Routes, ComeAndGoWithTheRole) {
    Desk desk;
    desk.want(std::vector{kRoute, kRoute6});
    EXPECT_TRUE(desk.kernel.holds(kRoute.route) && desk.kernel.holds(kRoute6.route));
    EXPECT_EQ(desk.routes.present(kOwner), 2u);
    desk.routes.want(kOwner, false);
    EXPECT_EQ(desk.routes.outstanding(kOwner), 2u);
    desk.settle();
    EXPECT_TRUE(desk.kernel.routes().empty());
    EXPECT_EQ(desk.routes.outstanding(kOwner), 0u);
}

TEST(Routes, ThatADeadPredecessorLeftAreRemoved) {
    Desk desk;
    desk.kernel.carry_out(RouteChange{ChangeKind::Add, kRoute6});
    desk.kernel.news.clear();
    desk.routes.manage(kOwner, {kRoute6});
    desk.routes.resynchronised(desk.kernel.routes(), kNow);
    desk.routes.remove_leftovers();
    desk.settle();
    EXPECT_TRUE(desk.kernel.routes().empty());
    EXPECT_EQ(Desk::count<LeftoverRemovedOf<WantedRoute>>(desk.routes), 1u);
}

TEST(Routes, ThatADeadPredecessorLeftStayWhenTheyAreWantedAtOnce) {
    Desk desk;
    desk.kernel.carry_out(RouteChange{ChangeKind::Add, kRoute});
    desk.kernel.news.clear();
    desk.routes.manage(kOwner, {kRoute});
    desk.routes.resynchronised(desk.kernel.routes(), kNow);
    desk.routes.want(kOwner, true);
    desk.routes.remove_leftovers();
    EXPECT_FALSE(desk.routes.has_changes(kNow));
}

TEST(Routes, ArePutBackWhenSomebodyDeletesThem) {
    Desk desk;
    desk.want(std::vector{kRoute});
    desk.kernel.carry_out(RouteChange{ChangeKind::Remove, kRoute});
    desk.settle();
    EXPECT_TRUE(desk.kernel.holds(kRoute.route));
    EXPECT_EQ(desk.lost(), 1u);
}

TEST(Routes, OfNoTrackStayDeletedUntilTheNextTime) {
    Desk desk;
    WantedRoute unwatched = kRoute;
    unwatched.watched = false;
    desk.want(std::vector{unwatched});
    desk.kernel.carry_out(RouteChange{ChangeKind::Remove, unwatched});
    desk.settle();
    EXPECT_FALSE(desk.kernel.holds(unwatched.route));
    EXPECT_EQ(desk.routes.outstanding(kOwner), 0u);
    EXPECT_EQ(desk.lost(), 0u);
    desk.routes.want(kOwner, false);
    desk.settle();
    desk.routes.want(kOwner, true);
    desk.settle();
    EXPECT_TRUE(desk.kernel.holds(unwatched.route));
}

TEST(Routes, AreBackAfterTheirLinkTookThemAwayWithoutAWord) {
    Desk desk;
    desk.want(std::vector{kRoute, route_to("198.51.100.0/24", 2)});
    desk.kernel.link_down({1});
    desk.routes.link_lost({1});
    desk.settle();
    EXPECT_TRUE(desk.kernel.holds(kRoute.route));
    EXPECT_EQ(desk.lost(), 1u);
}

TEST(Routes, ThatStayedWithTheirLinkAreNotMissed) {
    Desk desk;
    desk.want(std::vector{kRoute});
    desk.routes.link_lost({1});
    EXPECT_EQ(desk.carry_out(desk.routes), 1u) << "one question to the kernel";
    desk.settle();
    EXPECT_EQ(desk.lost(), 0u);
}

TEST(Routes, AreBackAfterTheirSourceTookThemAway) {
    Desk desk;
    WantedRoute from = kRoute;
    from.route.preferred_source = net::Address::v4(192, 0, 2, 9);
    WantedRoute from6 = kRoute6;
    from6.route.preferred_source = net::Address::parse("2001:db8::9");
    desk.want(std::vector{from, from6});
    for (const auto& source : {from.route.preferred_source, from6.route.preferred_source}) {
        desk.kernel.address_removed(*source);
        desk.routes.address_lost({1}, *source);
    }
    EXPECT_FALSE(desk.kernel.holds(from.route) || desk.kernel.holds(from6.route));
    // An IPv6 route is there still, and has only lost its source.
    const auto changes = desk.routes.take_changes(kAll, kNow);
    ASSERT_EQ(changes.size(), 2u);
    EXPECT_EQ(changes[0], (RouteChange{ChangeKind::Remove, changes[0].object}));
    EXPECT_EQ(changes[0].object.route.destination, from6.route.destination);
    EXPECT_EQ(changes[1], (RouteChange{ChangeKind::Add, from}));
}

TEST(Routes, AreBackAfterTheLastAddressOfTheirLinkTookThemAway) {
    Desk desk;
    desk.want(std::vector{kRoute, kRoute6});
    desk.kernel.link_down({1});  // of IPv4, which the interface no longer has
    desk.routes.address_lost({1}, net::Address::v4(192, 0, 2, 9));
    desk.settle();
    EXPECT_TRUE(desk.kernel.holds(kRoute.route));
    EXPECT_EQ(desk.lost(), 1u) << "one of IPv6 is not even doubted";
}

TEST(Routes, AreBackAfterSomebodyReplacedThem) {
    Desk desk;
    desk.want(std::vector{kRoute});
    net::Route other = route_to("203.0.113.0/24", 2).route;
    other.protocol = 3;
    desk.kernel.replace(other);
    desk.settle();
    EXPECT_TRUE(desk.kernel.holds(kRoute.route));
    EXPECT_EQ(desk.lost(), 1u);
}

TEST(Routes, AreKnownInTheKernelsOwnWords) {
    Desk desk;
    WantedRoute asked = route_to("203.0.113.0/24", 0);
    asked.route.gateway = net::Address::v4(192, 0, 2, 9);
    net::Route told = asked.route;
    told.link = {3};  // which the kernel has found
    desk.routes.manage(kOwner, {asked});
    desk.routes.resynchronised(std::vector{told}, kNow);
    desk.routes.remove_leftovers();
    const auto changes = desk.routes.take_changes(kAll, kNow);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].object.route, told);
}

TEST(Routes, ToOneDestinationThroughTwoGatewaysAreTwo) {
    Desk desk;
    WantedRoute first = kRoute;
    first.route.gateway = net::Address::v4(192, 0, 2, 8);
    WantedRoute second = kRoute;
    second.route.gateway = net::Address::v4(192, 0, 2, 9);
    desk.want(std::vector{first, second});
    EXPECT_TRUE(desk.kernel.holds(first.route) && desk.kernel.holds(second.route));
    EXPECT_EQ(desk.routes.present(kOwner), 2u);
}

TEST(Routes, WithANewGatewayComeBeforeTheOldOneGoes) {
    Desk desk;
    WantedRoute old = kRoute;
    old.route.gateway = net::Address::v4(192, 0, 2, 8);
    WantedRoute fresh = kRoute;
    fresh.route.gateway = net::Address::v4(192, 0, 2, 9);
    desk.want(std::vector{old});
    desk.routes.manage(kOwner, {fresh});
    EXPECT_EQ(desk.routes.take_changes(kAll, kNow), (std::vector{RouteChange{ChangeKind::Add, fresh}}));
}

TEST(Routes, WithOtherSettingsAreMadeAnew) {
    Desk desk;
    desk.want(std::vector{kRoute});
    WantedRoute changed = kRoute;
    changed.route.metrics.set(net::Metric::Mtu, 1400);
    desk.routes.manage(kOwner, {changed});
    desk.settle();
    EXPECT_EQ(desk.kernel.routes(), std::vector{changed.route});
}

TEST(Routes, OfSeveralWaysAreMadeAnewWhenOneIsTakenAway) {
    Desk desk;
    WantedRoute both = route_to("2001:db8:1::/48", 0);
    for (const char* gateway : {"2001:db8::2", "2001:db8::3"})
        both.route.hops.push_back({net::Address::parse(gateway), {1}, 1, false, {}, std::nullopt});
    desk.want(std::vector{both});
    net::Route one = kRoute6.route;
    one.gateway = both.route.hops[1].gateway;
    desk.routes.vanished(one, kNow);
    const auto removal = desk.routes.take_changes(kAll, kNow);
    ASSERT_EQ(removal.size(), 1u);
    EXPECT_EQ(removal[0].kind, ChangeKind::Remove);
    const int error = 0;
    desk.routes.answered(removal, std::span{&error, 1}, kNow);
    EXPECT_EQ(desk.routes.take_changes(kAll, kNow), (std::vector{RouteChange{ChangeKind::Add, both}}));
}

// The kernel tells of each way that goes, also when all of them are removed at once (IPv6).
TEST(Routes, OfSeveralWaysAreNotMissedWhenWeRemoveThem) {
    Desk desk;
    WantedRoute both = route_to("2001:db8:1::/48", 0);
    for (const char* gateway : {"2001:db8::2", "2001:db8::3"})
        both.route.hops.push_back({net::Address::parse(gateway), {1}, 1, false, {}, std::nullopt});
    desk.want(std::vector{both});
    desk.routes.want(kOwner, false);
    const auto removal = desk.routes.take_changes(kAll, kNow);
    ASSERT_EQ(removal.size(), 1u);
    const int error = 0;
    desk.routes.answered(removal, std::span{&error, 1}, kNow);
    desk.routes.want(kOwner, true);
    const auto addition = desk.routes.take_changes(kAll, kNow);
    EXPECT_EQ(addition, (std::vector{RouteChange{ChangeKind::Add, both}}));
    for (const net::NextHop& hop : both.route.hops) {
        net::Route one = kRoute6.route;
        one.gateway = hop.gateway;
        desk.routes.vanished(one, kNow);
    }
    desk.routes.answered(addition, std::span{&error, 1}, kNow);
    EXPECT_FALSE(desk.routes.has_changes(kNow));
    EXPECT_EQ(desk.lost(), 0u);
    EXPECT_EQ(desk.routes.present(kOwner), 1u);
}

TEST(Routes, FromAnotherSourceAreOthers) {
    Desk desk;
    WantedRoute asked = kRoute;
    asked.route.preferred_source = net::Address::parse("192.0.2.1");
    net::Route other = asked.route;
    other.preferred_source = net::Address::parse("192.0.2.2");
    desk.routes.manage(kOwner, {asked});
    desk.routes.resynchronised(std::vector{other}, kNow);
    desk.routes.want(kOwner, true);
    EXPECT_EQ(desk.routes.take_changes(kAll, kNow), (std::vector{RouteChange{ChangeKind::Add, asked}}));
}

TEST(Routes, ThatExpireAreNotMissed) {
    Desk desk;
    WantedRoute passing = kRoute6;
    passing.route.expires = seconds{10};
    desk.want(std::vector{passing});
    desk.routes.vanished(passing.route, kNow);
    EXPECT_FALSE(desk.routes.has_changes(kNow));
    EXPECT_EQ(desk.lost(), 0u);
}

TEST(Routes, OfStrangersAreNeitherRememberedNorTouched) {
    Desk desk;
    desk.kernel.carry_out(RouteChange{ChangeKind::Add, kRoute});
    desk.settle();
    desk.routes.remove_leftovers();
    EXPECT_FALSE(desk.routes.has_changes(kNow));
}

TEST(Routes, ThatAreRefusedAreToldOnceAndTriedAgainWhenSomethingChanges) {
    Desk desk;
    desk.refusal = ENETUNREACH;
    desk.want(std::vector{kRoute});
    EXPECT_EQ(desk.routes.outstanding(kOwner), 0u) << "nobody waits for it";
    EXPECT_EQ(Desk::count<RefusedOf<WantedRoute>>(desk.routes), 1u);
    desk.routes.retry();
    desk.settle();
    EXPECT_EQ(Desk::count<RefusedOf<WantedRoute>>(desk.routes), 0u);
    desk.refusal = 0;
    desk.routes.retry();
    desk.settle();
    EXPECT_TRUE(desk.kernel.holds(kRoute.route));
}

TEST(Routes, ThatAreToStandAloneAreRefusedBesideAnother) {
    Desk desk;
    WantedRoute alone = kRoute;
    alone.insertion = model::Insertion::Alone;
    desk.refusal = EEXIST;
    desk.want(std::vector{alone});
    EXPECT_EQ(desk.routes.present(kOwner), 0u);
    EXPECT_EQ(Desk::count<RefusedOf<WantedRoute>>(desk.routes), 1u);
}

TEST(Rules, ComeAndGoWithTheRole) {
    Desk desk;
    desk.want(std::vector{rule_from("192.0.2.9/32"), rule_from("2001:db8::9/128")});
    EXPECT_EQ(desk.kernel.rules().size(), 2u);
    desk.rules.want(kOwner, false);
    desk.settle();
    EXPECT_TRUE(desk.kernel.rules().empty());
}

TEST(Rules, ArePutBackWhenSomebodyDeletesThem) {
    Desk desk;
    const WantedRule rule = rule_from("192.0.2.9/32");
    desk.want(std::vector{rule});
    desk.kernel.carry_out(RuleChange{ChangeKind::Remove, rule});
    desk.settle();
    EXPECT_TRUE(desk.kernel.holds(rule.rule));
    EXPECT_EQ(Desk::count<LostOf<WantedRule>>(desk.rules), 1u);
}

TEST(Rules, OfNoTrackStayDeleted) {
    Desk desk;
    WantedRule rule = rule_from("192.0.2.9/32");
    rule.watched = false;
    desk.want(std::vector{rule});
    desk.kernel.carry_out(RuleChange{ChangeKind::Remove, rule});
    desk.settle();
    EXPECT_FALSE(desk.kernel.holds(rule.rule));
}

TEST(Rules, AreKnownInTheKernelsOwnWords) {
    Desk desk;
    WantedRule asked = rule_from("0.0.0.0/0");
    asked.rule.mark = 5;
    net::Rule told = asked.rule;
    told.from.reset();
    told.mask = 0xffff'ffff;
    desk.rules.manage(kOwner, {asked});
    desk.rules.resynchronised(std::vector{told}, kNow);
    desk.rules.want(kOwner, true);
    EXPECT_FALSE(desk.rules.has_changes(kNow));
}

}  // namespace
}  // namespace understudy::desired
