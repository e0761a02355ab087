#include "understudy/desired/routes.hpp"

#include <algorithm>
#include <cerrno>

#include "objects_of.hpp"

namespace understudy::desired {

namespace {

constexpr std::uint32_t kDefaultMetricOfIpv6 = 1024;

bool is_same_link(net::LinkIndex a, net::LinkIndex b) { return a == b || a.value == 0 || b.value == 0; }

// The ways packets take, one written like several.
std::vector<net::NextHop> ways(const net::Route& route) {
    if (!route.hops.empty()) return route.hops;
    net::NextHop only;
    only.gateway = route.gateway;
    only.link = route.link;
    return {only};
}

bool is_same_way(const net::NextHop& a, const net::NextHop& b) {
    return a.gateway == b.gateway && is_same_link(a.link, b.link);
}

bool leads_somewhere(const net::Route& route) {
    return route.type != net::RouteType::Blackhole && route.type != net::RouteType::Unreachable &&
           route.type != net::RouteType::Prohibit && route.type != net::RouteType::Throw;
}

bool uses(const net::Route& route, net::LinkIndex link) {
    return leads_somewhere(route) && std::ranges::any_of(ways(route), [&](const net::NextHop& way) {
               return is_same_link(way.link, link);
           });
}

WantedRoute told(const net::Route& route) { return {route, model::Insertion::Before, true}; }

}  // namespace

template class Objects<RouteKind>;

RouteKind::PlaceKey RouteKind::place(const Object& wanted) {
    const net::Route& route = wanted.route;
    const bool none = route.metric == 0 && route.family() == net::Family::Ipv6;
    return {route.destination, route.table, none ? kDefaultMetricOfIpv6 : route.metric, route.tos};
}

bool RouteKind::is_same(const Object& a, const Object& b) {
    if (a.route.type != b.route.type || a.route.source != b.route.source) return false;
    if (a.route.family() == net::Family::Ipv4 && a.route.preferred_source != b.route.preferred_source)
        return false;
    if (!leads_somewhere(a.route)) return true;
    return std::ranges::is_permutation(ways(a.route), ways(b.route), is_same_way);
}

bool RouteKind::has_same_settings(const Object& a, const Object& b) { return a.route == b.route; }

WantedRoute RouteKind::to_remove(const Object& asked, const std::optional<Object>& placed,
                                 const std::optional<Object>& heard) {
    return heard ? *heard : placed.value_or(asked);
}

// One that is to stand alone is refused with the same words when it is there and when another one is.
bool RouteKind::is_added(const Object& wanted, int error, bool was_present) {
    if (error != EEXIST) return error == 0;
    return was_present || wanted.insertion != model::Insertion::Alone;
}

bool RouteKind::is_removed(int error) { return error == 0 || error == ESRCH || error == ENODEV; }

// The first of these are most likely the forerunners of news about a link. A route of several ways stays
// while one of its links is down, but would be refused if it were not there.
bool RouteKind::is_worth_telling(const Object& wanted, int error, std::uint32_t refusals) {
    if (error == ENETDOWN && !wanted.route.hops.empty()) return false;
    const bool passing = error == ENODEV || error == ENETDOWN;
    return !passing || refusals > 1;
}

std::uint32_t RouteKind::echoes_of_removal(const Object& removed) {
    const bool each = removed.route.family() == net::Family::Ipv6 && !removed.route.hops.empty();
    return each ? static_cast<std::uint32_t>(removed.route.hops.size()) : 1;
}

// A stranger's that took the place of another one says nothing of which.
void Routes::observed(const net::Route& route, bool replaced) {
    const WantedRoute heard = told(route);
    if (RouteKind::is_heard(heard)) book().observed(heard);
    auto* const place = replaced ? book().find_place({}, RouteKind::place(heard)) : nullptr;
    if (place == nullptr) return;
    for (const auto& item : *place)
        if (!RouteKind::is_heard(heard) || !RouteKind::is_same(item->object, heard)) book().doubt(*item);
}

void Routes::vanished(const net::Route& route, Instant now) {
    const WantedRoute gone = told(route);
    if (!RouteKind::is_heard(gone)) return;
    auto* const place = book().find_place({}, RouteKind::place(gone));
    if (place == nullptr) return;
    if (auto* const item = find_in<RouteKind>(*place, gone)) return book().item_vanished(*item, now, true);
    if (route.family() == net::Family::Ipv4) return;
    // One of several ways: the echo of our own removal of all of them, or the work of somebody else.
    const net::NextHop way = ways(route).front();
    const auto partly = std::ranges::find_if(*place, [&](const auto& item) {
        return std::ranges::any_of(item->object.route.hops,
                                   [&](const net::NextHop& hop) { return is_same_way(hop, way); });
    });
    if (partly == place->end()) return;
    auto& item = **partly;
    if (item.expected_disappearances == 0) return book().damage(item);
    --item.expected_disappearances;
    book().forget_if_idle(item);
}

void Routes::resynchronised(std::span<const net::Route> all, Instant now) {
    std::vector<WantedRoute> heard;
    for (const net::Route& route : all) heard.push_back(told(route));
    book().resynchronised(heard, now);
}

void Routes::link_lost(net::LinkIndex link) {
    for (const auto& [owner, owned] : book().owners)
        for (auto* const item : owned.items)
            if (uses(item->object.route, link)) book().doubt(*item);
}

void Routes::address_lost(net::LinkIndex link, const net::Address& address) {
    for (const auto& [owner, owned] : book().owners)
        for (auto* const item : owned.items) {
            const net::Route& route = item->object.route;
            if (route.family() != address.family()) continue;
            const bool was_source = route.preferred_source == address;
            if (address.is_v4() && (was_source || uses(route, link))) book().doubt(*item);
            if (address.is_v6() && was_source) book().damage(*item);
        }
}

}  // namespace understudy::desired
