#include <linux/fib_rules.h>
#include <linux/ila.h>
#include <linux/lwtunnel.h>
#include <linux/mpls.h>
#include <linux/mpls_iptunnel.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <optional>

#include "understudy/wire/rtnl_route.hpp"

#include "rtnl_attributes.hpp"
#include "rtnl_route_message.hpp"

namespace understudy::wire {

namespace {

constexpr std::size_t kLabel = 4;  // octets in a stack of labels

std::optional<net::Family> family_of(std::uint8_t number) {
    if (number == AF_INET) return net::Family::Ipv4;
    if (number == AF_INET6) return net::Family::Ipv6;
    return std::nullopt;
}

template <typename T>
void load_into(T& to, Bytes value) {
    to = load<T>(value).value_or(to);
}

std::optional<std::uint32_t> word(Bytes value) { return load<std::uint32_t>(value); }

// From network byte order; what is shorter counts as 0.
template <typename T>
T big_endian(Bytes value) {
    T number = 0;
    if (value.size() < sizeof(T)) return number;
    for (std::size_t i = 0; i < sizeof(T); ++i)
        number = static_cast<T>(number << 8 | std::to_integer<T>(value[i]));
    return number;
}

// Only one of the family; a gateway of the other one is not asked for here.
std::optional<net::Address> address_of(net::Family family, Bytes value) {
    return value.size() == net::address_size(family) ? net::Address::from_bytes(value) : std::nullopt;
}

net::Address unspecified(net::Family family) {
    constexpr std::array<std::byte, 16> kZero{};
    return *net::Address::from_bytes(Bytes{kZero}.first(net::address_size(family)));
}

// What the header says of the length, and an attribute of the address; without one it is all zero.
std::optional<net::Prefix> prefix_of(net::Family family, Bytes value, std::uint8_t length) {
    if (length > net::full_length(family)) return std::nullopt;
    const auto address = value.empty() ? unspecified(family) : address_of(family, value);
    if (!address) return std::nullopt;
    return net::Prefix{*address, length};
}

std::optional<net::Realms> realms_of(Bytes value) {
    const auto both = word(value);
    if (!both) return std::nullopt;
    return net::Realms{static_cast<std::uint8_t>(*both >> 16), static_cast<std::uint8_t>(*both)};
}

net::IpEncap ip_encap(net::Family family, Bytes inside) {
    net::IpEncap encap;
    encap.family = family;
    for_each_attribute(inside, [&](int type, Bytes value) {
        if (type == LWTUNNEL_IP_ID) encap.id = big_endian<std::uint64_t>(value);
        if (type == LWTUNNEL_IP_DST) encap.destination = address_of(family, value);
        if (type == LWTUNNEL_IP_SRC) encap.source = address_of(family, value);
        if (type == LWTUNNEL_IP_TTL) load_into(encap.hop_limit, value);
        if (type == LWTUNNEL_IP_TOS) load_into(encap.tos, value);
        if (type == LWTUNNEL_IP_FLAGS) encap.flags = big_endian<std::uint16_t>(value);
    });
    // The kernel tells of an address that was not given as all zero.
    for (auto* const address : {&encap.destination, &encap.source})
        if (*address && (*address)->is_unspecified()) address->reset();
    return encap;
}

net::Encap encap_of(std::uint16_t kind, Bytes inside) {
    if (kind == LWTUNNEL_ENCAP_IP) return ip_encap(net::Family::Ipv4, inside);
    if (kind == LWTUNNEL_ENCAP_IP6) return ip_encap(net::Family::Ipv6, inside);
    net::Encap encap;
    for_each_attribute(inside, [&](int type, Bytes value) {
        if (kind == LWTUNNEL_ENCAP_ILA && type == ILA_ATTR_LOCATOR)
            encap = net::IlaEncap{big_endian<std::uint64_t>(value)};
        if (kind != LWTUNNEL_ENCAP_MPLS || type != MPLS_IPTUNNEL_DST) return;
        net::MplsEncap mpls;
        for (; value.size() >= kLabel; value = value.subspan(kLabel))
            mpls.labels.push_back(big_endian<std::uint32_t>(value) >> MPLS_LS_LABEL_SHIFT);
        encap = std::move(mpls);
    });
    return encap;
}

net::RouteMetrics metrics_of(Bytes inside) {
    net::RouteMetrics metrics;
    for_each_attribute(inside, [&](int type, Bytes value) {
        if (type == RTAX_LOCK) load_into(metrics.locked, value);
        if (type == RTAX_CC_ALGO) metrics.congestion_control = text_of(value);
        const auto metric = static_cast<std::size_t>(type);
        if (type > RTAX_LOCK && type != RTAX_CC_ALGO && metric < net::kMetrics)
            metrics.values[metric] = word(value);
    });
    return metrics;
}

struct Wrapping {
    std::uint16_t kind = 0;
    Bytes inside;
};

net::NextHop hop_of(net::Family family, const rtnexthop& header, Bytes attributes) {
    net::NextHop hop;
    hop.link = net::LinkIndex{static_cast<std::uint32_t>(header.rtnh_ifindex)};
    hop.weight = static_cast<std::uint16_t>(header.rtnh_hops + 1);
    hop.onlink = (header.rtnh_flags & RTNH_F_ONLINK) != 0;
    Wrapping wrapping;
    for_each_attribute(attributes, [&](int type, Bytes value) {
        if (type == RTA_GATEWAY) hop.gateway = address_of(family, value);
        if (type == RTA_FLOW) hop.realms = realms_of(value);
        if (type == RTA_ENCAP_TYPE) load_into(wrapping.kind, value);
        if (type == RTA_ENCAP) wrapping.inside = value;
    });
    hop.encap = encap_of(wrapping.kind, wrapping.inside);
    return hop;
}

std::vector<net::NextHop> hops_of(net::Family family, Bytes bytes) {
    std::vector<net::NextHop> hops;
    while (const auto header = load<rtnexthop>(bytes)) {
        if (header->rtnh_len < sizeof(rtnexthop) || header->rtnh_len > bytes.size()) break;
        hops.push_back(hop_of(family, *header, bytes.first(header->rtnh_len).subspan(sizeof(rtnexthop))));
        bytes = after(bytes, header->rtnh_len);
    }
    return hops;
}

struct RouteAttributes {
    net::Family family = net::Family::Ipv4;
    Bytes destination;
    Bytes source;
    Wrapping wrapping;
    net::Route route;
};

void read_way(RouteAttributes& to, int type, Bytes value) {
    net::Route& route = to.route;
    if (type == RTA_GATEWAY) route.gateway = address_of(to.family, value);
    if (type == RTA_OIF) load_into(route.link.value, value);
    if (type == RTA_PREFSRC) route.preferred_source = address_of(to.family, value);
    if (type == RTA_MULTIPATH) route.hops = hops_of(to.family, value);
    if (type == RTA_ENCAP_TYPE) load_into(to.wrapping.kind, value);
    if (type == RTA_ENCAP) to.wrapping.inside = value;
}

void read_route_attribute(RouteAttributes& to, int type, Bytes value) {
    net::Route& route = to.route;
    if (type == RTA_DST) to.destination = value;
    if (type == RTA_SRC) to.source = value;
    if (type == RTA_TABLE) load_into(route.table, value);
    if (type == RTA_PRIORITY) load_into(route.metric, value);
    if (type == RTA_METRICS) route.metrics = metrics_of(value);
    if (type == RTA_FLOW) route.realms = realms_of(value);
    if (type == RTA_PREF) route.preference = load<std::uint8_t>(value);
    if (type == RTA_EXPIRES)
        if (const auto left = word(value)) route.expires = seconds{*left};
    if (type == RTA_TTL_PROPAGATE)
        if (const auto how = load<std::uint8_t>(value)) route.ttl_propagate = *how != 0;
    read_way(to, type, value);
}

std::optional<net::Route> decode_route(Bytes payload) {
    const std::optional<rtmsg> header = load<rtmsg>(payload);
    const auto family = header ? family_of(header->rtm_family) : std::nullopt;
    if (!family || (header->rtm_flags & RTM_F_CLONED) != 0) return std::nullopt;
    if (header->rtm_type < RTN_UNICAST || header->rtm_type > RTN_NAT) return std::nullopt;
    RouteAttributes found;
    found.family = *family;
    found.route.table = header->rtm_table;
    for_each_attribute(after(payload, sizeof(rtmsg)),
                       [&](int type, Bytes value) { read_route_attribute(found, type, value); });
    const auto destination = prefix_of(*family, found.destination, header->rtm_dst_len);
    const auto source = prefix_of(*family, found.source, header->rtm_src_len);
    if (!destination || !source) return std::nullopt;
    found.route.destination = *destination;
    if (header->rtm_src_len > 0) found.route.source = source;
    found.route.type = static_cast<net::RouteType>(header->rtm_type);
    found.route.protocol = header->rtm_protocol;
    found.route.scope = header->rtm_scope;
    found.route.tos = header->rtm_tos;
    found.route.onlink = (header->rtm_flags & RTNH_F_ONLINK) != 0;
    found.route.encap = encap_of(found.wrapping.kind, found.wrapping.inside);
    return found.route;
}

template <typename T>
std::optional<net::Between<T>> range_of(Bytes value) {
    const auto ends = load<std::array<T, 2>>(value);
    if (!ends) return std::nullopt;
    return net::Between<T>{(*ends)[0], (*ends)[1]};
}

struct RuleAttributes {
    Bytes from;
    Bytes to;
    net::Rule rule;
};

void read_selector(RuleAttributes& to, int type, Bytes value) {
    net::Rule& rule = to.rule;
    if (type == FRA_SRC) to.from = value;
    if (type == FRA_DST) to.to = value;
    if (type == FRA_IIFNAME) rule.in_link = text_of(value);
    if (type == FRA_OIFNAME) rule.out_link = text_of(value);
    if (type == FRA_FWMARK) rule.mark = word(value);
    if (type == FRA_FWMASK) rule.mask = word(value);
    if (type == FRA_TUN_ID) rule.tunnel = big_endian<std::uint64_t>(value);
    if (type == FRA_IP_PROTO) load_into(rule.ip_protocol, value);
    if (type == FRA_UID_RANGE) rule.users = range_of<std::uint32_t>(value);
    if (type == FRA_SPORT_RANGE) rule.source_ports = range_of<std::uint16_t>(value);
    if (type == FRA_DPORT_RANGE) rule.destination_ports = range_of<std::uint16_t>(value);
}

// The kernel tells of a suppression that was not asked for as of all ones.
std::optional<std::uint32_t> suppression(Bytes value) {
    const auto number = word(value);
    return number == kForEver ? std::nullopt : number;
}

void read_action(net::Rule& rule, int type, Bytes value) {
    if (type == FRA_PRIORITY) load_into(rule.priority, value);
    if (type == FRA_TABLE) load_into(rule.table, value);
    if (type == FRA_GOTO) load_into(rule.target, value);
    if (type == FRA_L3MDEV) rule.l3mdev = load<std::uint8_t>(value).value_or(0) != 0;
    if (type == FRA_SUPPRESS_PREFIXLEN) rule.suppress_prefix_length = suppression(value);
    if (type == FRA_SUPPRESS_IFGROUP) rule.suppress_group = suppression(value);
    if (type == FRA_FLOW) rule.realms = realms_of(value);
    if (type == FRA_PROTOCOL) load_into(rule.protocol, value);
}

std::optional<net::RuleAction> action_of(std::uint8_t number) {
    switch (number) {
        case FR_ACT_TO_TBL:
            return net::RuleAction::Lookup;
        case FR_ACT_GOTO:
            return net::RuleAction::Goto;
        case FR_ACT_NOP:
            return net::RuleAction::Nop;
        case FR_ACT_BLACKHOLE:
            return net::RuleAction::Blackhole;
        case FR_ACT_UNREACHABLE:
            return net::RuleAction::Unreachable;
        case FR_ACT_PROHIBIT:
            return net::RuleAction::Prohibit;
        default:
            return std::nullopt;
    }
}

std::optional<net::Rule> decode_rule(Bytes payload) {
    const std::optional<fib_rule_hdr> header = load<fib_rule_hdr>(payload);
    const auto family = header ? family_of(header->family) : std::nullopt;
    const auto action = header ? action_of(header->action) : std::nullopt;
    if (!family || !action) return std::nullopt;
    RuleAttributes found;
    found.rule.protocol = RTPROT_UNSPEC;
    found.rule.table = header->table;
    for_each_attribute(after(payload, sizeof(fib_rule_hdr)), [&](int type, Bytes value) {
        read_selector(found, type, value);
        read_action(found.rule, type, value);
    });
    const auto from = prefix_of(*family, found.from, header->src_len);
    const auto to = prefix_of(*family, found.to, header->dst_len);
    if (!from || !to) return std::nullopt;
    if (header->src_len > 0) found.rule.from = from;
    if (header->dst_len > 0) found.rule.to = to;
    found.rule.family = *family;
    found.rule.action = *action;
    found.rule.tos = header->tos;
    found.rule.inverted = (header->flags & FIB_RULE_INVERT) != 0;
    return found.rule;
}

}  // namespace

std::optional<RouteMessage> decode_route_message(const nlmsghdr& header, Bytes payload) {
    if (header.nlmsg_type == RTM_NEWROUTE || header.nlmsg_type == RTM_DELROUTE) {
        auto route = decode_route(payload);
        if (!route) return std::nullopt;
        if (header.nlmsg_type == RTM_DELROUTE) return RouteRemoved{*std::move(route)};
        return RouteHeard{*std::move(route), (header.nlmsg_flags & NLM_F_REPLACE) != 0};
    }
    if (header.nlmsg_type != RTM_NEWRULE && header.nlmsg_type != RTM_DELRULE) return std::nullopt;
    auto rule = decode_rule(payload);
    if (!rule) return std::nullopt;
    if (header.nlmsg_type == RTM_DELRULE) return RuleRemoved{*std::move(rule)};
    return RuleHeard{*std::move(rule)};
}

void decode_routes(Bytes datagram, std::vector<RouteMessage>& out) {
    while (const std::optional<nlmsghdr> header = load<nlmsghdr>(datagram)) {
        if (header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > datagram.size()) return;
        const Bytes payload = datagram.first(header->nlmsg_len).subspan(sizeof(nlmsghdr));
        if (auto message = decode_route_message(*header, payload)) out.push_back(*std::move(message));
        datagram = after(datagram, header->nlmsg_len);
    }
}

}  // namespace understudy::wire
