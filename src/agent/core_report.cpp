// What the agent says of itself when it is asked.
#include <algorithm>
#include <utility>

#include "core.hpp"

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
    if (!router.me.address.is_unspecified()) report.source = router.me.address;
    if (const auto* const backup = std::get_if<vrrp::Backup>(&router.state)) {
        report.master = backup->master;
        report.master_priority = backup->master_priority;
    }
    report_addresses(router, router.settings.addresses, true, report);
    report_addresses(router, router.settings.excluded_addresses, false, report);
    report_trackers(router.settings.tracked_links, router.settings.tracked_scripts, false, report);
    if (router.group) {
        const model::SyncGroup& group = groups[*router.group].settings;
        report.sync_group = group.name;
        report_trackers(group.tracked_links, group.tracked_scripts, true, report);
    }
    if (router.role() == vrrp::Role::Fault)
        for (const Fault& fault : router.faults) report.faults.push_back(fault.text);
    report.stats = router.stats;
    return report;
}

void Agent::Core::report_addresses(const VirtualRouter& router, std::span<const model::VirtualAddress> asked,
                                   bool advertised, InstanceReport& report) const {
    const bool wanted = addresses.wants(router.id);
    for (const model::VirtualAddress& address : asked) {
        const net::Link* const link = address.dev.empty() ? (router.link ? links.find(*router.link) : nullptr)
                                                          : links.find(address.dev);
        const bool present = link && addresses.is_present(link->index, address.prefix);
        report.addresses.push_back(
            {address.prefix, link ? link->name : address.dev, advertised, wanted, present});
    }
}

void Agent::Core::report_trackers(std::span<const model::TrackedLink> tracked_links,
                                  std::span<const model::TrackedScript> tracked_scripts, bool by_group,
                                  InstanceReport& report) const {
    for (const model::TrackedLink& entry : tracked_links) {
        const net::Link* const link = links.find(entry.name);
        const track::Health health = link && link->is_up() ? track::Health::Good : track::Health::Bad;
        report.trackers.push_back({"interface", entry.name, entry.weight, by_group, health, std::nullopt});
    }
    for (const model::TrackedScript& entry : tracked_scripts) {
        const ScriptRun* const script = scripts[entry.script].get();
        if (!script) continue;
        report.trackers.push_back({"script", script->settings.name, entry.weight, by_group,
                                   script->tracker.health(), script->last_status});
    }
}

}  // namespace understudy::agent
