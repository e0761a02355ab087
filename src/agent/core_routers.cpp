// The state machines: what each is told, and what its orders become. Fault and priority are computed from the
// present facts every time, never by counting ups and downs.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

constexpr seconds kToldAgain{60};
constexpr std::size_t kAtOneBeat = 256;  // adverts, which take the kernel some two milliseconds

// A quarrel is told at its beginning and then once a minute, not at the rate of its packets.
bool comes_with_every_advert(vrrp::Reason reason) {
    return reason == vrrp::Reason::OwnAdvertReflected || reason == vrrp::Reason::SecondOwnerHeard ||
           reason == vrrp::Reason::WeakerMasterHeard;
}

bool has_own(std::span<const Fault> faults) {
    return std::ranges::any_of(faults, [](const Fault& fault) { return !fault.by_group; });
}

}  // namespace

VirtualRouter* Agent::Core::find_router(std::size_t id) const {
    const auto found = routers_by_id.find(id);
    return found == routers_by_id.end() ? nullptr : found->second;
}

// A group begins and goes on as one: what each member finds is known before the first of them takes a role.
void Agent::Core::start_all() {
    for (const auto& router : routers) {
        if (!router->group || router->leaving) continue;
        const Assessment found = assess(*router);
        blame(*router, found.faults);
        note_undecided(*router, found);
    }
    for (const auto& router : routers)
        if (!router->leaving) start(*router);
}

void Agent::Core::start(VirtualRouter& router) {
    if (router.started) return;
    router.started = true;
    Assessment found = assess(router);
    router.me.priority = found.priority;
    const Instant after_boot{config->globals.delay_after_boot};  // the clock counts from the system's boot
    const Instant after_start = now + config->globals.startup_delay;
    const bool faulted = !found.faults.empty();
    const bool held = !found.has_verdict();
    note_faults(router, std::move(found.faults));
    feed(router, vrrp::Started{std::max(after_boot, after_start), faulted, held});
}

void Agent::Core::evaluate_all(bool by_operator) {
    for (const auto& router : routers) evaluate(*router, by_operator);
}

void Agent::Core::evaluate(VirtualRouter& router, bool by_operator) {
    restless = true;
    if (!router.started || router.leaving || stopping) return;
    Assessment found = assess(router);
    const bool faulted = !found.faults.empty();
    const bool by_group = faulted && std::ranges::all_of(found.faults, &Fault::by_group);
    const bool has_verdict = found.has_verdict();
    note_undecided(router, found);
    if (found.priority != router.me.priority) {
        tell(words::priority_changed(router.settings.name, router.me.priority, found.priority));
        remember_priority(router, found.priority);
        router.me.priority = found.priority;
        if (router.settings.notify.priority_changes)
            queue_line(router, router.role() == vrrp::Role::Master ? "MASTER_PRIORITY" : "BACKUP_PRIORITY");
        feed(router, vrrp::PriorityChanged{by_operator});
    }
    note_faults(router, std::move(found.faults));
    const vrrp::Role role = router.role();
    if (role == vrrp::Role::Idle) {
        if (has_verdict) feed(router, vrrp::Released{faulted});
    } else if (faulted && role != vrrp::Role::Fault) {
        feed(router, vrrp::Faulted{by_group});
    } else if (has_verdict && !faulted && role == vrrp::Role::Fault) {
        feed(router, vrrp::Recovered{});
    }
}

Agent::Core::Assessment Agent::Core::assess(const VirtualRouter& router) const {
    const model::Instance& asked = router.settings;
    Assessment assessment;
    int sum = 0;
    const std::string way = (asked.interface.empty() ? "VRF " : "interface ") + asked.way_out();
    if (!router.base) {
        assessment.faults.push_back({way + " does not exist"});
    } else if (const net::Link* const link = links.find(*router.base);
               link && asked.track_primary && !is_up(link->name)) {
        assessment.faults.push_back({way + " is down"});
    }
    assess_virtual_link(router, assessment);
    if (asked.ipvlan && !asked.ipvlan->address && router.me.family == net::Family::Ipv4)
        assessment.faults.push_back({"its ipvlan has no address: give one after use_ipvlan"});
    if (router.base && router.me.address.is_unspecified())
        assessment.faults.push_back({fmt::format("interface {} has no usable {} address", asked.interface,
                                                 net::name(router.me.family))});
    if (router.link && deaf.contains({*router.link, router.me.family}))
        assessment.faults.push_back(
            {"the VRRP socket on " + link_name(*router.link) + " could not be opened"});
    if (asked.fault_without_peers && !asked.is_unicast())
        assessment.faults.push_back({"it has no unicast_peer, and unicast_fault_no_peer forbids multicast"});
    if (asked.hmac && !asked.hmac->key(asked.hmac->active_key))
        assessment.faults.push_back({"auth_hmac lacks the key to sign with"});
    if (router.split_brain.has_yielded())
        assessment.faults.push_back({words::given_way(router.split_brain.rival())});
    if (router.witnessed.cut != Cut::No) assessment.faults.push_back({words::cut_off(router.witnessed.cut)});
    assessment.undecided |= waits_for_a_witness(router);
    assess_source(router, assessment);
    assess_track_groups(router, assessment);
    assess_routes(router, assessment);
    assess_links(router, asked.tracked_links, assessment, sum);
    assess_scripts(asked.tracked_scripts, assessment, sum);
    assess_files(asked.tracked_files, assessment, sum);
    assess_processes(asked.tracked_processes, assessment, sum);
    if (router.group) {
        const model::SyncGroup& group = groups[*router.group].settings;
        assess_links(router, group.tracked_links, assessment, sum);
        assess_scripts(group.tracked_scripts, assessment, sum);
        assess_files(group.tracked_files, assessment, sum);
        assess_processes(group.tracked_processes, assessment, sum);
        assess_group(router, assessment);
    }
    assessment.priority = steered(router, track::effective_priority(asked.priority, sum));
    return assessment;
}

// Whether an instance cannot do without this interface: it runs on it, or has an address, a route or a rule
// there, or is in a track group that has. A weight that is given to it besides counts for nothing, as with
// keepalived.
bool Agent::Core::counts_anyway(const VirtualRouter& router, const std::string& link) const {
    return (link == router.settings.interface && router.settings.track_primary) ||
           std::ranges::binary_search(router.watched_links, link) || is_of_a_track_group(router, link);
}

void Agent::Core::assess_links(const VirtualRouter& router, std::span<const model::TrackedLink> tracked,
                               Assessment& assessment, int& sum) const {
    for (const model::TrackedLink& entry : tracked) {
        if (counts_anyway(router, entry.name)) continue;
        const bool up = is_up(entry.name);
        const track::Effect effect =
            track::effect(entry.weight, up ? track::Health::Good : track::Health::Bad);
        sum += effect.priority_change;
        if (effect.fault)
            assessment.faults.push_back(
                {fmt::format("tracked interface {} is {}", entry.name, up ? "up" : "down")});
    }
}

void Agent::Core::assess_scripts(std::span<const model::TrackedScript> tracked, Assessment& assessment,
                                 int& sum) const {
    for (const model::TrackedScript& entry : tracked) {
        const ScriptRun* const script = scripts[entry.script].get();
        if (!script) continue;
        const track::Effect effect = track::effect(entry.weight, script->tracker.health());
        sum += effect.priority_change;
        assessment.undecided |= effect.undecided;
        if (!effect.fault) continue;
        assessment.faults.push_back(
            {fmt::format("tracked {} {} {}{}{}", script->settings.probe ? "check" : "script",
                         script->settings.name, entry.weight.reverse ? "succeeds" : "fails",
                         script->because.empty() ? "" : ": ", script->because)});
    }
}

void Agent::Core::assess_group(const VirtualRouter& router, Assessment& assessment) const {
    for (const auto& [id, other] : groups[*router.group].to_blame)
        if (other != &router)
            assessment.faults.push_back({other->settings.name + " of the same sync group is in FAULT", true});
    const auto& awaited = groups[*router.group].awaited;
    assessment.group_undecided = awaited.size() > (awaited.contains(router.id) ? 1u : 0u);
}

void Agent::Core::blame(const VirtualRouter& router, std::span<const Fault> faults) {
    if (!router.group) return;
    auto& to_blame = groups[*router.group].to_blame;
    if (has_own(faults)) {
        to_blame.try_emplace(router.id, &router);
    } else {
        to_blame.erase(router.id);
    }
}

// Whoever is backup or master goes on while something that a reload has added has no result.
void Agent::Core::note_undecided(const VirtualRouter& router, const Assessment& found) {
    if (!router.group) return;
    auto& awaited = groups[*router.group].awaited;
    const bool stands_by = router.role() == vrrp::Role::Idle || router.role() == vrrp::Role::Fault;
    const bool waits = found.undecided && !has_own(found.faults) && stands_by;
    const bool changed = waits ? awaited.insert(router.id).second : awaited.erase(router.id) != 0;
    if (changed) stir_group(router);
}

void Agent::Core::note_faults(VirtualRouter& router, std::vector<Fault> faults) {
    if (faults == router.faults) return;
    const bool other_reasons = !faults.empty() && !router.faults.empty();
    router.faults = std::move(faults);
    blame(router, router.faults);
    stir_group(router);
    tell(words::faults_changed(router.settings.name, all_faults(router)));
    if (other_reasons && router.role() == vrrp::Role::Fault) remember_faults(router);
    router.faults_since = now;
}

void Agent::Core::feed(VirtualRouter& router, const vrrp::Event& event) {
    const vrrp::Role before = router.role();
    const vrrp::Step step = vrrp::step(router.me, router.state, event, now);
    const vrrp::State left = std::exchange(router.state, step.state);
    for (const vrrp::Action& action : step.actions) perform(router, action);
    if (const auto* const backup = std::get_if<vrrp::Backup>(&router.state);
        backup && backup->master_priority) {
        router.heard_priority = backup->master_priority->value();
        if (std::exchange(router.followed, backup->master) != backup->master) router.followed_since = now;
    } else if (router.role() != vrrp::Role::Backup) {
        router.followed.reset();
    }
    if (router.role() != before) {
        remember_transition(router, left, step.actions);
        entered(router, before);
    }
    note_experience(router);
    arm(router);
}

// Its group may have waited for what becomes of it.
void Agent::Core::note_experience(VirtualRouter& router) {
    if (!router.newcomer) return;
    const auto* const backup = std::get_if<vrrp::Backup>(&router.state);
    const bool waits = router.role() == vrrp::Role::Idle || (backup && !backup->master);
    if (waits) return;
    router.newcomer = false;
    stir_group(router);
}

void Agent::Core::begin_announcing(VirtualRouter& router, vrrp::Announce::Occasion occasion) {
    const std::uint32_t rounds = router.schedule.begin(occasion, router.announcing, now);
    // Nothing is announced before it is in place (RFC 9568 §8.1.2).
    if (occasion == vrrp::Announce::Occasion::BecameMaster)
        router.rounds_to_come = rounds;
    else if (occasion != vrrp::Announce::Occasion::Doubted || router.rounds_to_come == 0)
        announce(router.id, router.announcements, rounds);
}

// Whoever is master besides one member of a group may have misled the neighbours about the others as well.
void Agent::Core::announce_rest_of_group(const VirtualRouter& router) {
    if (!router.group) return;
    for (VirtualRouter* const other : groups[*router.group].members) {
        if (other == &router || other->role() != vrrp::Role::Master || other->leaving) continue;
        begin_announcing(*other, vrrp::Announce::Occasion::LowerPriorityHeard);
        arm(*other);
    }
}

void Agent::Core::perform(VirtualRouter& router, const vrrp::Action& action) {
    std::visit(overloaded{
                   [&](const vrrp::SendAdvert& a) { send_advert(router, a.priority); },
                   [&](const vrrp::AcquireAddresses&) {
                       want(router.id, true);
                       unsettle(router);
                   },
                   [&](const vrrp::ReleaseAddresses&) {
                       want(router.id, false);
                       unsettle(router);
                   },
                   [&](const vrrp::Announce& a) {
                       begin_announcing(router, a.occasion);
                       if (a.occasion == vrrp::Announce::Occasion::LowerPriorityHeard)
                           announce_rest_of_group(router);
                   },
                   [&](const vrrp::StopAnnouncing&) {
                       restless = true;
                       router.schedule.stop();
                       router.rounds_to_come = 0;
                       announcer.cancel(router.id);
                   },
                   [&](const vrrp::ReportLowerPriority&) {
                       queue_hook(router, router.settings.notify.master_rx_lower_pri,
                                  "notify_master_rx_lower_pri");
                       queue_line(router, "MASTER_RX_LOWER_PRI");
                   },
                   [&](const vrrp::Explain& e) { explain(router, e); },
                   [&](const vrrp::AskGroup&) { stir_group(router); },
               },
               action);
}

void Agent::Core::explain(VirtualRouter& router, const vrrp::Explain& why) {
    if (comes_with_every_advert(why.reason) && !router.tells(Debug::Quarrels)) {
        const auto [told, first] = router.told_reasons.try_emplace(why.reason, now);
        if (!first && now < told->second + kToldAgain) return;
        told->second = now;
    }
    tell(words::explained(router.settings.name, why, router.me.priority));
}

// Many hundreds that have become master together would advertise together for ever, the last of them late by
// what all others take. So the second advert leaves at one of some beats that all of the same interval share,
// and earlier than it had to: no peer minds that. The beats are few, because to be woken for each costs as
// much as several adverts. Members of a group stay together, because whoever takes over takes over all of
// them.
void Agent::Core::find_beat(VirtualRouter& router) {
    auto* const master = std::get_if<vrrp::Master>(&router.state);
    const std::size_t beats = (routers.size() + kAtOneBeat - 1) / kAtOneBeat;
    if (!master || beats < 2 || router.me.in_group) return;
    const microseconds apart = router.me.interval / static_cast<microseconds::rep>(beats);
    const auto own = static_cast<microseconds::rep>(router.id / kAtOneBeat % beats);
    master->advertise_at -= master->advertise_at.time_since_epoch() % apart + own * apart;
}

void Agent::Core::entered(VirtualRouter& router, vrrp::Role before) {
    const vrrp::Role role = router.role();
    restless = true;
    router.role_since = now;
    if (role == vrrp::Role::Master) {
        ++router.stats.became_master;
        router.witnessed.reached = false;
        witnesses_changed(router);
        find_beat(router);
    }
    if (before == vrrp::Role::Master) ++router.stats.released_master;
    router.told_refusals.clear();
    router.told_faults.clear();
    router.told_addresses_differ = false;
    router.told_interval_differs = false;
    router.told_clock_differs = false;
    router.told_send_failure = false;
    router.unheard_since.reset();
    router.copies_lost = 0;
    router.told_unheard = false;
    router.told_reasons.clear();
    guard_due.push_back(router.id);
    arm_extra_announcements(router);
    arm_split_brain(router);
    stir_group(router);
    if (router.drain) drained_role_changed(router, before);
    if (role == vrrp::Role::Master) orders_due |= std::exchange(router.me.held_back, false);
    if (before == vrrp::Role::Fault && role == vrrp::Role::Backup) announce_own_address(router);
    if (role == vrrp::Role::Idle) return;  // stopping has its own words
    tell(words::entered(router.settings.name, role));
    report_role(router);
}

void Agent::Core::arm(const VirtualRouter& router) {
    deadlines.set({AlarmKind::Router, router.id},
                  earliest(vrrp::deadline(router.state), router.schedule.deadline()));
}

void Agent::Core::router_due(VirtualRouter& router) {
    if (const auto due = vrrp::deadline(router.state); due && *due <= now && !stays_away(router))
        feed(router, vrrp::TimeReached{});
    announce(router.id, router.announcements, router.schedule.due(router.announcing, now));
    arm(router);
}

void Agent::Core::build_groups() {
    const std::vector<Group> old = std::exchange(groups, {});
    stirred_groups.clear();
    for (const auto& router : routers) {
        router->group.reset();
        router->me.in_group = false;
    }
    for (const model::SyncGroup& asked : config->sync_groups) {
        Group group{.id = next_id++, .settings = asked};
        if (const auto known =
                std::ranges::find(old, asked.name, [](const Group& g) { return g.settings.name; });
            known != old.end()) {  // a reload tells nothing about a group whose role stays
            group.id = known->id;
            group.reported = known->reported;
            group.lines_to_come = known->lines_to_come;
        }
        for (const std::size_t member : asked.members) group.members.push_back(routers[member].get());
        for (VirtualRouter* const member : group.members) {
            member->group = groups.size();
            member->me.in_group = group.members.size() > 1;
        }
        stirred_groups.insert(groups.size());
        take_stock(groups.emplace_back(std::move(group)));
    }
}

void Agent::Core::take_stock(Group& group) {
    for (const VirtualRouter* const member : group.members) {
        blame(*member, member->faults);
        const PeerWait wait = peer_wait(member->me);
        group.slowest.patience = std::max(group.slowest.patience, wait.patience);
        group.slowest.interval = std::max(group.slowest.interval, wait.interval);
    }
}

void Agent::Core::stir_group(const VirtualRouter& router) {
    if (!router.group) return;
    stirred_groups.insert(*router.group);
    restless = true;
}

// Settling one group may stir it again, until its members agree.
void Agent::Core::settle_groups() {
    if (!pictured || stopping) return;
    while (!stirred_groups.empty())
        settle_group(groups[stirred_groups.extract(stirred_groups.begin()).value()]);
}

// Members move together: one fault is everybody's, one that yields takes all with it, and none becomes master
// before all want to. One that a reload has added to masters has yielded to nobody: it is waited for.
void Agent::Core::settle_group(Group& group) {
    for (VirtualRouter* const member : group.members) evaluate(*member);
    const auto is_master = [](const VirtualRouter* r) { return r->role() == vrrp::Role::Master; };
    const auto follows = [&](const VirtualRouter* r) { return !is_master(r) && !r->newcomer; };
    const auto wants = [](const VirtualRouter* r) {
        const auto* const backup = std::get_if<vrrp::Backup>(&r->state);
        return r->role() == vrrp::Role::Master || (backup && backup->asked_group);
    };
    const bool all_want = std::ranges::all_of(group.members, wants);
    const bool some_master = std::ranges::any_of(group.members, is_master);
    const bool all_master = std::ranges::all_of(group.members, is_master);
    if (all_want && !all_master) {
        for (VirtualRouter* const member : group.members)
            if (!is_master(member)) feed(*member, vrrp::GroupOrdersMaster{});
    } else if (some_master && std::ranges::any_of(group.members, follows)) {
        for (VirtualRouter* const member : group.members)
            if (is_master(member)) feed(*member, vrrp::GroupOrdersBackup{});
    }
    report_group(group);
}

// Backup, if they differ. Masters count without whom they still wait for.
vrrp::Role Agent::Core::common_role(const Group& group) {
    const auto leads = [](const VirtualRouter* r) { return r->role() == vrrp::Role::Master; };
    const auto fits = [&](const VirtualRouter* r) { return leads(r) || r->newcomer; };
    if (std::ranges::any_of(group.members, leads))
        return std::ranges::all_of(group.members, fits) ? vrrp::Role::Master : vrrp::Role::Backup;
    const vrrp::Role role = group.members.front()->role();
    const auto is_so = [&](const VirtualRouter* r) { return r->role() == role; };
    return std::ranges::all_of(group.members, is_so) ? role : vrrp::Role::Backup;
}

void Agent::Core::report_group(Group& group) {
    if (group.members.empty()) return;
    const vrrp::Role role = common_role(group);
    if (role == group.reported || role == vrrp::Role::Idle) return;
    const bool first = std::exchange(group.reported, role) == vrrp::Role::Idle;
    tell(words::group_entered(group.settings.name, role));
    const model::Notifications& notify = group.settings.notify;
    const std::optional<model::Command>& specific = role == vrrp::Role::Master   ? notify.master
                                                    : role == vrrp::Role::Backup ? notify.backup
                                                                                 : notify.fault;
    queue_group_hooks(group, specific, std::string{vrrp::name(role)});
    queue_group_line(group, vrrp::name(role));
    mail_about(group, role);
    if (first) std::ranges::move(std::exchange(group.lines_to_come, {}), std::back_inserter(due_lines));
}

}  // namespace understudy::agent
