#include "support/routers.hpp"

#include <algorithm>
#include <utility>

#include "understudy/base/assert.hpp"
#include "understudy/vrrp/timing.hpp"

namespace understudy::vrrp {

Router v3_router(net::Priority priority) {
    Router me;
    me.vrid = net::Vrid{51};
    me.version = net::VrrpVersion::V3;
    me.base_priority = priority;
    me.priority = priority;
    me.address = kOurAddress;
    return me;
}

Router v2_router(net::Priority priority) {
    Router me = v3_router(priority);
    me.version = net::VrrpVersion::V2;
    return me;
}

Router v3_owner() {
    Router me = v3_router(net::kOwner);
    me.wants_master = true;
    return me;
}

AdvertHeard advert(net::Priority priority, microseconds interval, net::Address source) {
    return {priority, interval, source};
}

Backup waiting_backup(const Router& me, Instant from) {
    Backup backup;
    backup.timer_started = from;
    backup.takeover_at = from + master_down_interval(me, me.interval);
    backup.master_interval = me.interval;
    return backup;
}

Backup following_backup(const Router& me, const AdvertHeard& heard, Instant when) {
    Backup backup = waiting_backup(me, when);
    if (me.version == net::VrrpVersion::V3) backup.master_interval = heard.interval;
    backup.takeover_at = when + master_down_interval(me, backup.master_interval);
    backup.master = heard.source;
    backup.master_priority = heard.priority;
    return backup;
}

Actions orders(const Actions& actions) {
    Actions kept;
    for (const Action& action : actions)
        if (!std::holds_alternative<Explain>(action)) kept.push_back(action);
    return kept;
}

Actions Soloist::handle(const Event& event) {
    Step next = step(me, state, event, now);
    state = std::move(next.state);
    for (const Action& action : next.actions) orders.push_back({now, action});
    return std::move(next.actions);
}

void Soloist::run_for(microseconds duration) {
    const Instant end = now + duration;
    while (const auto due = deadline(state)) {
        if (*due > end) break;
        now = std::max(now, *due);
        handle(TimeReached{});
    }
    now = end;
}

microseconds Soloist::run_until_master(microseconds limit) {
    const Instant begun = now;
    while (role() != Role::Master) {
        const auto due = deadline(state);
        UNDERSTUDY_ASSERT(due.has_value() && *due - begun <= limit);
        now = std::max(now, *due);
        handle(TimeReached{});
    }
    return now - begun;
}

std::vector<Instant> Soloist::adverts_sent() const {
    std::vector<Instant> times;
    for (const Order& order : orders)
        if (std::holds_alternative<SendAdvert>(order.action)) times.push_back(order.at);
    return times;
}

}  // namespace understudy::vrrp
