// What the operator orders at run time: a priority of his own, to give the role away (core_drain), to make a
// check at once, and what survives of all that when the process dies.
#include <algorithm>

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

constexpr net::Priority kDrained{1};

ctl::StandingOrders standing_orders(const VirtualRouter& router) {
    ctl::StandingOrders orders{router.settings.name, router.ordered_priority, {}, router.me.held_back};
    if (const auto& drain = router.drain) orders.drain = {drain->since, drain->until, drain->failover};
    return orders;
}

}  // namespace

VirtualRouter* Agent::Core::find_router(std::string_view instance) const {
    const auto found = std::ranges::find_if(routers, [&](const std::unique_ptr<VirtualRouter>& router) {
        return !router->leaving && router->settings.name == instance;
    });
    return found == routers.end() ? nullptr : found->get();
}

std::vector<VirtualRouter*> Agent::Core::companions(const std::optional<std::string>& instance) const {
    if (instance) {
        VirtualRouter* const router = find_router(*instance);
        if (router == nullptr) return {};
        return router->group ? groups[*router->group].members : std::vector{router};
    }
    std::vector<VirtualRouter*> all;
    for (const auto& router : routers)
        if (!router->leaving) all.push_back(router.get());
    return all;
}

net::Priority Agent::Core::steered(const VirtualRouter& router, net::Priority tracked) {
    return router.drain ? kDrained : router.ordered_priority.value_or(tracked);
}

void Agent::Core::on(const PriorityOrdered& event) {
    orders_due = true;
    for (VirtualRouter* const router : companions(event.instance)) {
        if (event.priority) router->me.held_back = false;  // whoever orders a priority wants it to decide
        if (router->ordered_priority == event.priority) continue;
        router->ordered_priority = event.priority;
        tell_and_remember(*router, words::priority_ordered(router->settings.name, event.priority));
        evaluate(*router, true);
    }
}

void Agent::Core::on(const CheckAsked& event) {
    for (const auto& script : scripts) {
        if (!script || script->settings.name != event.name || script->tracker.running()) continue;
        script->tracker.run_at(now);
        script_due(*script);
    }
}

void Agent::Core::on(const OrdersInherited& event) {
    told_orders = event.orders;
    for (const ctl::StandingOrders& orders : event.orders) {
        VirtualRouter* const router = find_router(orders.instance);
        if (router == nullptr) continue;
        router->ordered_priority = orders.priority;
        router->me.held_back = orders.held_back;
        if (orders.drain) inherit_drain(*router, *orders.drain);
        tell_and_remember(*router, words::orders_inherited(orders));
    }
}

void Agent::Core::settle_orders() {
    if (!std::exchange(orders_due, false)) return;
    std::vector<ctl::StandingOrders> orders;
    for (const auto& router : routers)
        if (!router->leaving && (router->ordered_priority || router->drain || router->me.held_back))
            orders.push_back(standing_orders(*router));
    if (orders == told_orders) return;
    told_orders = orders;
    actions.push_back(KeepOrders{std::move(orders)});
}

}  // namespace understudy::agent
