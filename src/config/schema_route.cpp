// The options of route and rule entries. They have no effect yet, so the entries are only read over.
#include "bind.hpp"
#include "schema.hpp"

namespace understudy::config {

namespace {

constexpr Keyword kRouteRows[] = {
    {"inet", free_form("to|<type>"), "", Tier::Vrrp, "Forces IPv4"},
    {"inet6", free_form("to|<type>"), "", Tier::Vrrp, "Forces IPv6; same quirk as inet"},
    {"src", text("<address>"), "", Tier::Vrrp, "Preferred source address"},
    {"via", free_form("[inet|inet6] <address>"), "", Tier::Vrrp, "Gateway"},
    {"gw", text("<address>"), "", Tier::Legacy, "Old name of via"},
    {"from", text("<prefix>"), "", Tier::Vrrp, "Source prefix, IPv6 only"},
    {"tos", text("<value|name>"), "0", Tier::Vrrp, "Type of service selector"},
    {"dsfield", text("<value|name>"), "0", Tier::Vrrp, "Same as tos"},
    {"table", text("<id|name>"), "main", Tier::Vrrp, "Routing table"},
    {"protocol", text("<id|name>"), "keepalived (18)", Tier::Vrrp, "Route protocol"},
    {"scope", text("<value|name>"), "by type", Tier::Vrrp, "Route scope"},
    {"metric", number(0), "", Tier::Vrrp, "Route metric"},
    {"priority", number(0), "", Tier::Vrrp, "Same as metric"},
    {"preference", number(0), "", Tier::Vrrp, "Same as metric"},
    {"dev", interface_name(), "", Tier::Vrrp, "Output interface"},
    {"oif", interface_name(), "", Tier::Vrrp, "Same as dev"},
    {"onlink", nothing(), "off", Tier::Vrrp, "Gateway reachable although off subnet"},
    {"encap", free_form("ip|ip6|mpls|ila <options>"), "none", Tier::Vrrp,
     "Light-weight tunnel encapsulation"},
    {"expires", number(0), "", Tier::Vrrp, "Lifetime (IPv6)"},
    {"mtu", free_form("[lock] <n>"), "", Tier::Vrrp, "Path MTU"},
    {"advmss", free_form("[lock] <n>"), "", Tier::Vrrp, "Advertised MSS"},
    {"rtt", free_form("[lock] <time>"), "", Tier::Vrrp,
     "Round trip estimate; values below 200 ms are raised with an error"},
    {"rttvar", free_form("[lock] <time>"), "", Tier::Vrrp, "Round trip variance"},
    {"reordering", free_form("[lock] <n>"), "", Tier::Vrrp, "Reordering metric"},
    {"cwnd", free_form("[lock] <n>"), "", Tier::Vrrp, "Congestion window clamp"},
    {"ssthresh", free_form("[lock] <n>"), "", Tier::Vrrp, "Slow start threshold"},
    {"rto_min", free_form("[lock] <time>"), "", Tier::Vrrp,
     "Minimum retransmission timeout; below 200 ms raised with an error"},
    {"congctl", free_form("[lock] <name>"), "", Tier::Vrrp, "Congestion control algorithm"},
    {"hoplimit", number(0, 255), "", Tier::Vrrp, "Hop limit"},
    {"window", number(0), "", Tier::Vrrp, "Maximum TCP window"},
    {"realms", free_form("[<src>/]<dst>"), "", Tier::Vrrp, "Routing realms"},
    {"initcwnd", number(0), "", Tier::Vrrp, "Initial congestion window"},
    {"initrwnd", number(0), "", Tier::Vrrp, "Initial receive window"},
    {"features", free_form("ecn"), "", Tier::Vrrp, "Route features"},
    {"quickack", choice("0|1"), "", Tier::Vrrp, "Quick ACK mode"},
    {"pref", choice("low|medium|high"), "", Tier::Vrrp, "IPv6 router preference"},
    {"ttl-propagate", choice("enabled|disabled"), "", Tier::Vrrp, "MPLS TTL propagation"},
    {"fastopen_no_cookie", boolean(), "", Tier::Vrrp, "TCP fast open without cookie"},
    {"add", nothing(), "", Tier::Vrrp, "Insert with plain add semantics"},
    {"prepend", nothing(), "", Tier::Vrrp, "Insert before equal routes (what a plain route uses by default)"},
    {"append", nothing(), "", Tier::Vrrp, "Insert after equal routes"},
    {"nexthop",
     free_form("via [family] <addr> [dev <if>] [weight <1..256>] [onlink] [encap ...] [realms ...]"), "",
     Tier::Vrrp, "One hop of a multipath route; repeat per hop"},
    {"no_track", nothing(), "off", Tier::Vrrp, "Loss of this route does not affect the instance"},
    {"track_group", text("<track_group>"), "none", Tier::Vrrp,
     "static_routes only: the instances of the group track the interface of this route, and the route is "
     "restored when deleted"},
    {"vrf", interface_name(), "", Tier::Vrrp, "Use the table of a VRF device"},
    {"as", free_form("[to] <addr>"), "", Tier::Legacy, "Accepted and ignored"},
    {"or", text("<addr>"), "", Tier::Legacy, "Deprecated second gateway; use nexthop"},
};

constexpr auto kRouteRowsIndex = index_of(kRouteRows);

constexpr Keyword kRuleRows[] = {
    {"from", text("<prefix>"), "", Tier::Vrrp, "Source selector"},
    {"to", text("<prefix>"), "", Tier::Vrrp, "Destination selector"},
    {"table", text("<id|name>"), "", Tier::Vrrp, "Look up this table"},
    {"lookup", text("<id|name>"), "", Tier::Vrrp, "Same as table"},
    {"not", nothing(), "off", Tier::Vrrp, "Invert the selectors"},
    {"preference", number(0), "auto, descending from 16384, with an error", Tier::Vrrp,
     "Rule priority; give it explicitly"},
    {"order", number(0), "", Tier::Vrrp, "Same as preference"},
    {"priority", number(0), "", Tier::Vrrp, "Same as preference"},
    {"tos", text("<value|name>"), "0", Tier::Vrrp, "Type of service selector"},
    {"dsfield", text("<value|name>"), "0", Tier::Vrrp, "Same as tos"},
    {"fwmark", free_form("<n>[/<mask>]"), "", Tier::Vrrp, "Firewall mark selector"},
    {"realms", free_form("[<src>/]<dst>"), "", Tier::Vrrp, "Realms to set"},
    {"suppress_prefixlength", number(0), "", Tier::Vrrp, "Ignore routes with a prefix this short"},
    {"sup_pl", number(0), "", Tier::Vrrp, "Same as suppress_prefixlength"},
    {"suppress_ifgroup", text("<n|name>"), "", Tier::Vrrp, "Ignore routes through this interface group"},
    {"sup_group", text("<n|name>"), "", Tier::Vrrp, "Same as suppress_ifgroup"},
    {"dev", interface_name(), "", Tier::Vrrp, "Input interface"},
    {"iif", interface_name(), "", Tier::Vrrp, "Input interface"},
    {"oif", interface_name(), "", Tier::Vrrp, "Output interface"},
    {"tunnel-id", number(0), "", Tier::Vrrp, "Tunnel key selector"},
    {"uidrange", free_form("<a>-<b>"), "", Tier::Vrrp, "UID selector"},
    {"l3mdev", nothing(), "off", Tier::Vrrp, "Action: look up the VRF table"},
    {"protocol", text("<id|name>"), "keepalived (18)", Tier::Vrrp, "Owner of the rule"},
    {"ipproto", text("<n|name>"), "", Tier::Vrrp, "IP protocol selector"},
    {"sport", free_form("<a>-<b>"), "", Tier::Vrrp, "Source port range (a single value is wrongly rejected)"},
    {"dport", free_form("<a>-<b>"), "", Tier::Vrrp,
     "Destination port range (a single value is wrongly rejected)"},
    {"goto", text("<preference>"), "", Tier::Vrrp, "Jump to another rule"},
    {"nop", nothing(), "", Tier::Vrrp, "No action"},
    {"blackhole", nothing(), "", Tier::Vrrp, "Drop"},
    {"unreachable", nothing(), "", Tier::Vrrp, "Reject as unreachable"},
    {"prohibit", nothing(), "", Tier::Vrrp, "Reject as prohibited"},
    {"type", choice("blackhole|unreachable|prohibit|..."), "", Tier::Vrrp, "Optional word before an action"},
    {"inet", text("<ignored word>"), "", Tier::Vrrp, "Forces the family"},
    {"inet6", text("<ignored word>"), "", Tier::Vrrp, "Forces the family"},
    {"no_track", nothing(), "off", Tier::Vrrp, "Loss of this rule does not affect the instance"},
    {"track_group", text("<track_group>"), "none", Tier::Vrrp,
     "static_rules only: the rule is restored when deleted and its interfaces are tracked"},
};

constexpr auto kRuleRowsIndex = index_of(kRuleRows);

}  // namespace

constinit const Block kRoutes{.path = "route entry",
                              .kind = BlockKind::Opaque,
                              .keywords = kRouteRows,
                              .index = &kRouteRowsIndex,
                              .feature = Feature::Routes};
constinit const Block kRules{.path = "rule entry",
                             .kind = BlockKind::Opaque,
                             .keywords = kRuleRows,
                             .index = &kRuleRowsIndex,
                             .feature = Feature::Rules};
constinit const Block kOpaque{.kind = BlockKind::Opaque, .feature = Feature::Unbound};

}  // namespace understudy::config
