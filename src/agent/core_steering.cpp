// What the operator orders at run time: a priority of his own, and to give the role away (make before break).
// A drained master goes on as master of the lowest priority until a better one is heard, so an address is
// never without an owner; the election does the rest.
#include <algorithm>

#include "understudy/vrrp/timing.hpp"

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

constexpr net::Priority kDrained{1};
// A backup that hears priority 0 waits for its skew, which is less than an interval.
constexpr int kInvitationIntervals = 2;

}  // namespace

VirtualRouter* Agent::Core::find_router(std::string_view instance) const {
    const auto found = std::ranges::find_if(routers, [&](const std::unique_ptr<VirtualRouter>& router) {
        return !router->leaving && router->settings.name == instance;
    });
    return found == routers.end() ? nullptr : found->get();
}

std::vector<VirtualRouter*> Agent::Core::companions(std::string_view instance) const {
    VirtualRouter* const router = find_router(instance);
    if (router == nullptr) return {};
    return router->group ? groups[*router->group].members : std::vector{router};
}

net::Priority Agent::Core::steered(const VirtualRouter& router, net::Priority tracked) {
    return router.drain ? kDrained : router.ordered_priority.value_or(tracked);
}

void Agent::Core::on(const PriorityOrdered& event) {
    VirtualRouter* const router = find_router(event.instance);
    if (router == nullptr || router->ordered_priority == event.priority) return;
    router->ordered_priority = event.priority;
    tell(words::priority_ordered(event.instance, event.priority));
    evaluate(*router, true);
}

void Agent::Core::on(const DrainAsked& event) {
    for (VirtualRouter* const router : companions(event.instance)) drain(*router, event.duration);
}

void Agent::Core::on(const ResumeAsked& event) {
    for (VirtualRouter* const router : companions(event.instance))
        if (router->drain) resume(*router, false);
}

void Agent::Core::drain(VirtualRouter& router, std::optional<microseconds> duration) {
    const bool is_master = router.role() == vrrp::Role::Master;
    // Asked again, it counts the time anew and tries again to find a taker.
    router.drain = Drain{now, std::nullopt, is_master ? DrainStage::Waiting : DrainStage::HandedOver, {}};
    if (duration) router.drain->until = now + *duration;
    if (is_master) router.drain->next_stage = now + vrrp::longest_peer_wait(router.me) + router.me.interval;
    tell(words::drain_begins(router.settings.name, is_master, duration));
    evaluate(router);
    arm_drain(router);
}

void Agent::Core::resume(VirtualRouter& router, bool time_is_over) {
    router.drain.reset();
    tell(words::drain_over(router.settings.name, time_is_over));
    evaluate(router, true);
    arm_drain(router);
}

void Agent::Core::drain_due(VirtualRouter& router) {
    if (!router.drain) return;
    Drain& drain = *router.drain;
    if (drain.until && *drain.until <= now) return resume(router, true);
    if (drain.next_stage && *drain.next_stage <= now) {
        drain.next_stage.reset();
        if (drain.stage == DrainStage::Waiting) {
            drain.stage = DrainStage::Inviting;
            drain.next_stage = now + kInvitationIntervals * router.me.interval;
            tell(words::drain_invites(router.settings.name, now - drain.since));
            feed(router, vrrp::TakeoverInvited{});
        } else if (drain.stage == DrainStage::Inviting) {
            drain.stage = DrainStage::Alone;
            tell(words::drain_alone(router.settings.name));
        }
    }
    arm_drain(router);
}

void Agent::Core::drained_role_changed(VirtualRouter& router, vrrp::Role before) {
    Drain& drain = *router.drain;
    const bool is_master = router.role() == vrrp::Role::Master;
    if (!is_master && before != vrrp::Role::Master) return;
    drain.stage = is_master ? DrainStage::Alone : DrainStage::HandedOver;
    drain.next_stage.reset();
    if (is_master) {
        tell(words::drain_master_again(router.settings.name));
    } else if (const auto* const backup = std::get_if<vrrp::Backup>(&router.state);
               backup != nullptr && (backup->master || router.group)) {
        tell(words::drain_handed_over(router.settings.name, backup->master, now - drain.since));
    }
    arm_drain(router);
}

void Agent::Core::arm_drain(const VirtualRouter& router) {
    deadlines.set({AlarmKind::Drain, router.id},
                  router.drain ? earliest(router.drain->until, router.drain->next_stage) : std::nullopt);
}

}  // namespace understudy::agent
