// What the one who looks on from outside finds wrong with sync groups.
#include <algorithm>
#include <utility>

#include "understudy/vrrp/election.hpp"
#include "understudy/vrrp/timing.hpp"

#include "exhaustive/groups/cluster.hpp"

namespace understudy::exhaustive::groups {

namespace {

constexpr int kSilentAdverts = 3;

microseconds full_wait(const vrrp::Router& self) {
    return kSilentAdverts * self.interval + vrrp::skew(self, self.interval);
}

bool is_all(const Host& host, vrrp::Role role) {
    return std::ranges::all_of(host.members, [role](const Member& member) { return member.role == role; });
}

bool is_any(const Host& host, vrrp::Role role) {
    return std::ranges::any_of(host.members, [role](const Member& member) { return member.role == role; });
}

bool says(const Turn& turn, std::size_t member, net::Priority priority) {
    return std::ranges::any_of(turn.said, [&](const Turn::Word& word) {
        return word.member == member && word.priority == priority;
    });
}

}  // namespace

void Cluster::wrong(std::string what) {
    if (!wrong_) wrong_ = std::move(what);
}

// By what the experiment asks for, whatever the agents have been told.
vrrp::Router Cluster::router(const Host& host, std::size_t index, std::size_t which) const {
    vrrp::Router self;
    self.version = net::VrrpVersion::V3;
    self.preempt = experiment_.preempt;
    self.base_priority = experiment_.priorities[index][which];
    self.priority = host.lowered ? *experiment_.lowered : self.base_priority;
    self.address = own_address(index, which);
    return self;
}

// Everybody who waits for it has taken over by now.
bool Cluster::slept_too_long(const Host& host, std::size_t index, std::size_t which, Instant now) const {
    const Member& member = host.members[which];
    return member.role == vrrp::Role::Master &&
           now > member.spoke_at + vrrp::patience_with_master(router(host, index, which));
}

// What the members have heard and said in this turn, and what that makes of them.
void Cluster::note(World& world, const Host& before, std::size_t index, const Turn& turn) const {
    const Instant now = world.now;
    for (std::size_t i = 0; i < members(); ++i) {
        Member& member = world.hosts[index].members[i];
        const Member& was = before.members[i];
        const bool was_backup = was.role == vrrp::Role::Backup;
        const bool is_backup = member.role == vrrp::Role::Backup;
        if (!was_backup || !is_backup) {
            member.waiting_since = is_backup ? now : Instant{};
            member.resigned_at.reset();
            member.asked = false;
        } else if (turn.is_timer && was.takeover_at <= now && member.takeover_at > now) {
            member.asked = true;
        }
        if (is_backup && turn.heard && turn.heard->member == i)
            note_heard(member, router(world.hosts[index], index, i), turn.heard->priority, now);
        note_spoken(member, was, says(turn, i, member.priority), turn.is_timer, now);
    }
}

void Cluster::note_heard(Member& member, const vrrp::Router& self, net::Priority heard, Instant now) const {
    if (heard == net::kResigning) {
        member.resigned_at = now;
    } else if (heard >= self.priority || !self.preempt) {
        member.waiting_since = now;
        member.resigned_at.reset();
        member.asked = false;
    }
}

// The next advert is counted from when this one was due, unless it would be due already.
void Cluster::note_spoken(Member& member, const Member& was, bool speaks, bool by_timer, Instant now) {
    if (member.role != vrrp::Role::Master) {
        member.spoke_at = {};
    } else if (was.role != vrrp::Role::Master) {
        member.spoke_at = now;
    } else if (speaks) {
        const bool in_step = by_timer && was.spoke_at + 2 * vrrp::Router{}.interval > now;
        member.spoke_at = in_step ? was.spoke_at + vrrp::Router{}.interval : now;
    }
}

void Cluster::judge_turn(const World& world, const Host& before, std::size_t index, const Turn& turn) {
    judge_rest(world.hosts[index]);
    judge_words(world, before, index, turn);
    judge_yielding(world, before, index, turn);
    judge_takeover(world, before, index);
}

void Cluster::judge_rest(const Host& host) {
    if (!is_all(host, host.members.front().role)) wrong("members of one group have different roles");
    const bool cut = std::ranges::any_of(host.members, &Member::cut);
    const bool runs = host.life == Life::Works;
    if (runs && cut && !is_all(host, vrrp::Role::Fault)) wrong("a fault of one member is not that of all");
    if (runs && !cut && is_any(host, vrrp::Role::Fault)) wrong("a fault without a reason");
    for (const Member& member : host.members)
        if (member.holds != (member.role == vrrp::Role::Master))
            wrong(member.holds ? "addresses without a master" : "a master without addresses");
}

void Cluster::judge_words(const World& world, const Host& before, std::size_t index, const Turn& turn) {
    for (const Turn::Word& word : turn.said) {
        const Member& was = before.members[word.member];
        const Member& is = world.hosts[index].members[word.member];
        const bool goes_on = is.role == vrrp::Role::Master;
        if (was.role != vrrp::Role::Master && !goes_on) wrong("an advert of one that is not master");
        if (slept_too_long(before, index, word.member, world.now))
            wrong("an advert of a master that slept too long");
        if (word.priority == net::kResigning) {
            if (goes_on) wrong("a master says 0 and keeps its role");
            if (is.role == vrrp::Role::Backup) wrong("one that yields to a better one says 0");
        } else if (word.priority != router(world.hosts[index], index, word.member).priority) {
            wrong("an advert of a priority that it does not have");
        }
    }
}

void Cluster::judge_yielding(const World& world, const Host& before, std::size_t index, const Turn& turn) {
    if (!is_any(before, vrrp::Role::Master)) return;
    const Host& host = world.hosts[index];
    bool may_yield = false;
    for (std::size_t i = 0; i < members(); ++i) {
        may_yield |= slept_too_long(before, index, i, world.now);
        if (turn.heard && turn.heard->member == i) {
            const vrrp::AdvertHeard heard{turn.heard->priority, {}, own_address(turn.heard->from, i)};
            may_yield |= vrrp::outranks(heard, router(before, index, i));
        }
    }
    if (is_any(host, vrrp::Role::Backup) && !may_yield) wrong("it yields to nobody");
    if (!is_any(host, vrrp::Role::Fault) && !is_any(host, vrrp::Role::Idle)) return;
    for (std::size_t i = 0; i < members(); ++i)
        if (before.members[i].role == vrrp::Role::Master && !says(turn, i, net::kResigning) &&
            !slept_too_long(before, index, i, world.now))
            wrong("it gives up its role, and one of its members does not resign");
}

void Cluster::judge_takeover(const World& world, const Host& before, std::size_t index) {
    for (std::size_t i = 0; i < members(); ++i) {
        const Member& was = before.members[i];
        if (world.hosts[index].members[i].role != vrrp::Role::Master || was.role == vrrp::Role::Master)
            continue;
        if (was.role != vrrp::Role::Backup) return wrong("a master that was no backup");
        const vrrp::Router self = router(before, index, i);
        Instant earliest_takeover = was.waiting_since + full_wait(self);
        if (was.resigned_at)
            earliest_takeover =
                std::min(earliest_takeover, *was.resigned_at + vrrp::skew(self, self.interval));
        if (world.now < earliest_takeover) wrong("it takes over before one of its members may");
    }
}

// What is due has been made when there is nothing that is.
void Cluster::judge_patience(const World& world, std::size_t index) {
    const Host& host = world.hosts[index];
    if (!works(world, index) || is_due(world, index) || !is_all(host, vrrp::Role::Backup)) return;
    bool all_may = true;
    for (std::size_t i = 0; i < members(); ++i) {
        const vrrp::Router self = router(host, index, i);
        Instant latest = host.members[i].waiting_since + full_wait(self);
        if (host.members[i].resigned_at)
            latest = std::max(latest, *host.members[i].resigned_at + vrrp::skew(self, self.interval));
        all_may &= world.now >= latest;
    }
    if (all_may) wrong("it waits for longer than all of its members have to");
}

// The slowest member's, because all wait for that.
microseconds Cluster::slowest_wait(const Host& host, std::size_t index) const {
    microseconds slowest{0};
    for (std::size_t i = 0; i < members(); ++i)
        slowest = std::max(slowest, full_wait(router(host, index, i)));
    return slowest;
}

// The last advert from before a disturbance is under way; with nopreempt a backup follows even what a master
// that is about to yield has answered to it.
microseconds Cluster::under_way() const { return (experiment_.preempt ? 1 : 2) * experiment_.grain; }

// An advert later everybody has heard of a new master.
microseconds Cluster::until_told() const { return vrrp::Router{}.interval + experiment_.grain; }

microseconds Cluster::longest_election() const {
    return under_way() + vrrp::longest_peer_wait(router({}, 0, 0)) + until_told();
}

bool Cluster::is_settled(const World& world) const {
    return world.now > world.disturbed_at + longest_election();
}

void Cluster::judge_election(const World& world) {
    const auto priority_of = [&](std::size_t i) { return router(world.hosts[i], i, 0).priority; };
    std::optional<std::size_t> best;
    std::size_t masters = 0;
    bool best_is_master = false;
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        const bool is_master = is_any(world.hosts[i], vrrp::Role::Master);
        if (!works(world, i) || (!is_master && !is_any(world.hosts[i], vrrp::Role::Backup))) continue;
        if (is_master) ++masters;
        const bool is_better = !best || priority_of(i) > priority_of(*best);
        const bool is_as_good = best && priority_of(i) == priority_of(*best);
        if (is_better) best = i;
        if (is_better || is_as_good) best_is_master = is_master || (is_as_good && best_is_master);
    }
    if (!best) return;
    const Instant elected = world.disturbed_at + under_way() + slowest_wait(world.hosts[*best], *best);
    if (world.now > elected && masters == 0) wrong("nobody is master");
    if (world.now > elected && experiment_.preempt && !best_is_master) wrong("the best is not master");
    if (world.now > elected + until_told() && masters > 1) wrong("there are several masters");
}

}  // namespace understudy::exhaustive::groups
