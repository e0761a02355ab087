// What the one who looks on from outside finds wrong.
#include <algorithm>
#include <utility>

#include "understudy/vrrp/timing.hpp"

#include "exhaustive/cluster.hpp"
#include "support/printers.hpp"

namespace understudy::exhaustive {

namespace {

constexpr int kDownTimerAdverts = 3;

bool is_master_by_right(const vrrp::Router& self) {
    return self.is_owner() && (self.wants_master || self.strict);
}

// Everybody who waits for it has taken over by now.
bool slept_too_long(const vrrp::Router& self, const vrrp::State& state) {
    const auto* const master = std::get_if<vrrp::Master>(&state);
    return master != nullptr &&
           kNow > master->advertise_at - self.interval + vrrp::patience_with_master(self);
}

}  // namespace

void Cluster::wrong(std::string what) {
    if (!wrong_) wrong_ = std::move(what);
}

void Cluster::note_heard(Host& host, const vrrp::Router& self, net::Priority priority) const {
    if (vrrp::role(host.state) != vrrp::Role::Backup || host.deaf_until > kNow) return;
    const bool preempts = self.is_owner() || (self.preempt && !self.held_back);
    if (priority == net::kResigning) {
        host.resigned_at = kNow;
    } else if (priority >= self.priority || !preempts) {
        host.waiting_since = kNow;
        host.resigned_at.reset();
    }
}

void Cluster::judge_step(const Host& host, const vrrp::Router& self, const vrrp::Event& event,
                         const vrrp::Step& next) {
    const vrrp::Role before = vrrp::role(host.state);
    const vrrp::Role after = vrrp::role(next.state);
    judge_adverts(host, self, event, next);
    judge_deafness(host, event, next);
    if (before != vrrp::Role::Master && after == vrrp::Role::Master) judge_takeover(host, self);
    if (before == vrrp::Role::Master && after == vrrp::Role::Backup && self.is_owner() &&
        !slept_too_long(self, host.state))
        wrong("an owner yields");
    const bool is_order = std::holds_alternative<vrrp::PriorityChanged>(event) ||
                          std::holds_alternative<vrrp::TakeoverInvited>(event);
    if (is_order && before != after && !slept_too_long(self, host.state))
        wrong("it changes its role before another is master");
    const auto due = vrrp::deadline(next.state);
    const bool waits = after == vrrp::Role::Backup || after == vrrp::Role::Master;
    if (due.has_value() != waits) wrong("only who waits has a deadline, but " + to_text(next.state));
    if (std::holds_alternative<vrrp::TimeReached>(event) && due && *due <= kNow)
        wrong("a timer that has run out is due at once again: " + to_text(next.state));
}

void Cluster::judge_adverts(const Host& host, const vrrp::Router& self, const vrrp::Event& event,
                            const vrrp::Step& next) {
    const bool was_master = vrrp::role(host.state) == vrrp::Role::Master;
    const bool is_master = vrrp::role(next.state) == vrrp::Role::Master;
    for (const vrrp::Action& action : next.actions) {
        const auto* const sent = std::get_if<vrrp::SendAdvert>(&action);
        if (sent == nullptr) continue;
        if (!was_master && !is_master) wrong("an advert of one that is not master");
        if (slept_too_long(self, host.state)) wrong("an advert of a master that slept too long");
        if (sent->priority == net::kResigning) {
            if (is_master && !std::holds_alternative<vrrp::TakeoverInvited>(event))
                wrong("a master says 0 and keeps its role");
        } else if (sent->priority != self.priority) {
            wrong("an advert of a priority that it does not have");
        }
        if (sent->priority == net::kOwner && !self.is_owner()) wrong("priority 255 of one that is no owner");
    }
}

void Cluster::judge_deafness(const Host& host, const vrrp::Event& event, const vrrp::Step& next) {
    if (!(host.deaf_until > kNow) || !std::holds_alternative<vrrp::AdvertHeard>(event)) return;
    if (next.state != host.state || !next.actions.empty())
        wrong("it heeds an advert before the start-up delay is over");
}

// When the start-up delay is over; an owner by right waits for that and no longer.
Instant Cluster::wait_begins(const Host& host, const vrrp::Router& self) const {
    if (!host.deaf_until) return kNow;
    const microseconds waited =
        is_master_by_right(self) ? vrrp::shortest_down_interval(self, self.interval) : microseconds{0};
    return *host.deaf_until - waited;
}

void Cluster::judge_takeover(const Host& host, const vrrp::Router& self) {
    const bool by_right = is_master_by_right(self);
    if (host.deaf_until > kNow) wrong("it takes over before the start-up delay is over");
    if (vrrp::role(host.state) == vrrp::Role::Idle) {
        if (!by_right) wrong("it starts as master");
        return;
    }
    if (vrrp::role(host.state) != vrrp::Role::Backup) return wrong("a master that was no backup");
    const microseconds own_skew = vrrp::skew(self, self.interval);
    const microseconds silence = by_right ? vrrp::shortest_down_interval(self, self.interval)
                                          : kDownTimerAdverts * self.interval + own_skew;
    const Instant earliest_takeover =
        host.resigned_at ? *host.resigned_at + own_skew : host.waiting_since + silence;
    if (kNow < earliest_takeover) wrong("it takes over too early");
}

void Cluster::judge_rest(const Host& host) {
    const bool is_master = vrrp::role(host.state) == vrrp::Role::Master;
    if (host.holds != is_master)
        wrong(is_master ? "a master without addresses" : "addresses without a master");
}

// Until the best one's wait begins, after a disturbance. The last advert from before is under way; with
// nopreempt a backup follows even what a master that is about to yield has answered to it. With preempt_delay
// there has to be a weaker master first, and the delay begins and ends with an advert of it.
microseconds Cluster::longest_delay_of(const vrrp::Router& self) const {
    const bool follows_weaker = !preempting_ || offers(Kind::Failover);
    const microseconds under_way = (follows_weaker ? 2 : 1) * experiment_.grain + experiment_.startup_delay;
    if (self.preempt_delay == microseconds{0}) return under_way;
    return under_way + vrrp::longest_peer_wait(self) + self.preempt_delay + until_told(self);
}

// An advert later everybody has heard of a new master.
microseconds Cluster::until_told(const vrrp::Router& self) const { return self.interval + experiment_.grain; }

microseconds Cluster::longest_election() const {
    microseconds longest{0};
    for (const vrrp::Router& self : experiment_.routers)
        longest =
            std::max(longest, longest_delay_of(self) + vrrp::longest_peer_wait(self) + until_told(self));
    return longest;
}

bool Cluster::is_settled(const World& world) const { return kNow > world.disturbed_at + longest_election(); }

void Cluster::judge_election(const World& world) {
    std::optional<std::size_t> best;
    std::size_t masters = 0;
    bool best_is_master = false;
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        const vrrp::Role role = vrrp::role(world.hosts[i].state);
        const bool is_master = role == vrrp::Role::Master;
        if (!works(world, i) || (role != vrrp::Role::Backup && !is_master)) continue;
        if (is_master) ++masters;
        if (world.hosts[i].held_back) continue;
        const net::Priority priority = me(world, i).priority;
        if (!best || priority > me(world, *best).priority) {
            best = i;
            best_is_master = is_master;
        } else if (priority == me(world, *best).priority) {
            best_is_master = best_is_master || is_master;
        }
    }
    if (!best) return;
    const vrrp::Router self = me(world, *best);
    const Instant elected =
        world.disturbed_at + longest_delay_of(self) + vrrp::master_down_interval(self, self.interval);
    if (kNow > elected && masters == 0) wrong("nobody is master");
    if (kNow > elected && !best_is_master && (preempting_ || self.is_owner()))
        wrong("the best is not master");
    if (kNow > elected + until_told(self) && masters > 1) wrong("there are several masters");
}

}  // namespace understudy::exhaustive
