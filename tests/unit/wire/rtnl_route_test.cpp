// What no kernel of a test host can be asked for: encapsulations it has no module for, hostile octets, and
// messages that are about something else. The rest is tested against the kernel itself, beside os.
#include "understudy/wire/rtnl_route.hpp"

#include <gtest/gtest.h>
#include <linux/fib_rules.h>
#include <linux/lwtunnel.h>
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

constexpr std::uint64_t kTunnel = 0x0102030405060708;
constexpr std::uint16_t kTunnelFlags = 0x0400;

net::IpEncap ip_wrapping(net::Family family) {
    const bool v4 = family == net::Family::Ipv4;
    return {.family = family,
            .id = kTunnel,
            .destination = address(v4 ? "198.51.100.1" : "2001:db8:5::1"),
            .source = address(v4 ? "198.51.100.2" : "2001:db8:5::2"),
            .tos = 0x10,
            .hop_limit = 64,
            .flags = kTunnelFlags};
}

net::IpEncap into_tunnel(net::Family family, std::uint64_t id) {
    net::IpEncap encap;
    encap.family = family;
    encap.id = id;
    return encap;
}

// ip and ip6 of encap
TEST(RouteMessage, WrapsPacketsIntoOthers) {
    for (const net::Family family : {net::Family::Ipv4, net::Family::Ipv6}) {
        net::Route route = to("203.0.113.0/24");
        route.encap = ip_wrapping(family);
        EXPECT_EQ(read_back(route), route);
        route.encap = into_tunnel(family, 5);
        EXPECT_EQ(read_back(route), route);
    }
}

// Numbers are in network byte order there, and in each family under the number of its own kind.
TEST(RouteMessage, SaysOfAWrappingWhatTheKernelReads) {
    net::Route route = to("203.0.113.0/24");
    route.encap = ip_wrapping(net::Family::Ipv4);
    const auto said = attributes_behind<rtmsg>(addition(route));
    EXPECT_EQ(to_hex(said.at(RTA_ENCAP_TYPE)), to_hex(octets_of(std::uint16_t{LWTUNNEL_ENCAP_IP})));
    EXPECT_EQ(said.at(RTA_ENCAP), NetlinkMessage{0}
                                      .attribute(LWTUNNEL_IP_ID, from_hex("0102030405060708"))
                                      .attribute(LWTUNNEL_IP_DST, address("198.51.100.1").bytes())
                                      .attribute(LWTUNNEL_IP_SRC, address("198.51.100.2").bytes())
                                      .attribute(LWTUNNEL_IP_TTL, from_hex("40"))
                                      .attribute(LWTUNNEL_IP_TOS, from_hex("10"))
                                      .attribute(LWTUNNEL_IP_FLAGS, from_hex("0400"))
                                      .inside());
    route.encap = into_tunnel(net::Family::Ipv6, 5);
    const auto said6 = attributes_behind<rtmsg>(addition(route));
    EXPECT_EQ(to_hex(said6.at(RTA_ENCAP_TYPE)), to_hex(octets_of(std::uint16_t{LWTUNNEL_ENCAP_IP6})));
    EXPECT_EQ(said6.at(RTA_ENCAP),
              NetlinkMessage{0}.attribute(LWTUNNEL_IP6_ID, from_hex("0000000000000005")).inside());
}

// The kernel tells of those that nobody gave as well.
TEST(RouteMessage, TakesAnAddressOfZerosInAWrappingForNone) {
    const auto wrapping = NetlinkMessage{0}
                              .attribute(LWTUNNEL_IP_DST, address("198.51.100.1").bytes())
                              .attribute(LWTUNNEL_IP_SRC, address("0.0.0.0").bytes())
                              .inside();
    constexpr std::uint16_t kKind = LWTUNNEL_ENCAP_IP;
    rtmsg header{};
    header.rtm_family = AF_INET;
    header.rtm_type = RTN_UNICAST;
    const auto messages = decoded_routes(NetlinkMessage{RTM_NEWROUTE}
                                             .put(header)
                                             .attribute(RTA_ENCAP_TYPE, octets_of(kKind))
                                             .attribute(RTA_ENCAP, Bytes{wrapping})
                                             .bytes());
    ASSERT_EQ(messages.size(), 1u);
    net::IpEncap expected;
    expected.destination = address("198.51.100.1");
    EXPECT_EQ(std::get<RouteHeard>(messages[0]).route.encap, net::Encap{expected});
}

TEST(RouteMessage, SaysWhereARouteStandsAmongItsLike) {
    for (const auto& [place, flags] : {std::pair{RoutePlace::First, 0},
                                       {RoutePlace::Last, NLM_F_APPEND},
                                       {RoutePlace::Alone, NLM_F_EXCL}}) {
        std::vector<std::byte> batch;
        append_add_route(batch, to("203.0.113.0/24"), place, 1);
        EXPECT_EQ(structure_of<nlmsghdr>(batch).nlmsg_flags,
                  NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | flags);
    }
}

TEST(RouteMessage, AsksForTheRoutesOfOneProtocolOrTable) {
    for (const auto& [family, number] :
         {std::pair{net::Family::Ipv4, AF_INET}, {net::Family::Ipv6, AF_INET6}}) {
        std::vector<std::byte> ours;
        append_dump_routes(ours, family, 3);
        std::vector<std::byte> of_main;
        append_dump_main_routes(of_main, family, 4);
        for (const std::vector<std::byte>& request : {ours, of_main}) {
            EXPECT_EQ(structure_of<nlmsghdr>(request).nlmsg_type, RTM_GETROUTE);
            EXPECT_EQ(structure_of<nlmsghdr>(request).nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
            EXPECT_EQ(structure_of<rtmsg>(request).rtm_family, number);
            EXPECT_EQ(request.size(), sizeof(nlmsghdr) + sizeof(rtmsg));
        }
        EXPECT_EQ(structure_of<rtmsg>(ours).rtm_protocol, 18);
        EXPECT_EQ(structure_of<rtmsg>(ours).rtm_table, RT_TABLE_UNSPEC);
        EXPECT_EQ(structure_of<rtmsg>(of_main).rtm_protocol, RTPROT_UNSPEC);
        EXPECT_EQ(structure_of<rtmsg>(of_main).rtm_table, RT_TABLE_MAIN);
    }
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
