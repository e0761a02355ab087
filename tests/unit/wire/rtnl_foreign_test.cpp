// What of the kernel's news is somebody else's: told are links and addresses, whoever made them, and of
// routes and rules only those of keepalived's protocol and those that pushed another one out.
#include <gtest/gtest.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "understudy/wire/rtnl.hpp"
#include "understudy/wire/rtnl_route.hpp"

#include "rtnl_support.hpp"
#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

using News = std::vector<RtnlMessage>;

News news_in(Bytes datagram) {
    News news;
    decode_rtnl(datagram, news);
    return news;
}

net::Route route_of(std::uint8_t protocol) {
    net::Route route;
    route.destination = *net::Prefix::parse("203.0.113.0/24");
    route.link = net::LinkIndex{7};
    route.protocol = protocol;
    return route;
}

net::Rule rule_of(std::uint8_t protocol) {
    net::Rule rule;
    rule.priority = 5;
    rule.table = 100;
    rule.protocol = protocol;
    return rule;
}

TEST(News, OfRoutesAndRulesAreThoseOfOurProtocol) {
    std::vector<std::byte> datagram;
    for (const std::uint8_t protocol : {std::uint8_t{RTPROT_STATIC}, std::uint8_t{18}}) {
        append_add_route(datagram, route_of(protocol), RoutePlace::First, 1);
        append_remove_route(datagram, route_of(protocol), 2);
        append_add_rule(datagram, rule_of(protocol), 3);
        append_remove_rule(datagram, rule_of(protocol), 4);
    }
    EXPECT_EQ(news_in(datagram), (News{RouteHeard{route_of(18)}, RouteRemoved{route_of(18)},
                                       RuleHeard{rule_of(18)}, RuleRemoved{rule_of(18)}}));
}

// It may have pushed out one of ours, of which the kernel then says nothing.
TEST(News, TellOfAStrangersRouteThatReplacedAnother) {
    rtmsg header{};
    header.rtm_family = AF_INET;
    header.rtm_type = RTN_UNICAST;
    header.rtm_protocol = RTPROT_STATIC;
    header.rtm_dst_len = 24;
    header.rtm_table = RT_TABLE_MAIN;
    const auto datagram = NetlinkMessage{RTM_NEWROUTE, 0, NLM_F_REPLACE}
                              .put(header)
                              .attribute(RTA_DST, address("203.0.113.0").bytes())
                              .attribute(RTA_OIF, 7u)
                              .bytes();
    EXPECT_EQ(news_in(datagram), News{(RouteHeard{route_of(RTPROT_STATIC), true})});
    EXPECT_NE(news_in(datagram), News{(RouteHeard{route_of(RTPROT_STATIC), false})});
}

TEST(News, AreTheSameIfTheySayTheSame) {
    ifinfomsg header{};
    header.ifi_index = 9;
    const auto about = [&](std::uint16_t type) {
        return NetlinkMessage{type}.put(header).attribute(IFLA_IFNAME, "eth0").bytes();
    };
    net::Link link;
    link.index = {9};
    link.name = "eth0";
    net::Link other = link;
    other.name = "eth1";
    EXPECT_EQ(news_in(about(RTM_NEWLINK)), News{LinkHeard{link}});
    EXPECT_NE(news_in(about(RTM_NEWLINK)), News{LinkHeard{other}});
    EXPECT_EQ(news_in(about(RTM_DELLINK)), News{LinkRemoved{{9}}});
    EXPECT_NE(news_in(about(RTM_DELLINK)), News{LinkRemoved{{8}}});
    KernelAddress virtual_one;
    virtual_one.link = net::LinkIndex{9};
    virtual_one.prefix = {address("192.0.2.100"), 24};
    std::vector<std::byte> removal;
    append_remove_address(removal, virtual_one, 1);
    EXPECT_EQ(news_in(removal), News{AddressRemoved{virtual_one}});
    EXPECT_NE(news_in(removal), News{AddressHeard{virtual_one}});
}

}  // namespace
}  // namespace understudy::wire
