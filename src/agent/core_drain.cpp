// To give the role away on purpose, make before break. A drained master goes on as master of the lowest
// priority until a better one is heard, so an address is never without an owner; the election does the rest.
// A failover is a drain that ends with that.
#include <algorithm>

#include "understudy/vrrp/timing.hpp"

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

// One packet may be lost. A backup that hears priority 0 waits for its skew, which is less than an interval.
constexpr int kInvitations = 3;
// Who ends a whole group of processes, as a terminal does, is heard twice: by us and through the supervisor.
constexpr milliseconds kOneOrder{500};

}  // namespace

// The last advert of the priority that is given up may go out an interval after the order.
PeerWait Agent::Core::peer_wait(const vrrp::Router& router) {
    return {vrrp::longest_peer_wait(router) + router.interval, router.interval};
}

// A peer's group takes over when all its members want to, so all of them are waited for alike.
PeerWait Agent::Core::slowest(const VirtualRouter& router) const {
    return router.group ? groups[*router.group].slowest : peer_wait(router.me);
}

void Agent::Core::on(const DrainAsked& event) {
    for (VirtualRouter* const router : companions(event.instance)) {
        const bool is_master = router->role() == vrrp::Role::Master;
        tell_and_remember(*router, words::drain_begins(router->settings.name, is_master, event.duration));
        // Asked again, it counts the time anew and tries again to find a taker.
        Drain order{.since = now};
        if (event.duration) order.until = now + *event.duration;
        drain(*router, order);
    }
}

void Agent::Core::on(const FailoverAsked& event) {
    const VirtualRouter* const asked = find_router(event.instance);
    if (asked == nullptr || asked->role() != vrrp::Role::Master) return;
    for (VirtualRouter* const router : companions(event.instance)) {
        if (router->role() != vrrp::Role::Master) continue;
        tell_and_remember(*router, words::failover_begins(router->settings.name));
        drain(*router, {.since = now, .failover = true});
    }
}

void Agent::Core::on(const ResumeAsked& event) {
    for (VirtualRouter* const router : companions(event.instance)) {
        if (!router->drain && !router->me.held_back) continue;
        router->me.held_back = false;
        resume(*router, words::drain_over(router->settings.name, false));
    }
}

void Agent::Core::drain(VirtualRouter& router, const Drain& order) {
    router.drain = order;
    if (router.role() == vrrp::Role::Master) {
        router.drain->stage = DrainStage::Waiting;
        router.drain->next_stage = now + slowest(router).patience;
    }
    orders_due = true;
    evaluate(router);
    arm_drain(router);
}

void Agent::Core::resume(VirtualRouter& router, Record why) {
    router.drain.reset();
    orders_due = true;
    tell_and_remember(router, std::move(why));
    evaluate(router, true);
    arm_drain(router);
}

void Agent::Core::drain_due(VirtualRouter& router) {
    if (!router.drain) return;
    Drain& drain = *router.drain;
    if (drain.until && *drain.until <= now)
        return resume(router, words::drain_over(router.settings.name, true));
    if (drain.next_stage && *drain.next_stage <= now) drain_goes_on(router);
    arm_drain(router);
}

// A failover has succeeded, or nobody has come forward in the time that all had.
void Agent::Core::drain_goes_on(VirtualRouter& router) {
    const std::string& name = router.settings.name;
    Drain& drain = *router.drain;
    drain.next_stage.reset();
    if (drain.stage == DrainStage::HandedOver) {
        router.me.held_back = true;
        return resume(router, words::failover_done(name));
    }
    if (drain.invitations == kInvitations) {
        if (drain.failover) return resume(router, words::failover_failed(name));
        drain.stage = DrainStage::Alone;
        return tell_and_remember(router, words::drain_alone(name));
    }
    if (drain.invitations++ == 0) {
        drain.stage = DrainStage::Inviting;
        tell_and_remember(router, words::drain_invites(name, now - drain.since));
    }
    const microseconds silence = slowest(router).interval;
    drain.next_stage = now + silence;
    feed(router, vrrp::TakeoverInvited{silence});
}

void Agent::Core::drained_role_changed(VirtualRouter& router, vrrp::Role before) {
    Drain& drain = *router.drain;
    const bool is_master = router.role() == vrrp::Role::Master;
    if (!is_master && before != vrrp::Role::Master) return;
    drain.stage = is_master ? DrainStage::Alone : DrainStage::HandedOver;
    drain.next_stage.reset();
    if (is_master) {
        tell_and_remember(router, words::drain_master_again(router.settings.name));
    } else if (const auto* const backup = std::get_if<vrrp::Backup>(&router.state);
               backup != nullptr && (backup->master || router.group)) {
        tell_and_remember(router,
                          words::drain_handed_over(router.settings.name, backup->master, now - drain.since));
    }
    if (drain.failover) drain.next_stage = now;
    arm_drain(router);
}

void Agent::Core::arm_drain(const VirtualRouter& router) {
    deadlines.set({AlarmKind::Drain, router.id},
                  router.drain ? earliest(router.drain->until, router.drain->next_stage) : std::nullopt);
}

// Whoever takes over from a router of that name, after a crash or as its like on the wire, begins as backup.
void Agent::Core::inherit_drain(VirtualRouter& router, const ctl::StandingOrders::Drain& order) {
    router.drain = Drain{.since = order.since, .until = order.until, .failover = order.failover};
    if (order.failover) router.drain->next_stage = now;
    arm_drain(router);
}

bool Agent::Core::hands_over_first(const StopAsked& event) const {
    const auto may_give = [](const auto& router) { return router->role() == vrrp::Role::Master; };
    return config->globals.graceful_handover > seconds{0} && !event.keep_addresses && !farewell &&
           std::ranges::any_of(routers, may_give);
}

bool Agent::Core::is_said_twice() const { return farewell && now < farewell->since + kOneOrder; }

void Agent::Core::begin_farewell() {
    const seconds bound = config->globals.graceful_handover;
    farewell = Farewell{now, now + bound};
    tell(words::farewell_begins(bound));
    on(DrainAsked{});
    deadlines.set({AlarmKind::Farewell, 0}, farewell->until);
}

// As soon as it is known what becomes of every role.
void Agent::Core::settle_farewell() {
    if (!farewell || stopping) return;
    const auto waits = [](const auto& router) {
        return router->role() == vrrp::Role::Master &&
               !(router->drain && router->drain->stage == DrainStage::Alone);
    };
    if (now < farewell->until && std::ranges::any_of(routers, waits)) return;
    stop(false);
}

}  // namespace understudy::agent
