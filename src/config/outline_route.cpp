// Routes and rules as lines again. All numbers, because the names of tables and the like are another host's
// business.
#include <array>
#include <cstdio>

#include "understudy/base/overloaded.hpp"
#include "understudy/model/route.hpp"

#include "outline_parts.hpp"

namespace understudy::config {

namespace {

constexpr std::string_view kTypes[] = {"",         "unicast",   "local",     "broadcast",
                                       "anycast",  "multicast", "blackhole", "unreachable",
                                       "prohibit", "throw",     "nat"};
constexpr std::string_view kPreferences[] = {"medium", "high", "", "low"};

struct MetricName {
    net::Metric metric;
    std::string_view keyword;
};
constexpr MetricName kMetricNames[] = {
    {net::Metric::Mtu, "mtu"},
    {net::Metric::AdvMss, "advmss"},
    {net::Metric::Rtt, "rtt"},
    {net::Metric::RttVar, "rttvar"},
    {net::Metric::Reordering, "reordering"},
    {net::Metric::Cwnd, "cwnd"},
    {net::Metric::SsThresh, "ssthresh"},
    {net::Metric::RtoMin, "rto_min"},
    {net::Metric::HopLimit, "hoplimit"},
    {net::Metric::Window, "window"},
    {net::Metric::InitCwnd, "initcwnd"},
    {net::Metric::InitRwnd, "initrwnd"},
    {net::Metric::QuickAck, "quickack"},
    {net::Metric::FastOpenNoCookie, "fastopen_no_cookie"},
};

std::string text_of(const net::Realms& realms) {
    return std::to_string(realms.from) + "/" + std::to_string(realms.to);
}

std::string hexadecimal(std::uint64_t value) {
    std::string text;
    do text.insert(text.begin(), "0123456789abcdef"[value & 15]);
    while ((value >>= 4) != 0);
    return text;
}

std::vector<Term> terms_of(const net::IpEncap& encap) {
    std::vector<Term> terms{encap.family == net::Family::Ipv4 ? "ip" : "ip6"};
    const auto add = [&](const char* keyword, auto value) {
        terms.emplace_back(keyword);
        terms.emplace_back(value);
    };
    if (encap.id != 0) add("id", std::to_string(encap.id));
    if (encap.destination) add("dst", encap.destination->to_string());
    if (encap.source) add("src", encap.source->to_string());
    if (encap.tos != 0) add("tos", std::int64_t{encap.tos});
    if (encap.hop_limit != 0) add("hoplimit", std::int64_t{encap.hop_limit});
    if (encap.flags != 0) add("flags", std::int64_t{encap.flags});
    return terms;
}

std::vector<Term> terms_of(const net::MplsEncap& encap) {
    std::string labels;
    for (const std::uint32_t label : encap.labels)
        labels += (labels.empty() ? "" : "/") + std::to_string(label);
    return {"mpls", labels};
}

std::vector<Term> terms_of(const net::IlaEncap& encap) {
    std::string locator;
    for (int group = 3; group >= 0; --group)
        locator += hexadecimal(encap.locator >> (group * 16) & 0xffff) + (group > 0 ? ":" : "");
    return {"ila", locator};
}

std::vector<Term> encap_terms(const net::Encap& encap) {
    return std::visit(overloaded{[](std::monostate) { return std::vector<Term>{}; },
                                 [](const auto& one) { return terms_of(one); }},
                      encap);
}

Node hop_option(const net::NextHopOn<std::string>& hop) {
    Node made{.keyword = "nexthop", .kind = Node::Kind::Repeated};
    const auto add = [&](const char* keyword, auto value) {
        made.terms.emplace_back(keyword);
        made.terms.emplace_back(value);
    };
    if (hop.gateway) add("via", hop.gateway->to_string());
    if (!hop.link.empty()) add("dev", hop.link);
    add("weight", std::int64_t{hop.weight});
    if (hop.onlink) made.terms.emplace_back("onlink");
    if (const auto encap = encap_terms(hop.encap); !encap.empty()) {
        made.terms.emplace_back("encap");
        made.terms.insert(made.terms.end(), encap.begin(), encap.end());
    }
    if (hop.realms) add("realms", text_of(*hop.realms));
    return made;
}

void outline_metrics(const net::RouteMetrics& metrics, Statements& options) {
    for (const auto& [metric, keyword] : kMetricNames) {
        if (!metrics.value(metric)) continue;
        Node made{.keyword = std::string{keyword}};
        if (metrics.is_locked(metric)) made.terms.emplace_back("lock");
        made.terms.emplace_back(std::int64_t{*metrics.value(metric)});
        options.node(std::move(made));
    }
    if (metrics.value(net::Metric::Features)) options.add("features", "ecn");
    if (metrics.congestion_control.empty()) return;
    Node made{.keyword = "congctl"};
    if (metrics.is_locked(net::Metric::CongestionControl)) made.terms.emplace_back("lock");
    made.terms.emplace_back(metrics.congestion_control);
    options.node(std::move(made));
}

void outline_way(const net::RouteOn<std::string>& route, Statements& options) {
    if (route.source) options.add("from", route.source->to_string());
    options.maybe("via", route.gateway).text("dev", route.link).flag("onlink", route.onlink);
    options.maybe("src", route.preferred_source);
    if (auto encap = encap_terms(route.encap); !encap.empty())
        options.node({.keyword = "encap", .terms = std::move(encap)});
}

Node route_line(const model::Route& asked) {
    const net::RouteOn<std::string>& route = asked.route;
    Statements options;
    outline_way(route, options);
    options.number("table", route.table).number("metric", route.metric);
    options.number("protocol", route.protocol).number("scope", route.scope);
    if (route.tos != 0) options.number("tos", route.tos);
    outline_metrics(route.metrics, options);
    if (route.realms) options.add("realms", text_of(*route.realms));
    if (route.preference) options.add("pref", std::string{kPreferences[*route.preference]});
    if (route.expires) options.number("expires", route.expires->count());
    if (route.ttl_propagate) options.add("ttl-propagate", *route.ttl_propagate ? "enabled" : "disabled");
    options.flag("add", asked.insertion == model::Insertion::Alone);
    options.flag("append", asked.insertion == model::Insertion::After);
    options.flag("no_track", !asked.tracked).text("track_group", asked.track_group);
    for (const auto& hop : route.hops) options.node(hop_option(hop));
    const std::string destination = route.destination.to_string();
    if (route.type == net::RouteType::Unicast) return {.keyword = destination, .options = options.take()};
    return {.keyword = std::string{kTypes[static_cast<std::size_t>(route.type)]},
            .terms = {destination},
            .options = options.take()};
}

template <typename T>
std::string text_of(const net::Between<T>& range) {
    return std::to_string(range.first) + "-" + std::to_string(range.last);
}

void outline_selectors(const net::Rule& rule, Statements& options) {
    options.flag("not", rule.inverted);
    if (rule.from) options.add("from", rule.from->to_string());
    if (rule.to) options.add("to", rule.to->to_string());
    // keepalived skips the word after it.
    if (rule.family == net::Family::Ipv6 && !rule.from && !rule.to) options.add("inet6", "inet6");
    options.text("iif", rule.in_link).text("oif", rule.out_link);
    if (rule.tos != 0) options.number("tos", rule.tos);
    if (rule.mark && rule.mask)
        options.add("fwmark", "0x" + hexadecimal(*rule.mark) + "/0x" + hexadecimal(*rule.mask));
    if (rule.mark && !rule.mask) options.number("fwmark", *rule.mark);
    if (rule.tunnel != 0) options.add("tunnel-id", std::to_string(rule.tunnel));
    if (rule.users) options.add("uidrange", text_of(*rule.users));
    if (rule.ip_protocol != 0) options.number("ipproto", rule.ip_protocol);
    if (rule.source_ports) options.add("sport", text_of(*rule.source_ports));
    if (rule.destination_ports) options.add("dport", text_of(*rule.destination_ports));
}

void outline_action(const net::Rule& rule, Statements& options) {
    switch (rule.action) {
        case net::RuleAction::Lookup:
            if (!rule.l3mdev) options.number("table", rule.table);
            options.flag("l3mdev", rule.l3mdev);
            break;
        case net::RuleAction::Goto:
            options.number("goto", rule.target);
            break;
        case net::RuleAction::Nop:
            options.flag("nop", true);
            break;
        case net::RuleAction::Blackhole:
            options.flag("blackhole", true);
            break;
        case net::RuleAction::Unreachable:
            options.flag("unreachable", true);
            break;
        case net::RuleAction::Prohibit:
            options.flag("prohibit", true);
            break;
    }
    options.maybe("suppress_prefixlength", rule.suppress_prefix_length);
    options.maybe("suppress_ifgroup", rule.suppress_group);
    if (rule.realms) options.add("realms", text_of(*rule.realms));
}

Node rule_line(const model::Rule& asked) {
    Statements options;
    outline_selectors(asked.rule, options);
    outline_action(asked.rule, options);
    options.number("protocol", asked.rule.protocol);
    options.flag("no_track", !asked.tracked).text("track_group", asked.track_group);
    return {.keyword = "priority", .terms = {std::int64_t{asked.rule.priority}}, .options = options.take()};
}

}  // namespace

std::vector<Node> route_lines(const std::vector<model::Route>& routes) {
    std::vector<Node> lines;
    for (const model::Route& route : routes) lines.push_back(route_line(route));
    return lines;
}

std::vector<Node> rule_lines(const std::vector<model::Rule>& rules) {
    std::vector<Node> lines;
    for (const model::Rule& rule : rules) lines.push_back(rule_line(rule));
    return lines;
}

}  // namespace understudy::config
