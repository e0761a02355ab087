// Routes and rules: what a line means, and that its outline means the same.
#include <gtest/gtest.h>

#include <string>

#include "understudy/config/load.hpp"
#include "understudy/config/outline.hpp"
#include "understudy/config/render.hpp"

#include "fake_host.hpp"

namespace understudy::config {
namespace {

using net::Metric;

std::string around(std::string_view block, std::string_view lines) {
    return "vrrp_instance web {\n interface eth0\n virtual_router_id 51\n virtual_ipaddress {\n 192.0.2.10\n "
           "}\n" +
           std::string{block} + " {\n" + std::string{lines} + "\n}\n}\n";
}

LoadResult load_routes(std::string text) {
    MemoryReader reader;
    reader.add("ha.conf", std::move(text));
    return load("ha.conf", reader, golden::FakeHost{}, {});
}

model::Route route(std::string_view line) {
    const LoadResult result = load_routes(around("virtual_routes", line));
    EXPECT_FALSE(result.diagnostics.has_errors()) << render(result.diagnostics.all());
    return result.config.instances.at(0).routes.at(0);
}

model::Rule rule(std::string_view line) {
    const LoadResult result = load_routes(around("virtual_rules", line));
    EXPECT_FALSE(result.diagnostics.has_errors()) << render(result.diagnostics.all());
    return result.config.instances.at(0).rules.at(0);
}

net::Prefix prefix(std::string_view text) { return *net::Prefix::parse(text); }
net::Address parsed(std::string_view text) { return *net::Address::parse(text); }

TEST(Route, IsADestinationAndAWay) {
    model::Route expected;
    expected.route.destination = prefix("203.0.113.0/24");
    expected.route.gateway = parsed("192.0.2.2");
    expected.route.link = "eth0";
    EXPECT_EQ(route("203.0.113.0/24 via 192.0.2.2 dev eth0"), expected);
    EXPECT_EQ(route("dev eth0 to 203.0.113.0/24 via inet 192.0.2.2"), expected);
    EXPECT_EQ(route("unicast 203.0.113.0/24 gw 192.0.2.2 oif eth0"), expected);
}

TEST(Route, OfASecondGatewayHasTwoWays) {
    const model::Route found = route("203.0.113.0/24 via 192.0.2.2 or 192.0.2.3 dev eth0");
    EXPECT_EQ(found, route("203.0.113.0/24 nexthop via 192.0.2.2 dev eth0 nexthop via 192.0.2.3 dev eth0"));
    EXPECT_EQ(found, route("203.0.113.0/24 dev eth0 or 192.0.2.3 via 192.0.2.2"));
}

TEST(Route, ToEverywhereIsOfTheFamilyOfItsGateway) {
    EXPECT_EQ(route("default via 192.0.2.2 dev eth0").route.destination, prefix("0.0.0.0/0"));
    EXPECT_EQ(route("any dev eth0").route.destination, prefix("0.0.0.0/0"));
    EXPECT_EQ(route("default via 2001:db8::2 dev eth0").route.destination, prefix("::/0"));
    EXPECT_EQ(route("default6 dev eth0").route.destination, prefix("::/0"));
    EXPECT_EQ(route("inet6 default dev eth0").route.destination, prefix("::/0"));
}

TEST(Route, LosesTheBitsBeyondItsLength) {
    EXPECT_EQ(route("203.0.113.7/24 dev eth0").route.destination, prefix("203.0.113.0/24"));
    EXPECT_EQ(route("2001:db8::7/47 dev eth0").route.destination, prefix("2001:db8::/47"));
}

TEST(Route, TakesItsScopeFromItsType) {
    EXPECT_EQ(route("local 203.0.113.1 dev lo").route.scope, 254);
    EXPECT_EQ(route("broadcast 203.0.113.255 dev eth0").route.scope, 253);
    EXPECT_EQ(route("203.0.113.0/24 dev eth0").route.scope, 0);
    EXPECT_EQ(route("203.0.113.0/24 dev eth0 scope link").route.scope, 253);
}

TEST(Route, KnowsTheNamesThatEveryHostHas) {
    const model::Route found =
        route("203.0.113.0/24 dev eth0 table local protocol bird no_track tos CS1 realms cosmos/0x10");
    EXPECT_EQ(found.route.table, 255u);
    EXPECT_EQ(found.route.protocol, 12);
    EXPECT_EQ(found.route.tos, 0x20);
    EXPECT_EQ(found.route.realms, (net::Realms{0, 16}));
    EXPECT_FALSE(found.tracked);
}

TEST(Route, CountsTimesInTheUnitsOfTheKernel) {
    const model::Route found = route("203.0.113.0/24 dev eth0 rtt lock 300ms rttvar 0.5s rto_min 250");
    EXPECT_EQ(found.route.metrics.value(Metric::Rtt), 2400u);
    EXPECT_TRUE(found.route.metrics.is_locked(Metric::Rtt));
    EXPECT_EQ(found.route.metrics.value(Metric::RttVar), 2000u);
    EXPECT_EQ(found.route.metrics.value(Metric::RtoMin), 250u);
}

TEST(Route, RaisesATimeThatIsTooShort) {
    EXPECT_EQ(route("203.0.113.0/24 dev eth0 rtt 300").route.metrics.value(Metric::Rtt), 1600u);
}

TEST(Route, MayHaveSeveralWays) {
    const model::Route found = route(
        "203.0.113.0/24 nexthop via 192.0.2.2 dev eth0 weight 3 nexthop dev eth1 onlink encap mpls 100/200");
    ASSERT_EQ(found.route.hops.size(), 2u);
    EXPECT_EQ(found.route.hops[0].gateway, parsed("192.0.2.2"));
    EXPECT_EQ(found.route.hops[0].weight, 3);
    EXPECT_EQ(found.route.hops[1].link, "eth1");
    EXPECT_TRUE(found.route.hops[1].onlink);
    EXPECT_EQ(found.route.hops[1].encap, net::Encap{(net::MplsEncap{{100, 200}})});
}

TEST(Route, MayWrapItsPackets) {
    const auto encap = std::get<net::IpEncap>(
        route("203.0.113.0/24 encap ip id 5 dst 192.0.2.3 local 192.0.2.1 ttl 9 dev eth0").route.encap);
    EXPECT_EQ(encap.id, 5u);
    EXPECT_EQ(encap.destination, parsed("192.0.2.3"));
    EXPECT_EQ(encap.source, parsed("192.0.2.1"));
    EXPECT_EQ(encap.hop_limit, 9);
    EXPECT_EQ(route("2001:db8:1::/48 dev eth0 encap ila 2001:db8:0:1").route.encap,
              net::Encap{net::IlaEncap{0x20010db800000001}});
}

TEST(Route, IsDroppedWithAnyMistakeThatChangesItsMeaning) {
    for (const char* const line :
         {"dev eth0", "203.0.113.0/24 dev eth0 table nosuch", "203.0.113.0/24 dev eth0 metric x",
          "203.0.113.0/24 via 2001:db8::1", "203.0.113.0/24 dev eth0 quickack 2",
          "203.0.113.0/24 dev eth0 hoplimit 256", "203.0.113.0/24 dev eth0 expires 5",
          "203.0.113.0/24 dev eth0 encap ila 1:2:3", "203.0.113.0/24 dev eth0 encap mpls 1048576",
          "203.0.113.0/24 nexthop via 192.0.2.2 weight 257", "203.0.113.0/24 dev eth0 rtt 3us"}) {
        const LoadResult result = load_routes(around("virtual_routes", line));
        EXPECT_TRUE(result.diagnostics.has_errors()) << line;
        EXPECT_TRUE(result.config.instances.at(0).routes.empty()) << line;
    }
}

TEST(Rule, SelectsAndLooksUp) {
    model::Rule expected;
    expected.rule.from = prefix("192.0.2.10/32");
    expected.rule.to = prefix("203.0.113.0/24");
    expected.rule.in_link = "eth0";
    expected.rule.out_link = "eth1";
    expected.rule.table = 100;
    expected.rule.priority = 1000;
    EXPECT_EQ(rule("from 192.0.2.10 to 203.0.113.0/24 iif eth0 oif eth1 lookup 100 order 1000"), expected);
}

TEST(Rule, OfAllPacketsIsOfIPv4UnlessItSaysOtherwise) {
    EXPECT_EQ(rule("from all table 100 priority 5").rule.family, net::Family::Ipv4);
    EXPECT_EQ(rule("inet6 filler table 100 priority 5").rule.family, net::Family::Ipv6);
}

TEST(Rule, SelectsMarksPortsUsersAndTunnels) {
    const net::Rule found = rule(
                                "fwmark 0x10/0xf0 ipproto udp sport 53 dport 1000-2000 uidrange 5-10 "
                                "tunnel-id 7 table 100 priority 5")
                                .rule;
    EXPECT_EQ(found.mark, 0x10u);
    EXPECT_EQ(found.mask, 0xf0u);
    EXPECT_EQ(found.ip_protocol, 17);
    EXPECT_EQ(found.source_ports, (net::Between<std::uint16_t>{53, 53}));
    EXPECT_EQ(found.destination_ports, (net::Between<std::uint16_t>{1000, 2000}));
    EXPECT_EQ(found.users, (net::Between<std::uint32_t>{5, 10}));
    EXPECT_EQ(found.tunnel, 7u);
}

TEST(Rule, DoesWhatItsActionSays) {
    EXPECT_EQ(rule("from all type unreachable priority 5").rule.action, net::RuleAction::Unreachable);
    EXPECT_EQ(rule("from all nop priority 5").rule.action, net::RuleAction::Nop);
    EXPECT_EQ(rule("from all goto 6 priority 5").rule.target, 6u);
    EXPECT_TRUE(rule("from all l3mdev priority 5").rule.l3mdev);
}

TEST(Rule, WithoutPriorityGetsOneBelowTheLastThatHadNone) {
    const LoadResult result =
        load_routes(around("virtual_rules", "from 192.0.2.1 table 100\nfrom 192.0.2.2 table 100"));
    EXPECT_EQ(result.config.instances.at(0).rules.at(0).rule.priority, 16384u);
    EXPECT_EQ(result.config.instances.at(0).rules.at(1).rule.priority, 16383u);
}

TEST(Outline, OfRoutesAndRulesMeansTheSame) {
    const LoadResult first = load_routes(
        around(
            "virtual_routes",
            "default via 192.0.2.254 dev eth0 table 100 add\n"
            "blackhole 203.0.113.0/24 no_track metric 7\n"
            "203.0.113.0/25 dev eth0 src 192.0.2.10 mtu lock 1400 rtt 300ms realms 3/4 tos 8 congctl lock "
            "reno "
            "features ecn window 9 quickack 1 onlink append ttl-propagate disabled\n"
            "2001:db8:1::/48 from 2001:db8:2::/48 dev eth0 expires 600 pref low\n"
            "203.0.113.128/25 dev eth0 encap ip id 5 dst 192.0.2.3 src 192.0.2.1 tos 4 ttl 5 flags 1\n"
            "2001:db8:2::/48 dev eth0 encap ila 1:2:0:4\n"
            "2001:db8:3::/48 dev eth0 encap ip6 dst 2001:db8::5\n"
            "198.51.100.0/24 nexthop via 192.0.2.2 dev eth0 weight 3 realms 2 nexthop via 192.0.2.3 onlink "
            "encap mpls 100/200") +
        "static_rules {\n"
        "from 192.0.2.10 table 100 priority 1001\n"
        "not to 203.0.113.0/24 fwmark 0x5/0xff ipproto tcp sport 10-20 dport 5 blackhole priority 1002\n"
        "inet6 filler iif eth0 l3mdev priority 1003\n"
        "fwmark 7 uidrange 1-2 tunnel-id 18446744073709551615 goto 2000 priority 1004\n"
        "oif eth1 tos 8 table 7 realms 1/2 sup_pl 3 sup_group 4 priority 1005 protocol 5 no_track\n"
        "}\n");
    ASSERT_FALSE(first.diagnostics.has_errors()) << render(first.diagnostics.all());
    const std::string text = render_text(outline(first.config));
    const LoadResult again = load_routes(text);
    EXPECT_FALSE(again.diagnostics.has_errors()) << render(again.diagnostics.all());
    EXPECT_EQ(again.config, first.config) << text;
    EXPECT_EQ(again.config.instances.at(0).routes.size(), 8u);
    EXPECT_EQ(again.config.static_rules.size(), 5u);
}

}  // namespace
}  // namespace understudy::config
