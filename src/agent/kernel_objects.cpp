#include "kernel_objects.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace understudy::agent {

namespace {

std::string_view name(net::RouteType type) {
    switch (type) {
        case net::RouteType::Unicast:
            return "";
        case net::RouteType::Local:
            return "local ";
        case net::RouteType::Broadcast:
            return "broadcast ";
        case net::RouteType::Anycast:
            return "anycast ";
        case net::RouteType::Multicast:
            return "multicast ";
        case net::RouteType::Blackhole:
            return "blackhole ";
        case net::RouteType::Unreachable:
            return "unreachable ";
        case net::RouteType::Prohibit:
            return "prohibit ";
        case net::RouteType::Throw:
            return "throw ";
        case net::RouteType::Nat:
            return "nat ";
    }
    return "";
}

std::string action_words(const net::Rule& rule) {
    switch (rule.action) {
        case net::RuleAction::Lookup:
            return rule.l3mdev ? " l3mdev" : fmt::format(" table {}", rule.table);
        case net::RuleAction::Goto:
            return fmt::format(" goto {}", rule.target);
        case net::RuleAction::Nop:
            return " nop";
        case net::RuleAction::Blackhole:
            return " blackhole";
        case net::RuleAction::Unreachable:
            return " unreachable";
        case net::RuleAction::Prohibit:
            return " prohibit";
    }
    return "";
}

std::string way_text(const std::optional<net::Address>& gateway, net::LinkIndex link, const Links& links) {
    std::string text;
    if (gateway) text += " via " + gateway->to_string();
    const net::Link* const through = links.find(link);
    if (through) text += " dev " + through->name;
    return text;
}

bool is_off(const Links& links, net::LinkIndex index) {
    const net::Link* const link = links.find(index);
    return link && !link->admin_up;
}

}  // namespace

net::InterfaceAddress on_link(const model::VirtualAddress& asked, net::LinkIndex link,
                              std::optional<seconds> lease) {
    net::InterfaceAddress address;
    address.link = link;
    address.prefix = asked.prefix;
    address.scope = asked.scope;
    address.label = asked.label;
    address.broadcast = asked.broadcast;
    address.peer = asked.peer;
    address.no_prefix_route = asked.no_prefix_route;
    address.home = asked.home;
    address.manage_temporary = asked.manage_temporary;
    address.auto_join = asked.auto_join;
    address.no_duplicate_detection = asked.prefix.address.is_v6() && !asked.duplicate_address_detection;
    address.preferred_lifetime = asked.preferred_lifetime;
    address.valid_lifetime = lease;
    address.protocol = net::kKeepalivedAddressProtocol;
    return address;
}

std::vector<desired::WantedRoute> routes_on(const Links& links, const std::vector<model::Route>& asked) {
    const auto number = [&](const std::string& name) -> std::optional<net::LinkIndex> {
        if (name.empty()) return net::LinkIndex{};
        const net::Link* const link = links.find(name);
        return link ? std::optional{link->index} : std::nullopt;
    };
    std::vector<desired::WantedRoute> wanted;
    for (const model::Route& one : asked) {
        const auto route = net::with_links<net::LinkIndex>(one.route, number);
        if (route && !is_off(links, route->link)) wanted.push_back({*route, one.insertion, one.tracked});
    }
    return wanted;
}

std::vector<desired::WantedRule> wanted_rules(const std::vector<model::Rule>& asked) {
    std::vector<desired::WantedRule> wanted;
    for (const model::Rule& one : asked) wanted.push_back({one.rule, one.tracked});
    return wanted;
}

void add_links_of(const std::vector<model::Route>& routes, std::vector<std::string>& names) {
    for (const model::Route& one : routes) {
        if (!one.route.link.empty()) names.push_back(one.route.link);
        for (const auto& hop : one.route.hops)
            if (!hop.link.empty()) names.push_back(hop.link);
    }
}

std::string text_of(const net::Route& route, const Links& links) {
    std::string text{name(route.type)};
    text += route.destination.to_string() + way_text(route.gateway, route.link, links);
    for (const net::NextHop& hop : route.hops) text += " nexthop" + way_text(hop.gateway, hop.link, links);
    if (route.preferred_source) text += " src " + route.preferred_source->to_string();
    if (route.tos != 0) text += fmt::format(" tos {}", route.tos);
    if (route.metric != 0) text += fmt::format(" metric {}", route.metric);
    if (route.table != net::kMainTable) text += fmt::format(" table {}", route.table);
    return text;
}

std::string text_of(const net::Rule& rule) {
    std::string text = rule.inverted ? "not " : "";
    text += "from " + (rule.from ? rule.from->to_string() : std::string{"all"});
    if (rule.to) text += " to " + rule.to->to_string();
    if (!rule.in_link.empty()) text += " iif " + rule.in_link;
    if (!rule.out_link.empty()) text += " oif " + rule.out_link;
    if (rule.mark) text += fmt::format(" fwmark {:#x}", *rule.mark);
    return text + action_words(rule) + fmt::format(" priority {}", rule.priority);
}

}  // namespace understudy::agent
