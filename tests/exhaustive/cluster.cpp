#include "exhaustive/cluster.hpp"

#include <algorithm>
#include <utility>

#include "understudy/base/assert.hpp"
#include "understudy/base/overloaded.hpp"
#include "understudy/net/archive.hpp"
#include "understudy/vrrp/timing.hpp"

#include "exhaustive/instants.hpp"
#include "support/printers.hpp"

namespace understudy::exhaustive {

namespace {

constexpr net::Priority kDrained{1};

}  // namespace

vrrp::Router router(net::VrrpVersion version, net::Priority priority) {
    vrrp::Router router;
    router.version = version;
    router.base_priority = router.priority = priority;
    return router;
}

Experiment experiment_of(std::vector<vrrp::Router> routers, std::vector<Kind> mishaps) {
    Experiment experiment;
    experiment.routers = std::move(routers);
    for (std::size_t i = 0; i < experiment.routers.size(); ++i)
        experiment.routers[i].address = net::Address::v4(192, 0, 2, static_cast<std::uint8_t>(i + 1));
    experiment.mishaps = std::move(mishaps);
    return experiment;
}

Cluster::Cluster(Experiment experiment)
    : experiment_(std::move(experiment)),
      preempting_(std::ranges::all_of(experiment_.routers, &vrrp::Router::preempt)),
      memory_{0} {
    for (const vrrp::Router& router : experiment_.routers)
        memory_ = std::max(memory_, vrrp::longest_peer_wait(router) + router.interval);
}

std::string Cluster::key(const World& world) const {
    std::vector<std::byte> octets;
    ArchiveWriter out{octets};
    put(out, world);
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

World Cluster::begin() {
    World world;
    world.hosts.resize(experiment_.routers.size());
    world.disturbed_at = kNow;
    for (std::size_t i = 0; i < world.hosts.size(); ++i) start(world, i);
    forget_the_past(world);
    return world;
}

bool Cluster::works(const World& world, std::size_t host) const {
    return world.hosts[host].life == Life::Works;
}

bool Cluster::is_due(const World& world, std::size_t host) const {
    const auto due = vrrp::deadline(world.hosts[host].state);
    return works(world, host) && due && *due <= kNow;
}

vrrp::Router Cluster::me(const World& world, std::size_t host) const {
    vrrp::Router me = experiment_.routers[host];
    if (world.hosts[host].lowered) me.priority = experiment_.lowered.at(host);
    if (world.hosts[host].drained) me.priority = kDrained;
    me.held_back = world.hosts[host].held_back;
    return me;
}

// An advert that was sent to a host that stands still waits for it.
std::optional<Instant> Cluster::next(const World& world) const {
    std::optional<Instant> soonest;
    for (std::size_t i = 0; i < world.hosts.size(); ++i)
        if (works(world, i)) soonest = earliest(soonest, vrrp::deadline(world.hosts[i].state));
    for (const Flight& flight : world.flights)
        if (works(world, flight.to)) soonest = earliest(soonest, flight.until);
    return soonest;
}

bool Cluster::offers(Kind kind) const {
    return std::ranges::find(experiment_.mishaps, kind) != experiment_.mishaps.end();
}

// What is due comes before time passes: our hosts are fast. One that is not is one that freezes.
std::vector<Move> Cluster::moves(const World& world) const {
    std::vector<Move> moves;
    for (std::uint8_t i = 0; i < world.flights.size(); ++i) {
        if (works(world, world.flights[i].to)) moves.push_back({Kind::Deliver, i});
        if (works(world, world.flights[i].to) && experiment_.duplicates)
            moves.push_back({Kind::Duplicate, i});
        if (offers(Kind::Lose)) moves.push_back({Kind::Lose, i});
    }
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        if (is_due(world, i)) moves.push_back({Kind::Timer, static_cast<std::uint8_t>(i)});
        offer(moves, world, i);
    }
    const std::optional<Instant> due = next(world);
    if (due && *due > kNow) moves.push_back({Kind::Pass, 0});
    if (experiment_.all_moments && due && *due > kNow + experiment_.grain)
        moves.push_back({Kind::PassABit, 0});
    return moves;
}

void Cluster::offer(std::vector<Move>& moves, const World& world, std::size_t host) const {
    const auto offer_if = [&](bool possible, std::initializer_list<Kind> kinds) {
        if (!possible) return;
        for (const Kind kind : kinds)
            if (offers(kind)) moves.push_back({kind, static_cast<std::uint8_t>(host)});
    };
    const Host& one = world.hosts[host];
    const bool is_master = vrrp::role(one.state) == vrrp::Role::Master;
    offer_if(one.life == Life::Off, {Kind::Boot});
    offer_if(one.life == Life::Works, {Kind::PowerOff, Kind::Stop, Kind::Freeze, Kind::Die, Kind::Fault});
    offer_if(one.life == Life::Works && !experiment_.routers[host].is_owner(), {Kind::Priority, Kind::Drain});
    offer_if(one.life == Life::Works && is_master && (one.lowered || one.drained), {Kind::Invite});
    offer_if(one.life == Life::Works && is_master && !one.drained, {Kind::Failover});
    offer_if(one.life == Life::Frozen, {Kind::Thaw});
    offer_if(one.life == Life::Dead, {Kind::PowerOff, Kind::Adopt, Kind::Begin});
}

std::optional<std::string> Cluster::make(World& world, Move move) {
    wrong_.reset();
    std::vector<vrrp::Role> roles;
    for (const Host& host : world.hosts) roles.push_back(vrrp::role(host.state));
    const bool was_settled = is_settled(world);
    happen(world, move);
    if (disturbs(move.kind)) world.disturbed_at = kNow;
    forget_the_past(world);
    for (std::size_t i = 0; i < roles.size(); ++i) {
        judge_rest(world.hosts[i]);
        if (was_settled && !disturbs(move.kind) && vrrp::role(world.hosts[i].state) != roles[i])
            wrong(name_of(i) + " changes its role without any reason");
    }
    judge_election(world);
    return std::exchange(wrong_, std::nullopt);
}

void Cluster::happen(World& world, Move move) {
    if (concerns_flight(move.kind)) {
        const Flight flight = world.flights[move.which];
        if (move.kind != Kind::Duplicate) world.flights.erase(world.flights.begin() + move.which);
        if (move.kind != Kind::Lose) deliver(world, flight);
        return;
    }
    Host& host = world.hosts[move.which];
    switch (move.kind) {
        case Kind::Pass:
            return pass(world, *next(world) - kNow);
        case Kind::PassABit:
            return pass(world, experiment_.grain);
        case Kind::Timer:
            return tell(world, move.which, vrrp::TimeReached{});
        case Kind::Boot:
        case Kind::Begin:
            return start(world, move.which);
        case Kind::Stop:
            tell(world, move.which, vrrp::Stopped{});
            return leave(world, move.which, Life::Off);
        case Kind::PowerOff:
            return leave(world, move.which, Life::Off);
        case Kind::Die:
            return leave(world, move.which, Life::Dead);
        case Kind::Freeze:
            host.life = Life::Frozen;
            return;
        case Kind::Thaw:
            host.life = Life::Works;
            return;
        case Kind::Adopt:
            return go_on(world, move.which);
        case Kind::Priority:
            host.lowered = !host.lowered;
            return tell(world, move.which, vrrp::PriorityChanged{});
        case Kind::Fault:
            host.faulted = !host.faulted;
            return host.faulted ? tell(world, move.which, vrrp::Faulted{})
                                : tell(world, move.which, vrrp::Recovered{});
        case Kind::Invite:
            return tell(world, move.which, vrrp::TakeoverInvited{});
        case Kind::Drain:
            return drain_or_resume(world, move.which);
        case Kind::Failover:
            host.drained = host.failover = true;
            return tell(world, move.which, vrrp::PriorityChanged{});
        case Kind::Deliver:
        case Kind::Duplicate:
        case Kind::Lose:
            assertion_failed("what concerns adverts has been made", __FILE__, __LINE__);
    }
}

void Cluster::pass(World& world, microseconds time) const {
    const auto back = [time](Instant& instant) { instant -= time; };
    for (Host& host : world.hosts) {
        if (host.life == Life::Dead)
            host.dead_for = std::min(host.dead_for + time, memory_);
        else
            for_each_instant(host, back);
    }
    for (Flight& flight : world.flights) flight.until -= time;
    world.disturbed_at -= time;
}

void Cluster::forget_the_past(World& world) const {
    const auto forget = [this](Instant& instant) { instant = std::max(instant, kNow - memory_); };
    for (Host& host : world.hosts) {
        if (host.deaf_until && *host.deaf_until <= kNow) host.deaf_until.reset();
        for_each_instant(host, forget);
    }
    for (Flight& flight : world.flights) flight.until = std::max(flight.until, kNow);
    std::ranges::sort(world.flights);
    const auto alike = std::ranges::unique(world.flights);
    world.flights.erase(alike.begin(), alike.end());
    world.disturbed_at = std::max(world.disturbed_at, kNow - longest_election() - microseconds{1});
}

void Cluster::deliver(World& world, const Flight& flight) {
    const vrrp::Router& sender = experiment_.routers[flight.from];
    tell(world, flight.to, vrrp::AdvertHeard{flight.priority, sender.interval, sender.address});
}

void Cluster::tell(World& world, std::size_t index, const vrrp::Event& event) {
    Host& host = world.hosts[index];
    const vrrp::Router self = me(world, index);
    vrrp::Step next = experiment_.decide(self, host.state, event, kNow);
    const auto* const heard = std::get_if<vrrp::AdvertHeard>(&event);
    if (heard != nullptr) note_heard(host, self, heard->priority);
    judge_step(host, self, event, next);
    const vrrp::Role before = vrrp::role(host.state);
    const bool was_backup = before == vrrp::Role::Backup;
    host.state = std::move(next.state);
    const bool is_backup = vrrp::role(host.state) == vrrp::Role::Backup;
    if (!was_backup || !is_backup) {
        host.waiting_since = is_backup ? wait_begins(host, self) : Instant{};
        host.resigned_at.reset();
        if (is_backup && heard != nullptr) note_heard(host, self, heard->priority);
    }
    for (const vrrp::Action& action : next.actions)
        std::visit(overloaded{
                       [&](const vrrp::SendAdvert& a) { send(world, index, a.priority); },
                       [&](const vrrp::AcquireAddresses&) { host.holds = true; },
                       [&](const vrrp::ReleaseAddresses&) { host.holds = false; },
                       [](const auto&) {},
                   },
                   action);
    if (vrrp::role(host.state) != before) role_changed(world, index, before);
}

// A failover is a drain that ends when another has taken over (agent/core_drain), which makes priorities
// others than before.
void Cluster::role_changed(World& world, std::size_t index, vrrp::Role before) {
    Host& host = world.hosts[index];
    if (vrrp::role(host.state) == vrrp::Role::Master) host.held_back = false;
    if (before != vrrp::Role::Master || !host.failover) return;
    host.drained = host.failover = false;
    host.held_back = true;
    world.disturbed_at = kNow;
    tell(world, index, vrrp::PriorityChanged{true});
}

void Cluster::drain_or_resume(World& world, std::size_t index) {
    Host& host = world.hosts[index];
    const bool resumes = host.drained || host.held_back;
    host.drained = !resumes;
    host.failover = host.held_back = false;
    tell(world, index, vrrp::PriorityChanged{resumes});
}

// Whoever begins anew takes away what it finds.
void Cluster::start(World& world, std::size_t index) {
    Host& host = world.hosts[index];
    host.life = Life::Works;
    host.dead_for = microseconds{0};
    host.holds = false;
    host.state = vrrp::Idle{};
    host.waiting_since = {};
    host.resigned_at.reset();
    if (experiment_.startup_delay > microseconds{0}) host.deaf_until = kNow + experiment_.startup_delay;
    tell(world, index, vrrp::Started{host.deaf_until.value_or(Instant{}), host.faulted, false});
}

// What the master said meanwhile nobody has heard: a backup has not waited for it meanwhile.
void Cluster::go_on(World& world, std::size_t index) {
    Host& host = world.hosts[index];
    const microseconds deaf = std::exchange(host.dead_for, microseconds{0});
    const auto back = [deaf](Instant& instant) { instant -= deaf; };
    host.life = Life::Works;
    for_each_instant(host.state, back);
    for_each_instant(host.deaf_until, back);
    if (host.waiting_since > kNow) host.waiting_since = std::max(host.waiting_since - deaf, kNow);
    tell(world, index, vrrp::WasDeaf{deaf});
}

// What is on its way to it is lost. A process that died leaves its state, a host that is off leaves nothing.
void Cluster::leave(World& world, std::size_t index, Life life) const {
    std::erase_if(world.flights, [&](const Flight& flight) { return flight.to == index; });
    Host& host = world.hosts[index];
    if (life == Life::Off) {
        host.state = vrrp::Idle{};
        host.holds = false;
        host.waiting_since = {};
        host.resigned_at.reset();
        host.drained = host.failover = host.held_back = false;
        host.deaf_until.reset();
        host.dead_for = microseconds{0};
    }
    host.life = life;
}

void Cluster::send(World& world, std::size_t from, net::Priority priority) const {
    for (std::size_t to = 0; to < world.hosts.size(); ++to) {
        const bool listens = works(world, to) || world.hosts[to].life == Life::Frozen;
        if (to != from && listens)
            world.flights.push_back({static_cast<std::uint8_t>(to), static_cast<std::uint8_t>(from), priority,
                                     kNow + experiment_.grain});
    }
}

std::string Cluster::describe(const World& before, Move move) const {
    const std::string what{words_of(move.kind)};
    if (move.kind == Kind::Pass) return std::to_string((*next(before) - kNow).count()) + " us pass";
    if (move.kind == Kind::PassABit) return std::to_string(experiment_.grain.count()) + " us pass";
    if (!concerns_flight(move.kind)) return name_of(move.which) + ": " + what;
    const Flight& flight = before.flights[move.which];
    return name_of(flight.to) + ": an advert of " + name_of(flight.from) + " with priority " +
           std::to_string(flight.priority.value()) + " " + what;
}

std::string Cluster::describe(const World& world) const {
    std::string text;
    for (std::size_t i = 0; i < world.hosts.size(); ++i) {
        const Host& host = world.hosts[i];
        text += (i > 0 ? "; " : "") + name_of(i) + " ";
        if (host.life != Life::Works) text += std::string{name_of(host.life)} + ", ";
        text += vrrp::name(vrrp::role(host.state));
        if (host.drained) text += " (drained)";
        if (host.held_back) text += " (held back)";
        if (const auto due = vrrp::deadline(host.state))
            text += " for " + std::to_string((*due - kNow).count()) + " us";
    }
    return text + "\n";
}

}  // namespace understudy::exhaustive
