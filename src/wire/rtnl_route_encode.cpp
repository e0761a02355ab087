#include <linux/fib_rules.h>
#include <linux/ila.h>
#include <linux/lwtunnel.h>
#include <linux/mpls.h>
#include <linux/mpls_iptunnel.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <bit>
#include <cstring>
#include <span>

#include "understudy/base/overloaded.hpp"
#include "understudy/wire/rtnl_route.hpp"

#include "rtnl_message.hpp"

namespace understudy::wire {

namespace {

// More than the largest request without its hops, whose metrics, encapsulation and names are all bounded.
constexpr std::size_t kRouteRoom = 1024;
constexpr std::size_t kHopRoom = 256;

std::uint8_t number_of(net::Family family) { return family == net::Family::Ipv4 ? AF_INET : AF_INET6; }

// In a header; a number that does not fit there stands in an attribute only.
std::uint8_t short_table(std::uint32_t table) {
    return table < 256 ? static_cast<std::uint8_t>(table) : std::uint8_t{RT_TABLE_UNSPEC};
}

template <typename T>
Bytes octets_of(const T& value) {
    return std::as_bytes(std::span{&value, 1});
}

// In network byte order.
template <typename T>
void put_big_endian(Message& message, std::uint16_t type, T value) {
    std::array<std::byte, sizeof(T)> octets{};
    for (std::size_t i = 0; i < sizeof(T); ++i)
        octets[sizeof(T) - 1 - i] = static_cast<std::byte>(value >> (8 * i) & 0xff);
    message.put(type, octets);
}

void put_encap(Message& message, const net::IpEncap& encap) {
    // The numbers of the two families are the same.
    if (encap.id != 0) put_big_endian(message, LWTUNNEL_IP_ID, encap.id);
    if (encap.destination) message.put(LWTUNNEL_IP_DST, encap.destination->bytes());
    if (encap.source) message.put(LWTUNNEL_IP_SRC, encap.source->bytes());
    if (encap.hop_limit != 0) message.put_u8(LWTUNNEL_IP_TTL, encap.hop_limit);
    if (encap.tos != 0) message.put_u8(LWTUNNEL_IP_TOS, encap.tos);
    if (encap.flags != 0) put_big_endian(message, LWTUNNEL_IP_FLAGS, encap.flags);
}

void put_encap(Message& message, const net::MplsEncap& encap) {
    UNDERSTUDY_ASSERT(encap.labels.size() <= net::kMostLabels);
    std::vector<std::byte> stack;
    for (const std::uint32_t label : encap.labels) {
        const bool last = &label == &encap.labels.back();
        const std::uint32_t entry = label << MPLS_LS_LABEL_SHIFT | (last ? MPLS_LS_S_MASK : 0);
        for (const unsigned shift : {24u, 16u, 8u, 0u})
            stack.push_back(static_cast<std::byte>(entry >> shift & 0xff));
    }
    message.put(MPLS_IPTUNNEL_DST, stack);
}

void put_encap(Message& message, const net::IlaEncap& encap) {
    put_big_endian(message, ILA_ATTR_LOCATOR, encap.locator);
}

std::uint16_t type_of(const net::IpEncap& encap) {
    return encap.family == net::Family::Ipv4 ? LWTUNNEL_ENCAP_IP : LWTUNNEL_ENCAP_IP6;
}
std::uint16_t type_of(const net::MplsEncap&) { return LWTUNNEL_ENCAP_MPLS; }
std::uint16_t type_of(const net::IlaEncap&) { return LWTUNNEL_ENCAP_ILA; }

void put_encap(Message& message, const net::Encap& encap) {
    std::visit(overloaded{[](std::monostate) {},
                          [&](const auto& one) {
                              message.put_u16(RTA_ENCAP_TYPE, type_of(one));
                              message.nest(RTA_ENCAP, [&] { put_encap(message, one); });
                          }},
               encap);
}

void put_realms(Message& message, std::uint16_t type, const std::optional<net::Realms>& realms) {
    if (realms) message.put_u32(type, std::uint32_t{realms->from} << 16 | realms->to);
}

void put_metrics(Message& message, const net::RouteMetrics& metrics) {
    if (metrics.empty()) return;
    UNDERSTUDY_ASSERT(metrics.congestion_control.size() <= kLongestName);
    message.nest(RTA_METRICS, [&] {
        for (std::size_t metric = 0; metric < net::kMetrics; ++metric)
            if (metrics.values[metric])
                message.put_u32(static_cast<std::uint16_t>(metric), *metrics.values[metric]);
        if (!metrics.congestion_control.empty()) message.put_text(RTAX_CC_ALGO, metrics.congestion_control);
        if (metrics.locked != 0) message.put_u32(RTAX_LOCK, metrics.locked);
    });
}

void put_hop(Message& message, const net::NextHop& hop) {
    const std::size_t start = message.length();
    rtnexthop header{};
    header.rtnh_hops = static_cast<std::uint8_t>(hop.weight - 1);
    if (hop.onlink) header.rtnh_flags = RTNH_F_ONLINK;
    header.rtnh_ifindex = static_cast<int>(hop.link.value);
    message.put_raw(octets_of(header));
    if (hop.gateway) message.put(RTA_GATEWAY, hop.gateway->bytes());
    put_realms(message, RTA_FLOW, hop.realms);
    put_encap(message, hop.encap);
    header.rtnh_len = static_cast<std::uint16_t>(message.length() - start);
    std::memcpy(message.at(start), &header, sizeof header);
}

// What tells a route from others.
void put_identity(Message& message, const net::Route& route) {
    auto& header = message.put_header<rtmsg>();
    header.rtm_family = number_of(route.family());
    header.rtm_dst_len = route.destination.length;
    header.rtm_src_len = route.source ? route.source->length : std::uint8_t{0};
    header.rtm_tos = route.tos;
    header.rtm_table = short_table(route.table);
    header.rtm_protocol = route.protocol;
    header.rtm_scope = route.scope;
    header.rtm_type = static_cast<std::uint8_t>(route.type);
    if (route.onlink) header.rtm_flags = RTNH_F_ONLINK;
    if (route.destination.length > 0) message.put(RTA_DST, route.destination.address.bytes());
    if (route.source) message.put(RTA_SRC, route.source->address.bytes());
    message.put_u32(RTA_TABLE, route.table);
    if (route.metric != 0) message.put_u32(RTA_PRIORITY, route.metric);
    if (route.gateway) message.put(RTA_GATEWAY, route.gateway->bytes());
    if (route.link.value != 0) message.put_u32(RTA_OIF, route.link.value);
    if (route.preferred_source) message.put(RTA_PREFSRC, route.preferred_source->bytes());
    put_realms(message, RTA_FLOW, route.realms);
    put_encap(message, route.encap);
    if (route.hops.empty()) return;
    message.nest(RTA_MULTIPATH, [&] {
        for (const net::NextHop& hop : route.hops) put_hop(message, hop);
    });
}

std::size_t room_for(const net::Route& route) { return kRouteRoom + kHopRoom * route.hops.size(); }

unsigned flags_of(RoutePlace place) {
    switch (place) {
        case RoutePlace::First:
            break;
        case RoutePlace::Last:
            return NLM_F_APPEND;
        case RoutePlace::Alone:
            return NLM_F_EXCL;
    }
    return 0;
}

template <typename T>
void put_range(Message& message, std::uint16_t type, const std::optional<net::Between<T>>& range) {
    if (!range) return;
    const std::array<T, 2> ends{range->first, range->last};
    message.put(type, octets_of(ends));
}

void put_rule(Message& message, const net::Rule& rule) {
    UNDERSTUDY_ASSERT(rule.in_link.size() <= kLongestName && rule.out_link.size() <= kLongestName);
    auto& header = message.put_header<fib_rule_hdr>();
    header.family = number_of(rule.family);
    header.src_len = rule.from ? rule.from->length : std::uint8_t{0};
    header.dst_len = rule.to ? rule.to->length : std::uint8_t{0};
    header.tos = rule.tos;
    header.table = short_table(rule.table);
    header.action = static_cast<std::uint8_t>(rule.action);
    if (rule.inverted) header.flags = FIB_RULE_INVERT;
    message.put_u32(FRA_PRIORITY, rule.priority);
    if (rule.from && rule.from->length > 0) message.put(FRA_SRC, rule.from->address.bytes());
    if (rule.to && rule.to->length > 0) message.put(FRA_DST, rule.to->address.bytes());
    if (!rule.in_link.empty()) message.put_text(FRA_IIFNAME, rule.in_link);
    if (!rule.out_link.empty()) message.put_text(FRA_OIFNAME, rule.out_link);
    if (rule.mark) message.put_u32(FRA_FWMARK, *rule.mark);
    if (rule.mask) message.put_u32(FRA_FWMASK, *rule.mask);
    if (rule.tunnel != 0) put_big_endian(message, FRA_TUN_ID, rule.tunnel);
    if (rule.table != 0) message.put_u32(FRA_TABLE, rule.table);
    if (rule.action == net::RuleAction::Goto) message.put_u32(FRA_GOTO, rule.target);
    if (rule.l3mdev) message.put_u8(FRA_L3MDEV, 1);
    if (rule.suppress_prefix_length) message.put_u32(FRA_SUPPRESS_PREFIXLEN, *rule.suppress_prefix_length);
    if (rule.suppress_group) message.put_u32(FRA_SUPPRESS_IFGROUP, *rule.suppress_group);
    put_realms(message, FRA_FLOW, rule.realms);
    message.put_u8(FRA_PROTOCOL, rule.protocol);
    if (rule.ip_protocol != 0) message.put_u8(FRA_IP_PROTO, rule.ip_protocol);
    put_range(message, FRA_UID_RANGE, rule.users);
    put_range(message, FRA_SPORT_RANGE, rule.source_ports);
    put_range(message, FRA_DPORT_RANGE, rule.destination_ports);
}

}  // namespace

void append_add_route(std::vector<std::byte>& batch, const net::Route& route, RoutePlace place,
                      std::uint32_t sequence) {
    Message message{batch, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | flags_of(place), sequence,
                    room_for(route)};
    put_identity(message, route);
    put_metrics(message, route.metrics);
    if (route.preference) message.put_u8(RTA_PREF, *route.preference);
    if (route.expires) message.put_u32(RTA_EXPIRES, static_cast<std::uint32_t>(route.expires->count()));
    if (route.ttl_propagate) message.put_u8(RTA_TTL_PROPAGATE, *route.ttl_propagate ? 1 : 0);
}

void append_remove_route(std::vector<std::byte>& batch, const net::Route& route, std::uint32_t sequence) {
    Message message{batch, RTM_DELROUTE, NLM_F_ACK, sequence, room_for(route)};
    put_identity(message, route);
}

void append_add_rule(std::vector<std::byte>& batch, const net::Rule& rule, std::uint32_t sequence) {
    Message message{batch, RTM_NEWRULE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, sequence, kRouteRoom};
    put_rule(message, rule);
}

void append_remove_rule(std::vector<std::byte>& batch, const net::Rule& rule, std::uint32_t sequence) {
    Message message{batch, RTM_DELRULE, NLM_F_ACK, sequence, kRouteRoom};
    put_rule(message, rule);
}

void append_dump_routes(std::vector<std::byte>& batch, net::Family family, std::uint32_t sequence) {
    Message message{batch, RTM_GETROUTE, NLM_F_DUMP, sequence};
    auto& header = message.put_header<rtmsg>();
    header.rtm_family = number_of(family);
    header.rtm_protocol = net::kKeepalivedRouteProtocol;
}

void append_dump_main_routes(std::vector<std::byte>& batch, net::Family family, std::uint32_t sequence) {
    Message message{batch, RTM_GETROUTE, NLM_F_DUMP, sequence};
    auto& header = message.put_header<rtmsg>();
    header.rtm_family = number_of(family);
    header.rtm_table = RT_TABLE_MAIN;
}

void append_dump_rules(std::vector<std::byte>& batch, net::Family family, std::uint32_t sequence) {
    Message message{batch, RTM_GETRULE, NLM_F_DUMP, sequence};
    message.put_header<fib_rule_hdr>().family = number_of(family);
}

}  // namespace understudy::wire
