#include "dump_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include "understudy/base/overloaded.hpp"

namespace understudy::agent {

namespace {

std::string scope_name(std::uint8_t scope) {
    switch (scope) {
        case 0:
            return "global";
        case 200:
            return "site";
        case 253:
            return "link";
        case 254:
            return "host";
        case 255:
            return "nowhere";
        default:
            return std::to_string(scope);
    }
}

bool is_set(const AddressReport& address) { return address.wanted && address.present; }

// A prefix length that says nothing is left out.
std::string short_prefix(const net::Prefix& prefix) {
    const bool whole = prefix.length == (prefix.address.is_v6() ? 128 : 32);
    return whole ? prefix.address.to_string() : prefix.to_string();
}

std::string lifetime(const model::VirtualAddress& asked) {
    if (asked.prefix.address.is_v4()) return "";
    if (!asked.preferred_lifetime) return " preferred_lft forever";
    if (*asked.preferred_lifetime == seconds{0}) return " deprecated";
    return fmt::format(" preferred_lft {}", asked.preferred_lifetime->count());
}

std::string_view type_name(net::RouteType type) {
    constexpr std::array<std::string_view, 11> kNames{"",          "",           "local ",     "broadcast ",
                                                      "anycast ",  "multicast ", "blackhole ", "unreachable ",
                                                      "prohibit ", "throw ",     "nat "};
    return kNames[static_cast<std::size_t>(type)];
}

std::string_view insertion_name(model::Insertion insertion) {
    switch (insertion) {
        case model::Insertion::Before:
            return "prepend ";
        case model::Insertion::After:
            return "append ";
        case model::Insertion::Alone:
            return "add ";
    }
    return "";
}

std::string gateway_text(const std::optional<net::Address>& gateway) {
    if (!gateway) return "";
    return fmt::format(" via {} {}", gateway->is_v6() ? "inet6" : "inet", gateway->to_string());
}

std::string link_text(const std::string& name) { return name.empty() ? "" : " dev " + name; }

std::string realms_text(const std::optional<net::Realms>& realms) {
    return realms ? fmt::format(" realms {}/{}", realms->from, realms->to) : "";
}

std::string encap_text(const net::Encap& encap) {
    return std::visit(
        overloaded{
            [](const std::monostate&) -> std::string { return ""; },
            [](const net::IpEncap& ip) {
                std::string text =
                    fmt::format(" encap {} id {}", ip.family == net::Family::Ipv6 ? "ip6" : "ip", ip.id);
                if (ip.destination) text += " dst " + ip.destination->to_string();
                if (ip.source) text += " src " + ip.source->to_string();
                return text;
            },
            [](const net::MplsEncap& mpls) {
                return fmt::format(" encap mpls {}", fmt::join(mpls.labels, "/"));
            },
            [](const net::IlaEncap& ila) { return fmt::format(" encap ila {:x}", ila.locator); },
        },
        encap);
}

struct MetricName {
    net::Metric metric;
    std::string_view name;
    std::uint32_t divisor = 1;
    std::string_view unit = {};
};
constexpr MetricName kMetricNames[] = {
    {net::Metric::Mtu, "mtu"},
    {net::Metric::Window, "window"},
    {net::Metric::Rtt, "rtt", 8, "ms"},
    {net::Metric::RttVar, "rttvar", 4, "ms"},
    {net::Metric::SsThresh, "ssthresh"},
    {net::Metric::Cwnd, "cwnd"},
    {net::Metric::AdvMss, "advmss"},
    {net::Metric::Reordering, "reordering"},
    {net::Metric::HopLimit, "hoplimit"},
    {net::Metric::InitCwnd, "initcwnd"},
    {net::Metric::Features, "features"},
    {net::Metric::RtoMin, "rto_min", 1, "ms"},
    {net::Metric::InitRwnd, "initrwnd"},
    {net::Metric::QuickAck, "quickack"},
    {net::Metric::FastOpenNoCookie, "fastopen_no_cookie"},
};

std::string metrics_text(const net::RouteMetrics& metrics) {
    std::string text;
    for (const MetricName& row : kMetricNames)
        if (const auto& value = metrics.value(row.metric))
            text += fmt::format(" {}{} {}{}", row.name, metrics.is_locked(row.metric) ? " lock" : "",
                                *value / row.divisor, row.unit);
    if (!metrics.congestion_control.empty()) text += " congctl " + metrics.congestion_control;
    return text;
}

std::string preference_text(std::optional<std::uint8_t> preference) {
    if (!preference) return "";
    return *preference == 1 ? " pref high" : *preference == 3 ? " pref low" : " pref medium";
}

std::string range_text(std::string_view word, const auto& range) {
    return range ? fmt::format(" {} {}-{}", word, range->first, range->last) : std::string{};
}

std::string action_text(const net::Rule& rule) {
    switch (rule.action) {
        case net::RuleAction::Lookup:
            return fmt::format(" lookup {}", rule.table);
        case net::RuleAction::Goto:
            return fmt::format(" goto {}", rule.target);
        case net::RuleAction::Nop:
            return " type nop";
        case net::RuleAction::Blackhole:
            return " type blackhole";
        case net::RuleAction::Unreachable:
            return " type unreachable";
        case net::RuleAction::Prohibit:
            return " type prohibit";
    }
    return "";
}

std::string packets_text(const net::Rule& rule) {
    std::string text = rule.inverted ? "not " : "";
    text += "from " + (rule.from ? short_prefix(*rule.from) : std::string{"all"});
    if (rule.to) text += " to " + short_prefix(*rule.to);
    text += fmt::format(" priority {} tos {:#x}", rule.priority, rule.tos);
    if (rule.mark) text += fmt::format(" fwmark {:#x}/{:#x}", *rule.mark, rule.mask.value_or(0xffffffff));
    if (!rule.in_link.empty()) text += " iif " + rule.in_link;
    if (!rule.out_link.empty()) text += " oif " + rule.out_link;
    return text;
}

// The addresses of who does not accept what is sent to them are in the packet filter while they are there.
std::vector<std::string> dumped_list(const std::vector<model::VirtualAddress>& asked,
                                     std::span<const AddressReport> now, bool filtered) {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const AddressReport address = i < now.size() ? now[i] : AddressReport{};
        texts.push_back(dumped(asked[i], address));
        if (filtered && is_set(address)) texts.back() += " nftable_set";
    }
    return texts;
}

bool is_filtered(const model::Instance& instance) {
    return !instance.accept && instance.priority != net::kOwner;
}

}  // namespace

std::string dumped(const model::VirtualAddress& asked, const AddressReport& now) {
    std::string text = short_prefix(asked.prefix);
    if (asked.broadcast) text += " brd " + asked.broadcast->to_string();
    const std::string& carrier = now.interface.empty() ? asked.dev : now.interface;
    text += link_text(carrier);
    if (!asked.dev.empty() && carrier != asked.dev) text += "@" + asked.dev;
    if (asked.use_vmac) text += " use_vmac";
    text += " scope " + scope_name(asked.prefix.address.is_v6() ? std::uint8_t{0} : asked.scope);
    if (!asked.label.empty()) text += " label " + asked.label;
    if (asked.peer) text += " peer " + asked.peer->to_string();
    if (asked.home) text += " home";
    if (asked.duplicate_address_detection) text += " -nodad";
    if (asked.manage_temporary) text += " mngtmpaddr";
    if (asked.no_prefix_route) text += " noprefixroute";
    if (asked.auto_join) text += " autojoin";
    if (asked.no_track) text += " no_track";
    text += lifetime(asked);
    return is_set(now) ? text + " set" : text;
}

std::string dumped(const model::Route& asked) {
    const auto& route = asked.route;
    std::string text{insertion_name(asked.insertion)};
    text += type_name(route.type);
    text += short_prefix(route.destination);
    if (route.source) text += " from " + route.source->to_string();
    text += gateway_text(route.gateway);
    if (route.preferred_source) text += " src " + route.preferred_source->to_string();
    text += link_text(route.link) + encap_text(route.encap);
    if (route.tos != 0) text += fmt::format(" tos {}", route.tos);
    if (route.table != net::kMainTable) text += fmt::format(" table {}", route.table);
    // keepalived marks only routes that it watches.
    if (asked.tracked || route.protocol != net::kKeepalivedRouteProtocol)
        text += fmt::format(" proto {}", route.protocol);
    if (route.scope != 0) text += fmt::format(" scope {}", route.scope);
    if (route.metric != 0) text += fmt::format(" metric {}", route.metric);
    if (route.onlink) text += " onlink";
    text += realms_text(route.realms) + metrics_text(route.metrics) + preference_text(route.preference);
    if (route.expires) text += fmt::format(" expires {}sec", route.expires->count());
    for (const auto& hop : route.hops)
        text += " nexthop" + gateway_text(hop.gateway) + link_text(hop.link) + encap_text(hop.encap) +
                fmt::format(" weight {}", hop.weight) + (hop.onlink ? " onlink" : "") +
                realms_text(hop.realms);
    return asked.tracked ? text : text + " no_track";
}

std::string dumped(const model::Rule& asked) {
    const net::Rule& rule = asked.rule;
    std::string text = packets_text(rule);
    if (rule.tunnel != 0) text += fmt::format(" tunnel-id {}", rule.tunnel);
    if (rule.suppress_prefix_length)
        text += fmt::format(" suppress_prefixlen {}", *rule.suppress_prefix_length);
    if (rule.suppress_group) text += fmt::format(" suppress_ifgroup {}", *rule.suppress_group);
    text += range_text("uidrange", rule.users);
    if (rule.l3mdev) text += " l3mdev";
    if (asked.tracked || rule.protocol != net::kKeepalivedRouteProtocol)
        text += fmt::format(" protocol {}", rule.protocol);
    if (rule.ip_protocol != 0) text += fmt::format(" ipproto {}", rule.ip_protocol);
    text += range_text("sport", rule.source_ports) + range_text("dport", rule.destination_ports);
    text += realms_text(rule.realms) + action_text(rule);
    return asked.tracked ? text : text + " no_track";
}

std::string dumped_command(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "'" : " '") + word + "'";
    return text;
}

std::vector<std::string> dumped_addresses(const InstanceDump& instance) {
    const std::span<const AddressReport> all{instance.report.addresses};
    return dumped_list(instance.settings.addresses,
                       all.first(std::min(all.size(), instance.settings.addresses.size())),
                       is_filtered(instance.settings));
}

std::vector<std::string> dumped_excluded_addresses(const InstanceDump& instance) {
    const std::span<const AddressReport> all{instance.report.addresses};
    return dumped_list(instance.settings.excluded_addresses,
                       all.subspan(std::min(all.size(), instance.settings.addresses.size())),
                       is_filtered(instance.settings));
}

std::vector<std::string> other_tracked_links(const model::Instance& instance) {
    std::vector<std::string> names;
    for (const model::TrackedLink& entry : instance.tracked_links)
        if (entry.name != instance.interface) names.push_back(entry.name);
    return names;
}

bool has_its_addresses(const InstanceReport& report) {
    return !report.addresses.empty() && std::ranges::all_of(report.addresses, [](const AddressReport& one) {
        return !one.advertised || is_set(one);
    });
}

std::string_view match_name(ParameterMatch match) {
    switch (match) {
        case ParameterMatch::None:
            return "none";
        case ParameterMatch::Exact:
            return "exact";
        case ParameterMatch::Initial:
            return "initial";
        case ParameterMatch::Partial:
            return "partial";
    }
    return "";
}

WallTime wall_time_of(Instant time, const Moment& moment) { return moment.wall - (moment.now - time); }

}  // namespace understudy::agent
