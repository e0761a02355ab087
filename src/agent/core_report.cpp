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

template <typename Tracking>
void Agent::Core::report_trackers(const Tracking& tracking, bool by_group, InstanceReport& report) const {
    const auto add = [&](std::string_view kind, const std::string& name, model::Weight weight,
                         track::Health health) -> TrackerReport& {
        return report.trackers.emplace_back(
            TrackerReport{std::string{kind}, name, weight, by_group, health, std::nullopt, ""});
    };
    for (const model::TrackedLink& entry : tracking.tracked_links)
        add("interface", entry.name, entry.weight,
            is_up(entry.name) ? track::Health::Good : track::Health::Bad);
    for (const model::TrackedScript& entry : tracking.tracked_scripts) {
        const ScriptRun* const script = scripts[entry.script].get();
        if (!script) continue;
        TrackerReport& told = add(script->settings.probe ? "check" : "script", script->settings.name,
                                  entry.weight, script->tracker.health());
        told.last_status = script->last_status;
        told.last_result = script->last_result;
    }
    for (const model::TrackedFile& entry : tracking.tracked_files) {
        const FileRun& file = files[entry.file];
        add("file", file.settings.name, entry.weight, track::file_health(entry.weight, file.number))
            .last_result = words::file_result(file.number, file.content, file.error);
    }
    for (const model::TrackedProcess& entry : tracking.tracked_processes) {
        const track::ProcessTracker& process = processes[entry.process];
        add("process", process.settings().name, entry.weight, process.health()).last_result =
            process.count() ? std::to_string(*process.count()) + " running" : "";
    }
    for (const model::TrackedBfd& entry : tracking.tracked_bfd_sessions)
        add("bfd", config->bfd_sessions[entry.session].name, entry.weight, track::Health::Unknown)
            .last_result = "not run";
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

}  // namespace

InstanceReport Agent::Core::report(const VirtualRouter& router) const {
    InstanceReport report;
    report.name = router.settings.name;
    report.role = router.role();
    report.since = router.role_since;
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
    }
    report_addresses(router, router.settings.addresses, true, report);
    report_addresses(router, router.settings.excluded_addresses, false, report);
    report.routes = {router.settings.routes.size(), routes.present(router.id)};
    report.rules = {router.settings.rules.size(), rules.present(router.id)};
    report_trackers(router.settings, false, report);
    if (router.group) {
        const model::SyncGroup& group = groups[*router.group].settings;
        report.sync_group = group.name;
        report_trackers(group, true, report);
    }
    if (router.settings.hmac) report.hmac = hmac_report(*router.settings.hmac, router.replay_marks);
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
        report.addresses.push_back(
            {address.prefix, link ? link->name : address.dev, advertised, wanted, present});
    }
}

}  // namespace understudy::agent
