// Requests about routes and rules against the kernel itself: it does what we ask, and what it then tells is
// what we asked for.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "understudy/wire/rtnl.hpp"
#include "understudy/wire/rtnl_route.hpp"

#include "namespaces.hpp"
#include "netlink_socket.hpp"

namespace understudy::os::test {
namespace {

using net::Metric;
using Batch = std::vector<std::byte>;

net::Address address(std::string_view text) { return *net::Address::parse(text); }
net::Prefix prefix(std::string_view text) { return *net::Prefix::parse(text); }

class RouteMessages : public NamespaceTest {
protected:
    void SetUp() override {
        NamespaceTest::SetUp();
        if (IsSkipped()) return;
        here_ = std::make_unique<Namespace>();
        here_->enter();
        ip("link add eth0 type veth peer name peer0");
        ip("link set eth0 up");
        ip("link set peer0 up");
        ip("address add 192.0.2.1/24 dev eth0");
        ip("address add 2001:db8::1/64 dev eth0 nodad");
        link_ = link_index("eth0");
        socket_ = *open_netlink(0, {1u << 20, true});
        buffer_.resize(kNetlinkDatagram);
    }

    // The kernel's answer: 0 or an errno.
    int ask(const Batch& request) {
        EXPECT_TRUE(send_netlink(socket_.fd.get(), request, "ask"));
        std::vector<wire::RtnlMessage> messages;
        const auto datagram = receive_netlink(socket_.fd.get(), buffer_);
        if (!datagram) return datagram.error();
        wire::decode_rtnl(*datagram, messages);
        return messages.empty() ? -1 : std::get<wire::Answer>(messages.front()).error;
    }

    std::vector<wire::RouteMessage> dump(const Batch& request) {
        EXPECT_TRUE(send_netlink(socket_.fd.get(), request, "dump"));
        std::vector<wire::RouteMessage> found;
        for (bool ended = false; !ended;) {
            const auto datagram = receive_netlink(socket_.fd.get(), buffer_);
            if (!datagram) break;
            wire::decode_routes(*datagram, found);
            std::vector<wire::RtnlMessage> messages;
            wire::decode_rtnl(*datagram, messages);
            ended = std::ranges::any_of(
                messages, [](const auto& one) { return std::holds_alternative<wire::DumpEnded>(one); });
        }
        return found;
    }

    // Those of our protocol.
    std::vector<net::Route> routes(net::Family family) {
        Batch request;
        wire::append_dump_routes(request, family, 7);
        std::vector<net::Route> ours;
        for (const wire::RouteMessage& message : dump(request))
            if (const auto* const heard = std::get_if<wire::RouteHeard>(&message))
                if (heard->route.protocol == net::kKeepalivedRouteProtocol) ours.push_back(heard->route);
        return ours;
    }
    std::vector<net::Rule> rules(net::Family family) {
        Batch request;
        wire::append_dump_rules(request, family, 7);
        std::vector<net::Rule> ours;
        for (const wire::RouteMessage& message : dump(request))
            if (const auto* const heard = std::get_if<wire::RuleHeard>(&message))
                if (heard->rule.protocol == net::kKeepalivedRouteProtocol) ours.push_back(heard->rule);
        return ours;
    }

    int add(const net::Route& route, wire::RoutePlace place = wire::RoutePlace::First) {
        Batch request;
        wire::append_add_route(request, route, place, 1);
        return ask(request);
    }
    int remove(const net::Route& route) {
        Batch request;
        wire::append_remove_route(request, route, 2);
        return ask(request);
    }
    int add(const net::Rule& rule) {
        Batch request;
        wire::append_add_rule(request, rule, 3);
        return ask(request);
    }
    int remove(const net::Rule& rule) {
        Batch request;
        wire::append_remove_rule(request, rule, 4);
        return ask(request);
    }

    // Asked for, told, and taken away again.
    void expect_kept(const net::Route& route) {
        EXPECT_EQ(add(route), 0);
        EXPECT_EQ(routes(route.family()), std::vector{route});
        EXPECT_EQ(add(route), EEXIST);
        EXPECT_EQ(remove(route), 0);
        EXPECT_EQ(routes(route.family()), std::vector<net::Route>{});
        EXPECT_EQ(remove(route), ESRCH);
    }
    void expect_kept(const net::Rule& rule) {
        EXPECT_EQ(add(rule), 0);
        EXPECT_EQ(rules(rule.family), std::vector{rule});
        EXPECT_EQ(add(rule), EEXIST);
        EXPECT_EQ(remove(rule), 0);
        EXPECT_EQ(rules(rule.family), std::vector<net::Rule>{});
        EXPECT_EQ(remove(rule), ENOENT);
    }

    net::Route to(std::string_view destination) {
        net::Route route;
        route.destination = prefix(destination);
        route.link = link_;
        if (route.family() == net::Family::Ipv6) {
            route.metric = 1024;
            route.preference = 0;
        }
        return route;
    }

    net::LinkIndex link_;

private:
    std::unique_ptr<Namespace> here_;
    NetlinkSocket socket_;
    std::vector<std::byte> buffer_;
};

TEST_F(RouteMessages, KeepARouteThroughAGateway) {
    net::Route route = to("203.0.113.0/24");
    route.gateway = address("192.0.2.2");
    route.preferred_source = address("192.0.2.1");
    route.metric = 10;
    expect_kept(route);
    expect_kept(to("0.0.0.0/0"));
}

TEST_F(RouteMessages, KeepARouteInATableOfItsOwn) {
    net::Route route = to("203.0.113.0/24");
    route.table = 100'000;
    route.tos = 0x10;
    route.scope = 253;
    route.realms = net::Realms{3, 4};
    expect_kept(route);
}

TEST_F(RouteMessages, KeepMetricsAndTheirLocks) {
    net::Route route = to("203.0.113.0/24");
    route.metrics.set(Metric::Mtu, 1400);
    route.metrics.lock(Metric::Mtu);
    route.metrics.set(Metric::Rtt, 2400);
    route.metrics.set(Metric::InitCwnd, 20);
    route.metrics.set(Metric::QuickAck, 1);
    route.metrics.congestion_control = "reno";
    expect_kept(route);
}

TEST_F(RouteMessages, KeepSeveralWays) {
    net::Route route = to("203.0.113.0/24");
    route.link = {};
    route.hops.push_back({address("192.0.2.2"), link_, 3, false, {}, std::nullopt});
    route.hops.push_back({address("192.0.9.9"), link_, 256, true, {}, net::Realms{0, 5}});
    expect_kept(route);
}

TEST_F(RouteMessages, KeepARouteThatLeadsNowhere) {
    for (const net::RouteType type : {net::RouteType::Blackhole, net::RouteType::Unreachable,
                                      net::RouteType::Prohibit, net::RouteType::Throw}) {
        net::Route route = to("203.0.113.0/24");
        route.link = {};
        route.type = type;
        expect_kept(route);
    }
}

TEST_F(RouteMessages, KeepARouteOfIPv6) {
    expect_kept(to("2001:db8:1::/48"));
    expect_kept(to("::/0"));
    net::Route route = to("2001:db8:2::/48");
    route.gateway = address("2001:db8::2");
    route.metric = 7;
    route.preference = 1;
    expect_kept(route);
}

TEST_F(RouteMessages, KeepSeveralWaysOfIPv6) {
    net::Route route = to("2001:db8:1::/48");
    route.link = {};
    route.hops.push_back({address("2001:db8::2"), link_, 3, false, {}, std::nullopt});
    route.hops.push_back({address("2001:db8::3"), link_, 1, false, {}, std::nullopt});
    expect_kept(route);
}

TEST_F(RouteMessages, WrapPackets) {
    net::Route route = to("203.0.113.0/24");
    net::IpEncap encap;
    encap.id = 5;
    encap.destination = address("192.0.2.3");
    encap.source = address("192.0.2.1");
    encap.tos = 4;
    encap.hop_limit = 9;
    route.encap = encap;
    expect_kept(route);
    route = to("2001:db8:1::/48");
    encap = {};
    encap.family = net::Family::Ipv6;
    encap.id = 0x1234567890;
    encap.destination = address("2001:db8::3");
    encap.hop_limit = 9;
    route.encap = encap;
    expect_kept(route);
}

TEST_F(RouteMessages, PutARouteBeforeOrBehindItsLike) {
    net::Route first = to("203.0.113.0/24");
    first.gateway = address("192.0.2.2");
    net::Route second = first;
    second.gateway = address("192.0.2.3");
    net::Route third = first;
    third.gateway = address("192.0.2.4");
    EXPECT_EQ(add(first), 0);
    EXPECT_EQ(add(second), 0);
    EXPECT_EQ(add(third, wire::RoutePlace::Last), 0);
    EXPECT_EQ(routes(net::Family::Ipv4), (std::vector{second, first, third}));
    third.gateway = address("192.0.2.5");
    EXPECT_EQ(add(third, wire::RoutePlace::Alone), EEXIST);
}

TEST_F(RouteMessages, KeepARuleThatLooksUp) {
    net::Rule rule;
    rule.priority = 1000;
    rule.table = 100'000;
    rule.from = prefix("192.0.2.10/32");
    rule.to = prefix("203.0.113.0/24");
    rule.in_link = "eth0";
    rule.out_link = "not-there";
    rule.suppress_prefix_length = 0;
    rule.suppress_group = 3;
    rule.realms = net::Realms{1, 2};
    rule.inverted = true;
    expect_kept(rule);
}

TEST_F(RouteMessages, KeepARuleOfIPv6) {
    net::Rule rule;
    rule.family = net::Family::Ipv6;
    rule.priority = 1000;
    rule.table = 100;
    rule.from = prefix("2001:db8::/64");
    expect_kept(rule);
}

TEST_F(RouteMessages, KeepWhatARuleSelects) {
    net::Rule rule;
    rule.priority = 1000;
    rule.table = 100;
    rule.tos = 0x10;
    rule.mark = 5;
    rule.mask = 0xff;
    rule.tunnel = 0x1234567890;
    rule.ip_protocol = 6;
    rule.users = net::Between<std::uint32_t>{5, 10};
    rule.source_ports = net::Between<std::uint16_t>{10, 20};
    rule.destination_ports = net::Between<std::uint16_t>{80, 80};
    expect_kept(rule);
}

TEST_F(RouteMessages, KeepWhatARuleDoes) {
    net::Rule rule;
    rule.priority = 1000;
    for (const net::RuleAction action : {net::RuleAction::Nop, net::RuleAction::Blackhole,
                                         net::RuleAction::Unreachable, net::RuleAction::Prohibit}) {
        rule.action = action;
        expect_kept(rule);
    }
    rule.action = net::RuleAction::Goto;
    rule.target = 2000;
    expect_kept(rule);
}

}  // namespace
}  // namespace understudy::os::test
