#include "support/model_routes.hpp"

#include <algorithm>
#include <cerrno>

namespace understudy::desired {

WantedRoute route_to(std::string_view prefix, std::uint32_t link) {
    WantedRoute wanted;
    wanted.route.destination = net::Prefix::parse(prefix).value();
    wanted.route.link = {link};
    return wanted;
}

WantedRule rule_from(std::string_view prefix, std::uint32_t priority) {
    WantedRule wanted;
    wanted.rule.from = net::Prefix::parse(prefix).value();
    wanted.rule.family = wanted.rule.from->address.family();
    wanted.rule.priority = priority;
    wanted.rule.table = 100;
    return wanted;
}

namespace {

// As the kernel keeps it.
net::Route kept(net::Route route) {
    if (route.family() != net::Family::Ipv6) return route;
    if (route.metric == 0) route.metric = 1024;
    if (!route.preference) route.preference = 0;
    return route;
}

template <typename Object>
int change(ChangeKind kind, const Object& object, std::vector<Object>& held,
           std::deque<ModelRoutes::News>& news, int missing) {
    const auto found = std::ranges::find(held, object);
    if (kind == ChangeKind::Add && found != held.end()) return EEXIST;
    if (kind == ChangeKind::Remove && found == held.end()) return missing;
    if (kind == ChangeKind::Add)
        held.push_back(object);
    else
        held.erase(found);
    news.push_back({kind == ChangeKind::Add, object, false});
    return 0;
}

}  // namespace

int ModelRoutes::carry_out(const RouteChange& wanted) {
    return change(wanted.kind, kept(wanted.object.route), routes_, news, ESRCH);
}

int ModelRoutes::carry_out(const RuleChange& wanted) {
    return change(wanted.kind, wanted.object.rule, rules_, news, ENOENT);
}

void ModelRoutes::replace(const net::Route& route) {
    std::erase_if(routes_, [&](const net::Route& held) { return held.destination == route.destination; });
    routes_.push_back(route);
    news.push_back({true, route, true});
}

void ModelRoutes::link_down(net::LinkIndex link) {
    std::erase_if(routes_, [&](const net::Route& held) {
        return held.family() == net::Family::Ipv4 && held.link == link;
    });
}

void ModelRoutes::address_removed(const net::Address& address) {
    std::erase_if(routes_, [&](const net::Route& held) {
        return held.family() == net::Family::Ipv4 && held.preferred_source == address;
    });
    for (net::Route& held : routes_)
        if (held.preferred_source == address) held.preferred_source.reset();
}

bool ModelRoutes::holds(const net::Route& route) const {
    return std::ranges::find(routes_, kept(route)) != routes_.end();
}

bool ModelRoutes::holds(const net::Rule& rule) const {
    return std::ranges::find(rules_, rule) != rules_.end();
}

}  // namespace understudy::desired
