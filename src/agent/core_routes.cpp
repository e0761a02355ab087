// Routes and rules of virtual routers, and everything static: what is asked for, what the kernel tells of it,
// and which interfaces an instance has to watch because of it.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core.hpp"
#include "kernel_objects.hpp"
#include "route_words.hpp"

namespace understudy::agent {

namespace {

// As keepalived does, an address watches an interface that is not the instance's own, a route the interface
// it names, and a rule that of arriving packets; of a route with several ways none is watched, because one
// suffices. Without track_primary routes and rules watch the instance's own, too.
std::vector<std::string> links_to_watch(const model::Instance& instance) {
    std::vector<std::string> names;
    for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
        for (const model::VirtualAddress& address : *list)
            if (!address.no_track && address.dev != instance.interface) names.push_back(address.dev);
    for (const model::Route& route : instance.routes)
        if (route.tracked) names.push_back(route.route.link);
    for (const model::Rule& rule : instance.rules)
        if (rule.tracked) names.push_back(rule.rule.in_link);
    std::ranges::sort(names);
    const auto same = std::ranges::unique(names);
    names.erase(same.begin(), same.end());
    std::erase_if(names, [&](const std::string& name) {
        return name.empty() || (name == instance.interface && instance.track_primary);
    });
    return names;
}

}  // namespace

void Agent::Core::on(const RouteSeen& event) { routes.observed(event.route, event.replaces); }

void Agent::Core::on(const RouteVanished& event) { routes.vanished(event.route, now); }

void Agent::Core::on(const RuleSeen& event) { rules.observed(event.rule); }

void Agent::Core::on(const RuleVanished& event) { rules.vanished(event.rule, now); }

void Agent::Core::bind_routes(VirtualRouter& router) {
    managed_changed |= routes.manage(router.id, routes_on(links, router.settings.routes));
    managed_changed |= rules.manage(router.id, wanted_rules(router.settings.rules));
    router.watched_links = links_to_watch(router.settings);
}

// Static addresses, routes and rules, and what ipvlans send their adverts from: there as long as the daemon
// runs.
void Agent::Core::bind_statics() {
    std::vector<net::InterfaceAddress> managed;
    for (const model::StaticAddress& asked : config->static_addresses)
        if (const net::Link* const link = links.find(asked.address.dev))
            managed.push_back(on_link(asked.address, link->index));
    for (const auto& router : routers)
        if (const auto own = ipvlan_address(*router)) managed.push_back(*own);
    managed_changed |= addresses.manage(kStatics, std::move(managed));
    managed_changed |= routes.manage(kStatics, routes_on(links, config->static_routes));
    managed_changed |= rules.manage(kStatics, wanted_rules(config->static_rules));
}

void Agent::Core::want(std::size_t owner, bool wanted) {
    addresses.want(owner, wanted);
    routes.want(owner, wanted);
    rules.want(owner, wanted);
    restless = true;
}

std::size_t Agent::Core::outstanding(std::size_t owner) const {
    return addresses.outstanding(owner) + routes.outstanding(owner) + rules.outstanding(owner);
}

void Agent::Core::assess_routes(const VirtualRouter& router, Assessment& assessment) const {
    for (const std::string& name : router.watched_links)
        if (!is_up(name))
            assessment.faults.push_back({fmt::format("interface {} of an address, route or rule {}", name,
                                                     links.find(name) ? "is down" : "does not exist")});
}

// Whatever left the kernel without a word because of this is asked for again.
void Agent::Core::routes_lost_with(net::LinkIndex link) { routes.link_lost(link); }

void Agent::Core::retry_routes() {
    routes.retry();
    rules.retry();
}

// What leaves goes in the reverse order of what comes: a route needs the address that is its source, and a
// rule the table its route is in. Leases are renewed before all else, because they run out.
std::vector<KernelChange> Agent::Core::take_batch(std::size_t most) {
    std::vector<KernelChange> changes;
    const auto add = [&](auto taken) {
        for (auto& change : taken) changes.emplace_back(std::move(change));
    };
    add(addresses.take_renewals(most, now));
    add(rules.take_removals(most - changes.size(), now));
    add(routes.take_removals(most - changes.size(), now));
    add(addresses.take_removals(most - changes.size(), now));
    add(addresses.take_additions(most - changes.size(), now));
    add(routes.take_additions(most - changes.size(), now));
    add(rules.take_additions(most - changes.size(), now));
    return changes;
}

namespace {

// Those answers that are about one kind of objects.
template <typename Change, typename Book>
void hand_out(const std::vector<KernelChange>& changes, const std::vector<int>& errors, Book& book,
              Instant now) {
    std::vector<Change> those;
    std::vector<int> theirs;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto* const change = std::get_if<Change>(&changes[i]);
        if (!change) continue;
        those.push_back(*change);
        theirs.push_back(errors[i]);
    }
    book.answered(those, theirs, now);
}

}  // namespace

void Agent::Core::hand_out_answers(const std::vector<KernelChange>& changes, const std::vector<int>& errors) {
    hand_out<desired::Change>(changes, errors, addresses, now);
    hand_out<desired::RouteChange>(changes, errors, routes, now);
    hand_out<desired::RuleChange>(changes, errors, rules, now);
}

// Of routes and rules: only what is not as it should be is worth a word.
template <typename Object>
void Agent::Core::found_about(const desired::FindingOf<Object>& finding) {
    const auto name = [&](const Object& object) {
        if constexpr (requires { object.route; })
            return "route " + text_of(object.route, links);
        else
            return "rule " + text_of(object.rule);
    };
    std::visit(
        overloaded{
            [&](const desired::PlacedOf<Object>& placed) {
                if (!placed.repaired) return;
                tell(words::object_repaired(name(placed.object)));
                remember_repair(placed.owner, name(placed.object));
            },
            [&](const desired::LostOf<Object>& lost) {
                tell(words::object_lost(name(lost.object), lost.times, !lost.again_at));
            },
            [&](const desired::RefusedOf<Object>& refused) {
                tell(words::object_refused(name(refused.change.object), refused.change.kind, refused.error));
            },
            [&](const desired::LeftoverRemovedOf<Object>& removed) {
                tell(words::object_left_over(name(removed.object)));
            },
        },
        finding);
}

void Agent::Core::tell_of_routes() {
    for (const desired::RouteFinding& finding : routes.take_findings()) found_about(finding);
    for (const desired::RuleFinding& finding : rules.take_findings()) found_about(finding);
}

}  // namespace understudy::agent
