// What the agent says of itself when it is asked.
#include <algorithm>
#include <utility>

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

std::vector<std::string> Agent::instances() const {
    std::vector<std::string> names;
    for (const auto& router : core_->routers)
        if (!router->leaving) names.push_back(router->settings.name);
    return names;
}

std::optional<InstanceReport> Agent::report(std::string_view instance) const {
    for (const auto& router : core_->routers)
        if (!router->leaving && router->settings.name == instance) return core_->report(*router);
    return std::nullopt;
}

std::vector<InstanceReport> Agent::report() const {
    std::vector<InstanceReport> reports;
    for (const auto& router : core_->routers)
        if (!router->leaving) reports.push_back(core_->report(*router));
    return reports;
}

std::optional<Standing> Agent::standing(std::size_t instance) const {
    for (const auto& router : core_->routers) {
        if (router->leaving || instance-- > 0) continue;
        return Standing{router->role(), router->me.priority, router->drain.has_value(), router->me.held_back};
    }
    return std::nullopt;
}

std::optional<CheckReport> Agent::check(std::string_view name) const {
    for (const auto& script : core_->scripts) {
        if (!script || script->settings.name != name) continue;
        return CheckReport{.kind = script->settings.probe ? "check" : "script",
                           .name = script->settings.name,
                           .running = script->tracker.running(),
                           .completed = script->completed,
                           .health = script->tracker.health(),
                           .succeeded = script->succeeded,
                           .last_status = script->last_status,
                           .last_result = script->last_result};
    }
    return std::nullopt;
}

std::vector<GroupReport> Agent::groups() const {
    std::vector<GroupReport> reports;
    for (const Group& group : core_->groups) reports.push_back(core_->report(group));
    return reports;
}

namespace {

track::Health opposite(track::Health health) {
    return health == track::Health::Bad ? track::Health::Good : track::Health::Bad;
}

// With an ordinary weight: what it does now, and what it would do otherwise.
void judge(TrackerReport& report) {
    report.effect = track::effect(report.weight, report.health);
    report.otherwise = track::effect(report.weight, opposite(report.health));
}

}  // namespace

// An interface that it cannot do without counts anyway, so no weight of it does.
void Agent::Core::report_links(const VirtualRouter& router, std::span<const model::TrackedLink> tracked,
                               bool by_group, std::vector<TrackerReport>& list) const {
    for (const model::TrackedLink& entry : tracked) {
        TrackerReport& told = list.emplace_back();
        told.kind = "interface";
        told.name = entry.name;
        told.weight = entry.weight;
        told.by_group = by_group;
        told.health = is_up(entry.name) ? track::Health::Good : track::Health::Bad;
        if (counts_anyway(router, entry.name))
            (told.health == track::Health::Bad ? told.effect : told.otherwise).fault = true;
        else
            judge(told);
    }
}

template <typename Tracking>
void Agent::Core::report_trackers(const Tracking& tracking, bool by_group,
                                  std::vector<TrackerReport>& list) const {
    const auto add = [&](std::string_view kind, const std::string& name, model::Weight weight,
                         track::Health health) -> TrackerReport& {
        TrackerReport& told = list.emplace_back();
        told.kind = kind;
        told.name = name;
        told.weight = weight;
        told.by_group = by_group;
        told.health = health;
        judge(told);
        return told;
    };
    for (const model::TrackedScript& entry : tracking.tracked_scripts) {
        const ScriptRun* const script = scripts[entry.script].get();
        if (!script) continue;
        TrackerReport& told = add(script->settings.probe ? "check" : "script", script->settings.name,
                                  entry.weight, script->tracker.health());
        told.last_status = script->last_status;
        told.last_result = script->last_result;
        told.last_at = script->last_at;
    }
    for (const model::TrackedFile& entry : tracking.tracked_files) {
        const FileRun& file = files[entry.file];
        TrackerReport& told =
            add("file", file.settings.name, entry.weight, track::file_health(entry.weight, file.number));
        told.last_result = words::file_result(file.number, file.content, file.error);
        told.last_at = file.last_at;
        told.effect = track::file_effect(entry.weight, file.number);
        told.otherwise = track::file_effect(entry.weight, file.number.value_or(0) == 0 ? 1 : 0);
    }
    for (const model::TrackedProcess& entry : tracking.tracked_processes) {
        const track::ProcessTracker& process = processes[entry.process];
        TrackerReport& told = add("process", process.settings().name, entry.weight, process.health());
        told.last_result = process.count() ? std::to_string(*process.count()) + " running" : "";
        const auto counted = processes_counted.find(process.settings().name);
        if (counted != processes_counted.end()) told.last_at = counted->second;
    }
    for (const model::TrackedBfd& entry : tracking.tracked_bfd_sessions) {
        TrackerReport& told =
            add("bfd", config->bfd_sessions[entry.session].name, entry.weight, track::Health::Unknown);
        told.last_result = "not run";
        told.effect = told.otherwise = {};
    }
}

// They move no priority.
void Agent::Core::report_witnesses(const VirtualRouter& router, std::vector<TrackerReport>& list) const {
    if (!router.settings.split_brain) return;
    for (const model::TrackedScript& entry : router.settings.split_brain->witnesses) {
        const ScriptRun* const check = scripts[entry.script].get();
        if (!check) continue;
        const std::string_view name{check->settings.name};
        TrackerReport told;
        told.kind = "witness";
        told.name = name.substr(name.find(' ') + 1);
        told.health = check->tracker.health();
        told.last_result = check->last_result;
        told.last_at = check->last_at;
        told.effect.undecided = told.health == track::Health::Unknown;
        list.push_back(std::move(told));
    }
}

std::vector<TrackerReport> Agent::Core::report_trackers(const VirtualRouter& router) const {
    std::vector<TrackerReport> list;
    report_links(router, router.settings.tracked_links, false, list);
    report_trackers(router.settings, false, list);
    report_witnesses(router, list);
    if (!router.group) return list;
    const model::SyncGroup& group = groups[*router.group].settings;
    report_links(router, group.tracked_links, true, list);
    report_trackers(group, true, list);
    return list;
}

GroupReport Agent::Core::report(const Group& group) const {
    GroupReport report{group.settings.name, std::nullopt, {}};
    for (const VirtualRouter* const member : group.members) {
        report.members.push_back(member->settings.name);
        if (report.members.size() == 1) report.role = member->role();
        if (report.role != member->role()) report.role.reset();
    }
    return report;
}

namespace {

HmacReport hmac_report(const model::HmacAuthentication& settings, const vrrp::ReplayMarks& marks) {
    HmacReport report;
    report.mode = settings.mode;
    report.anti_replay = settings.anti_replay;
    report.time_window = settings.time_window;
    for (const model::HmacKey& key : settings.keys) report.keys.push_back(key.id);
    report.active_key = settings.active_key;
    for (const vrrp::ReplayMarks::Mark& mark : marks.all())
        report.senders.push_back({mark.source, mark.ahead});
    return report;
}

std::string mismatch_of(const PeerSeen& seen) {
    if (seen.refusal) return std::string{vrrp::describe(*seen.refusal)};
    std::string text;
    const auto add = [&](bool differs, const char* what) {
        if (differs) text += std::string{text.empty() ? "other " : ", "} + what;
    };
    add(seen.oddities.addresses_differ, "virtual addresses");
    add(seen.oddities.interval_differs, "advert interval");
    add(seen.oddities.other_checksum_form, "form of the checksum");
    add(seen.oddities.clock_differs, "time of its clock");
    return text;
}

// One list of all hosts for all has this host in it, too.
std::vector<PeerReport> peer_reports(const VirtualRouter& router, const Links& links) {
    std::vector<PeerReport> reports;
    for (const model::UnicastPeer& peer : router.settings.unicast_peers)
        if (!links.owns(peer.address)) reports.push_back({peer.address, true});
    for (const PeerSeen& seen : router.peers.all()) {
        auto known = std::ranges::find(reports, seen.address, &PeerReport::address);
        if (known == reports.end()) known = reports.insert(known, PeerReport{seen.address});
        known->heard = seen.at;
        known->priority = seen.priority;
        known->version = seen.version;
        known->interval = seen.interval;
        known->refused = seen.refusal.has_value();
        known->mismatch = mismatch_of(seen);
    }
    return reports;
}

}  // namespace

InstanceReport Agent::Core::report(const VirtualRouter& router) const {
    InstanceReport report;
    report.name = router.settings.name;
    report.role = router.role();
    report.since = router.role_since;
    report.reason = router.role_reason;
    report.interface = router.settings.interface;
    report.vrid = router.me.vrid;
    report.family = router.me.family;
    report.version = router.me.version;
    report.base_priority = router.me.base_priority;
    report.priority = router.me.priority;
    report.ordered_priority = router.ordered_priority;
    if (const auto& drain = router.drain)
        report.drain = {drain->since, drain->until, drain->stage, drain->failover};
    report.held_back = router.me.held_back;
    if (!router.me.address.is_unspecified()) report.source = router.me.address;
    if (const auto* const backup = std::get_if<vrrp::Backup>(&router.state)) {
        report.master = backup->master;
        report.master_priority = backup->master_priority;
        if (backup->master && router.followed == backup->master) report.master_since = router.followed_since;
    }
    report.address_lease = router.settings.address_lease;
    report_addresses(router, router.settings.addresses, true, report);
    report_addresses(router, router.settings.excluded_addresses, false, report);
    report.routes = {router.settings.routes.size(), routes.present(router.id)};
    report.rules = {router.settings.rules.size(), rules.present(router.id)};
    report.trackers = report_trackers(router);
    report.peers = peer_reports(router, links);
    if (router.group) report.sync_group = groups[*router.group].settings.name;
    if (router.settings.hmac) report.hmac = hmac_report(*router.settings.hmac, router.replay_marks);
    report.looks_for_split_brain = router.settings.split_brain && router.settings.split_brain->detect;
    if (const SplitBrain& guard = router.split_brain; guard.since())
        report.split_brain = {*guard.since(), guard.has_yielded(), words::rival_text(guard.rival())};
    if (router.role() == vrrp::Role::Fault)
        for (const Fault& fault : router.faults) report.faults.push_back(fault.text);
    report.stats = router.stats;
    return report;
}

void Agent::Core::report_addresses(const VirtualRouter& router, std::span<const model::VirtualAddress> asked,
                                   bool advertised, InstanceReport& report) const {
    const bool wanted = addresses.wants(router.id);
    for (const model::VirtualAddress& address : asked) {
        const net::Link* const link = address.dev.empty() ? (router.base ? links.find(*router.base) : nullptr)
                                                          : carrier(router, address);
        const bool present = link && addresses.is_present(link->index, address.prefix);
        AddressReport& told = report.addresses.emplace_back(
            AddressReport{address.prefix, link ? link->name : address.dev, advertised, wanted, present});
        if (present) told.lease_end = addresses.lease_end(link->index, address.prefix);
    }
}

}  // namespace understudy::agent
