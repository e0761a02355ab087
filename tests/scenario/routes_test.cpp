// Routes and rules in a cluster: they are where the master is, and nowhere else.
#include "pair.hpp"
#include "support/seeds.hpp"

namespace understudy::sim {
namespace {

constexpr const char* kDestination = "198.51.100.0/24";
constexpr const char* kSource = "203.0.113.1/32";

Plan with_routes(int priority) {
    return {.priority = priority, .routes = {kDestination}, .rules = {kSource}};
}

bool has_all(const Node& node) { return node.has_route(kDestination) && node.has_rule(kSource); }
bool has_any(const Node& node) { return node.has_route(kDestination) || node.has_rule(kSource); }

TEST(RoutesAndRules, MoveWithTheMaster) {
    Pair pair{with_routes(200), with_routes(100)};
    EXPECT_TRUE(has_all(pair.strong));
    EXPECT_FALSE(has_any(pair.weak));
    pair.strong.stop_agent();
    pair.takeover_of(pair.weak);
    pair.lan.run_for(kMoment);
    EXPECT_TRUE(has_all(pair.weak));
    EXPECT_FALSE(has_any(pair.strong));
}

TEST(RoutesAndRules, ArePutBackWithoutLeavingTheRole) {
    Pair pair{with_routes(200), with_routes(100)};
    pair.strong.stranger_deletes_route(kDestination);
    pair.strong.stranger_deletes_rule(kSource);
    EXPECT_LT(pair.lan.run_until([&] { return has_all(pair.strong); }), 1ms);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_EQ(pair.strong.told("route-lost"), 2u);
}

TEST(RoutesAndRules, ComeBackWithTheAddressThatTookThemAway) {
    Pair pair{with_routes(200), with_routes(100)};
    pair.strong.stranger_deletes(kVip);  // the route goes with its source, and nothing is said of that
    EXPECT_FALSE(pair.strong.has_route(kDestination));
    pair.lan.run_for(kMoment);
    EXPECT_TRUE(pair.strong.holds(kVip) && has_all(pair.strong));
}

TEST(RoutesAndRules, ThatACrashLeftAreRemovedAtTheNextStart) {
    Pair pair{with_routes(200), with_routes(100)};
    pair.strong.kill_agent();
    pair.takeover_of(pair.weak);
    EXPECT_TRUE(has_all(pair.strong));
    pair.strong.start_agent();
    pair.lan.run_for(kMoment);
    EXPECT_FALSE(has_any(pair.strong));
}

TEST(RoutesAndRules, FollowAReload) {
    Pair pair{with_routes(200), with_routes(100)};
    Plan other = with_routes(200);
    other.routes = {"198.51.100.128/25"};
    pair.strong.reload(config_of(other));
    pair.lan.run_for(kMoment);
    EXPECT_TRUE(pair.strong.has_route("198.51.100.128/25") && pair.strong.has_rule(kSource));
    EXPECT_FALSE(pair.strong.has_route(kDestination));
    EXPECT_TRUE(pair.strong.is_master());
}

// Strangers and cuts at random; when all is calm the master has all of them and the other none.
TEST(RoutesAndRules, AreWhereTheMasterIsOnceItIsCalm) {
    for (const Seed seed : seeds(200)) {
        Random random{seed};
        Pair pair{with_routes(200), with_routes(100)};
        for (int i = 0; i < 100; ++i) {
            Node& node = random.chance(50) ? pair.strong : pair.weak;
            switch (random.below(6)) {
                case 0:
                    node.stranger_deletes(kVip);
                    break;
                case 1:
                    node.stranger_deletes_route(kDestination);
                    break;
                case 2:
                    node.stranger_deletes_rule(kSource);
                    break;
                case 3:
                    node.set_carrier(random.chance(50));
                    break;
                default:
                    pair.lan.run_for(microseconds{static_cast<std::int64_t>(random.below(2'000'000))});
            }
        }
        pair.strong.set_carrier(true);
        pair.weak.set_carrier(true);
        pair.lan.run_for(40s);
        ASSERT_TRUE(pair.strong.is_master()) << "replay with UNDERSTUDY_SEED=" << seed.value;
        ASSERT_TRUE(has_all(pair.strong)) << "replay with UNDERSTUDY_SEED=" << seed.value;
        ASSERT_FALSE(has_any(pair.weak)) << "replay with UNDERSTUDY_SEED=" << seed.value;
    }
}

}  // namespace
}  // namespace understudy::sim
