// Rules of the routing policy database, as the kernel is asked for them and tells of them.
#include <gtest/gtest.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "understudy/wire/rtnl_route.hpp"

#include "rtnl_support.hpp"
#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

// One that says everything that can stand together.
net::Rule full_rule() {
    net::Rule rule;
    rule.priority = 1000;
    rule.inverted = true;
    rule.from = net::Prefix::parse("192.0.2.0/24");
    rule.to = net::Prefix::parse("198.51.100.0/24");
    rule.tos = 0x10;
    rule.mark = 5;
    rule.mask = 0xff;
    rule.in_link = "eth0";
    rule.out_link = "eth1";
    rule.tunnel = 0x0102030405060708;
    rule.ip_protocol = 6;
    rule.users = net::Between<std::uint32_t>{1000, 2000};
    rule.source_ports = net::Between<std::uint16_t>{1024, 65535};
    rule.destination_ports = net::Between<std::uint16_t>{80, 80};
    rule.table = 1000;
    rule.suppress_prefix_length = 0;
    rule.suppress_group = 7;
    rule.realms = net::Realms{3, 4};
    return rule;
}

std::vector<std::byte> rule_addition(const net::Rule& rule) {
    std::vector<std::byte> batch;
    append_add_rule(batch, rule, 8);
    return batch;
}

std::vector<RouteMessage> rules_in(Bytes datagram) {
    std::vector<RouteMessage> messages;
    decode_routes(datagram, messages);
    return messages;
}

TEST(RuleMessage, SaysAllThatIsAskedFor) {
    EXPECT_EQ(rules_in(rule_addition(full_rule())), std::vector<RouteMessage>{RuleHeard{full_rule()}});
    net::Rule rule;
    rule.family = net::Family::Ipv6;
    rule.from = net::Prefix::parse("2001:db8::/32");
    rule.l3mdev = true;
    EXPECT_EQ(rules_in(rule_addition(rule)), std::vector<RouteMessage>{RuleHeard{rule}});
}

TEST(RuleMessage, IsRefusedIfThereIsSuchARule) {
    const auto header = structure_of<nlmsghdr>(rule_addition(full_rule()));
    EXPECT_EQ(header.nlmsg_type, RTM_NEWRULE);
    EXPECT_EQ(header.nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
    EXPECT_EQ(header.nlmsg_seq, 8u);
}

// struct fib_rule_uid_range and fib_rule_port_range: both ends in the host's order.
TEST(RuleMessage, SaysRangesAsTheKernelReadsThem) {
    const auto said = attributes_behind<fib_rule_hdr>(rule_addition(full_rule()));
    EXPECT_EQ(to_hex(said.at(FRA_UID_RANGE)), to_hex(octets_of(fib_rule_uid_range{1000, 2000})));
    EXPECT_EQ(to_hex(said.at(FRA_SPORT_RANGE)), to_hex(octets_of(fib_rule_port_range{1024, 65535})));
    EXPECT_EQ(to_hex(said.at(FRA_DPORT_RANGE)), to_hex(octets_of(fib_rule_port_range{80, 80})));
    EXPECT_EQ(to_hex(said.at(FRA_TUN_ID)), "0102030405060708") << "in network byte order";
    EXPECT_EQ(to_hex(said.at(FRA_IP_PROTO)), "06");
    EXPECT_EQ(to_hex(said.at(FRA_PROTOCOL)), "12");
}

TEST(RuleMessage, HasEachAction) {
    using net::RuleAction;
    for (const auto& [action, number] : {std::pair{RuleAction::Lookup, FR_ACT_TO_TBL},
                                         {RuleAction::Goto, FR_ACT_GOTO},
                                         {RuleAction::Nop, FR_ACT_NOP},
                                         {RuleAction::Blackhole, FR_ACT_BLACKHOLE},
                                         {RuleAction::Unreachable, FR_ACT_UNREACHABLE},
                                         {RuleAction::Prohibit, FR_ACT_PROHIBIT}}) {
        net::Rule rule;
        rule.action = action;
        if (action == RuleAction::Lookup) rule.table = 100;
        if (action == RuleAction::Goto) rule.target = 2000;
        const auto request = rule_addition(rule);
        EXPECT_EQ(structure_of<fib_rule_hdr>(request).action, number);
        EXPECT_EQ(rules_in(request), std::vector<RouteMessage>{RuleHeard{rule}});
    }
}

TEST(RuleMessage, WithAnActionThatNobodyKnowsIsSkipped) {
    fib_rule_hdr header{};
    header.family = AF_INET;
    header.action = FR_ACT_RES3;
    EXPECT_TRUE(rules_in(NetlinkMessage{RTM_NEWRULE}.put(header).bytes()).empty());
}

// A rule that suppresses nothing is told with all ones, and one without a protocol is nobody's.
TEST(RuleMessage, IsReadAsTheKernelTellsIt) {
    fib_rule_hdr header{};
    header.family = AF_INET;
    header.action = FR_ACT_TO_TBL;
    header.table = RT_TABLE_MAIN;
    net::Rule expected;
    expected.priority = 32766;
    expected.table = RT_TABLE_MAIN;
    expected.protocol = RTPROT_UNSPEC;
    EXPECT_EQ(rules_in(NetlinkMessage{RTM_NEWRULE}
                           .put(header)
                           .attribute(FRA_PRIORITY, 32766u)
                           .attribute(FRA_SUPPRESS_PREFIXLEN, 0xffff'ffffu)
                           .attribute(FRA_SUPPRESS_IFGROUP, 0xffff'ffffu)
                           .bytes()),
              std::vector<RouteMessage>{RuleHeard{expected}});
}

TEST(RuleMessage, PassesOverARangeThatIsCutOff) {
    fib_rule_hdr header{};
    header.family = AF_INET;
    header.action = FR_ACT_TO_TBL;
    const auto messages = rules_in(NetlinkMessage{RTM_NEWRULE}
                                       .put(header)
                                       .attribute(FRA_UID_RANGE, from_hex("e8030000"))
                                       .attribute(FRA_SPORT_RANGE, from_hex("5000"))
                                       .bytes());
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(std::get<RuleHeard>(messages[0]).rule.users, std::nullopt);
    EXPECT_EQ(std::get<RuleHeard>(messages[0]).rule.source_ports, std::nullopt);
}

TEST(RuleMessage, AsksForTheRulesOfOneFamily) {
    for (const auto& [family, number] :
         {std::pair{net::Family::Ipv4, AF_INET}, {net::Family::Ipv6, AF_INET6}}) {
        std::vector<std::byte> request;
        append_dump_rules(request, family, 9);
        EXPECT_EQ(structure_of<nlmsghdr>(request).nlmsg_type, RTM_GETRULE);
        EXPECT_EQ(structure_of<nlmsghdr>(request).nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
        EXPECT_EQ(structure_of<fib_rule_hdr>(request).family, number);
        EXPECT_EQ(request.size(), sizeof(nlmsghdr) + sizeof(fib_rule_hdr));
    }
}

}  // namespace
}  // namespace understudy::wire
