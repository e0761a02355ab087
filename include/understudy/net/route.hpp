// A route as rtnetlink(7) has it: where packets for a prefix go. A configuration names links, the kernel
// numbers them, and all else is the same; so a route is a template over what stands for a link. Numbers are
// the kernel's own (tables, protocols, scopes, metrics), so that what was asked and what the kernel holds can
// be compared.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"

namespace understudy::net {

inline constexpr std::uint8_t kKeepalivedRouteProtocol = 18;
inline constexpr std::uint32_t kMainTable = 254;

// RTN_*
enum class RouteType : std::uint8_t {
    Unicast = 1,
    Local = 2,
    Broadcast = 3,
    Anycast = 4,
    Multicast = 5,
    Blackhole = 6,
    Unreachable = 7,
    Prohibit = 8,
    Throw = 9,
    Nat = 10,
};

// The packet is wrapped into another IP packet, which a tunnel device in its metadata mode sends.
struct IpEncap {
    Family family = Family::Ipv4;  // of the outer packet
    std::uint64_t id = 0;
    std::optional<Address> destination;
    std::optional<Address> source;
    std::uint8_t tos = 0;
    std::uint8_t hop_limit = 0;
    std::uint16_t flags = 0;

    friend bool operator==(const IpEncap&, const IpEncap&) = default;
};
inline constexpr std::size_t kMostLabels = 16;

struct MplsEncap {
    std::vector<std::uint32_t> labels;  // outermost first; 20 bits each; at most kMostLabels

    friend bool operator==(const MplsEncap&, const MplsEncap&) = default;
};
struct IlaEncap {
    std::uint64_t locator = 0;

    friend bool operator==(const IlaEncap&, const IlaEncap&) = default;
};
using Encap = std::variant<std::monostate, IpEncap, MplsEncap, IlaEncap>;

// What a route adds to the statistics and filters of traffic classes.
struct Realms {
    std::uint8_t from = 0;
    std::uint8_t to = 0;

    friend bool operator==(const Realms&, const Realms&) = default;
};

// RTAX_*. A locked one is not changed by what the connection learns.
enum class Metric : std::uint8_t {
    Mtu = 2,
    Window = 3,
    Rtt = 4,     // in eighths of a millisecond
    RttVar = 5,  // in quarters of a millisecond
    SsThresh = 6,
    Cwnd = 7,
    AdvMss = 8,
    Reordering = 9,
    HopLimit = 10,
    InitCwnd = 11,
    Features = 12,
    RtoMin = 13,  // in milliseconds
    InitRwnd = 14,
    QuickAck = 15,
    CongestionControl = 16,  // its value is a name
    FastOpenNoCookie = 17,
};
inline constexpr std::size_t kMetrics = 18;

struct RouteMetrics {
    std::array<std::optional<std::uint32_t>, kMetrics> values{};  // by Metric
    std::uint32_t locked = 0;                                     // one bit for each Metric
    std::string congestion_control;                               // at most 15 characters

    [[nodiscard]] const std::optional<std::uint32_t>& value(Metric metric) const {
        return values[static_cast<std::size_t>(metric)];
    }
    void set(Metric metric, std::uint32_t value) { values[static_cast<std::size_t>(metric)] = value; }
    void lock(Metric metric) { locked |= std::uint32_t{1} << static_cast<unsigned>(metric); }
    [[nodiscard]] bool is_locked(Metric metric) const {
        return (locked >> static_cast<unsigned>(metric) & 1u) != 0;
    }
    [[nodiscard]] bool empty() const { return *this == RouteMetrics{}; }

    friend bool operator==(const RouteMetrics&, const RouteMetrics&) = default;
};

inline constexpr std::size_t kMostHops = 128;

// One of several ways of a route.
template <typename LinkRef>
struct NextHopOn {
    std::optional<Address> gateway;
    LinkRef link{};
    std::uint16_t weight = 1;  // 1 to 256
    bool onlink = false;
    Encap encap{};
    std::optional<Realms> realms;

    friend bool operator==(const NextHopOn&, const NextHopOn&) = default;
};

template <typename LinkRef>
struct RouteOn {
    Prefix destination;  // decides the family; host bits are clear
    RouteType type = RouteType::Unicast;
    std::optional<Address> gateway;
    LinkRef link{};  // none: an empty name, or number 0
    bool onlink = false;
    std::optional<Prefix> source;             // IPv6: only packets from there
    std::optional<Address> preferred_source;  // of packets this host sends
    std::uint32_t table = kMainTable;
    std::uint32_t metric = 0;  // 0: the kernel's own, which for IPv6 is 1024
    std::uint8_t protocol = kKeepalivedRouteProtocol;
    std::uint8_t scope = 0;
    std::uint8_t tos = 0;
    Encap encap{};
    std::vector<NextHopOn<LinkRef>> hops;  // at most kMostHops, instead of a gateway and link of its own
    RouteMetrics metrics;
    std::optional<Realms> realms;            // IPv4
    std::optional<std::uint8_t> preference;  // IPv6: ICMPV6_ROUTER_PREF_*: 0 medium, 1 high, 3 low
    std::optional<seconds> expires;          // IPv6
    std::optional<bool> ttl_propagate;       // MPLS

    [[nodiscard]] Family family() const { return destination.address.family(); }

    friend bool operator==(const RouteOn&, const RouteOn&) = default;
};

using NextHop = NextHopOn<LinkIndex>;
using Route = RouteOn<LinkIndex>;

// The same route, each link in another form: `find` gives std::optional of it. None if one is not found.
template <typename To, typename From, typename Find>
[[nodiscard]] std::optional<RouteOn<To>> with_links(const RouteOn<From>& route, Find find) {
    RouteOn<To> made;
    const std::optional<To> link = find(route.link);
    if (!link) return std::nullopt;
    made.destination = route.destination;
    made.type = route.type;
    made.gateway = route.gateway;
    made.link = *link;
    made.onlink = route.onlink;
    made.source = route.source;
    made.preferred_source = route.preferred_source;
    made.table = route.table;
    made.metric = route.metric;
    made.protocol = route.protocol;
    made.scope = route.scope;
    made.tos = route.tos;
    made.encap = route.encap;
    made.metrics = route.metrics;
    made.realms = route.realms;
    made.preference = route.preference;
    made.expires = route.expires;
    made.ttl_propagate = route.ttl_propagate;
    for (const NextHopOn<From>& hop : route.hops) {
        const std::optional<To> through = find(hop.link);
        if (!through) return std::nullopt;
        made.hops.push_back({hop.gateway, *through, hop.weight, hop.onlink, hop.encap, hop.realms});
    }
    return made;
}

}  // namespace understudy::net
