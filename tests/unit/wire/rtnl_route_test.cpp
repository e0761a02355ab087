// What no kernel of a test host can be asked for: encapsulations it has no module for, hostile octets, and
// messages that are about something else. The rest is tested against the kernel itself, beside os.
#include "understudy/wire/rtnl_route.hpp"

#include <gtest/gtest.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>

#include "understudy/base/random.hpp"

#include "rtnl_support.hpp"
#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

net::Prefix prefix(std::string_view text) { return *net::Prefix::parse(text); }

net::Route to(std::string_view destination) {
    net::Route route;
    route.destination = prefix(destination);
    route.link = net::LinkIndex{7};
    return route;
}

std::vector<std::byte> addition(const net::Route& route) {
    std::vector<std::byte> batch;
    append_add_route(batch, route, RoutePlace::First, 1);
    return batch;
}

std::vector<RouteMessage> decoded_routes(Bytes datagram) {
    std::vector<RouteMessage> messages;
    decode_routes(datagram, messages);
    return messages;
}

net::Route read_back(const net::Route& route) {
    const auto messages = decoded_routes(addition(route));
    return messages.size() == 1 ? std::get<RouteHeard>(messages[0]).route : net::Route{};
}

// ttl-propagate; mpls of encap
TEST(RouteMessage, WrapsPacketsIntoLabels) {
    net::Route route = to("203.0.113.0/24");
    route.encap = net::MplsEncap{{100, 200, 1048575}};
    route.ttl_propagate = false;
    EXPECT_EQ(read_back(route), route);
}

TEST(RouteMessage, WrapsPacketsForALocator) {
    net::Route route = to("2001:db8:1::/48");
    route.encap = net::IlaEncap{0x20010db800000001};
    route.source = prefix("2001:db8:2::/48");
    route.expires = seconds{600};
    EXPECT_EQ(read_back(route), route);
}

TEST(RouteMessage, WrapsPacketsOfEachWay) {
    net::Route route = to("203.0.113.0/24");
    route.link = {};
    for (std::uint32_t label = 16; label < 16 + net::kMostHops; ++label)
        route.hops.push_back({std::nullopt, net::LinkIndex{label}, 1, false,
                              net::MplsEncap{std::vector<std::uint32_t>(net::kMostLabels, label)},
                              std::nullopt});
    EXPECT_EQ(read_back(route), route);
}

TEST(RouteMessage, OfACopyTheKernelKeepsIsSkipped) {
    rtmsg header{};
    header.rtm_family = AF_INET6;
    header.rtm_type = RTN_UNICAST;
    header.rtm_flags = RTM_F_CLONED;
    EXPECT_TRUE(decoded_routes(NetlinkMessage{RTM_NEWROUTE}.put(header).bytes()).empty());
}

TEST(RouteMessage, OfAnotherFamilyIsSkipped) {
    rtmsg header{};
    header.rtm_family = AF_MPLS;
    header.rtm_type = RTN_UNICAST;
    EXPECT_TRUE(decoded_routes(NetlinkMessage{RTM_NEWROUTE}.put(header).bytes()).empty());
    fib_rule_hdr rule{};
    rule.family = 128;  // RTNL_FAMILY_IPMR
    rule.action = FR_ACT_TO_TBL;
    EXPECT_TRUE(decoded_routes(NetlinkMessage{RTM_NEWRULE}.put(rule).bytes()).empty());
}

TEST(RouteMessage, WithAPrefixThatCannotBeIsSkipped) {
    rtmsg header{};
    header.rtm_family = AF_INET;
    header.rtm_type = RTN_UNICAST;
    header.rtm_dst_len = 33;
    EXPECT_TRUE(decoded_routes(NetlinkMessage{RTM_NEWROUTE}.put(header).bytes()).empty());
}

TEST(RouteMessage, SaysWhatWasRemoved) {
    std::vector<std::byte> batch;
    append_remove_route(batch, to("203.0.113.0/24"), 1);
    net::Rule rule;
    rule.priority = 5;
    rule.table = 100;
    append_remove_rule(batch, rule, 2);
    EXPECT_EQ(decoded_routes(batch),
              (std::vector<RouteMessage>{RouteRemoved{to("203.0.113.0/24")}, RuleRemoved{rule}}));
}

TEST(RouteMessage, MadeOfAnyOctetsIsReadWithinThem) {
    Random random{Seed{0x5eed}};
    net::Route route = to("203.0.113.0/24");
    route.metrics.set(net::Metric::Mtu, 1400);
    route.encap = net::MplsEncap{{100}};
    route.hops.push_back({address("192.0.2.2"), net::LinkIndex{7}, 3, true, {}, net::Realms{1, 2}});
    const std::vector<std::byte> good = addition(route);
    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::byte> octets = good;
        for (std::uint64_t changes = random.below(4); changes > 0; --changes)
            octets[random.below(octets.size())] = static_cast<std::byte>(random.below(256));
        octets.resize(random.below(octets.size() + 1));
        octets.shrink_to_fit();
        for (const RouteMessage& message : decoded_routes(octets)) {
            const auto* const heard = std::get_if<RouteHeard>(&message);
            EXPECT_LE(heard ? heard->route.destination.length : 0, 128);
        }
    }
}

}  // namespace
}  // namespace understudy::wire
