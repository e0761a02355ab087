// Whether the hosts agree about their roles, their groups, and what they watch.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "hearing.hpp"
#include "rules.hpp"
#include "tracked.hpp"

namespace understudy::pair {

namespace {

constexpr std::string_view kStay =
    "for a master that stays, give every host state BACKUP and nopreempt; else none of them nopreempt";

std::vector<std::string> names_where(const Cluster& cluster, const VirtualRouter& router,
                                     bool (*holds)(const model::Instance&)) {
    std::vector<std::string> names;
    for (const std::size_t host : cluster.members(router))
        if (holds(*cluster.instance(router, host))) names.push_back(cluster.name(host));
    return names;
}

struct Switch {
    Code code;
    std::string_view keyword;
    bool (*is_on)(const model::Instance&);
    std::string_view what;  // "A preempts"
    std::string_view hint;
};

constexpr Switch kSwitches[] = {
    {Code::PreemptDiffers, "nopreempt", [](const model::Instance& i) { return !i.preempt; },
     "nopreempt holds", kStay},
    {Code::StrictDiffers, "strict_mode", [](const model::Instance& i) { return i.strict; },
     "strict mode holds", "give every host the same vrrp_strict and strict_mode"},
    {Code::AcceptDiffers, "accept", [](const model::Instance& i) { return i.accept; },
     "the addresses are answered (accept)", "give every host the same accept or no_accept"},
};

void compare_switches(const Cluster& cluster, const VirtualRouter& router, Findings& findings) {
    const std::vector<std::size_t> members = cluster.members(router);
    for (const Switch& one : kSwitches) {
        const std::vector<std::string> on = names_where(cluster, router, one.is_on);
        if (on.empty() || on.size() == members.size()) continue;
        const auto place = std::ranges::find_if(
            members, [&](std::size_t host) { return one.is_on(*cluster.instance(router, host)); });
        findings.add(one.code, *place, router, one.keyword,
                     fmt::format("{} on {} alone", one.what, joined(on)), std::string{one.hint});
    }
}

void report_owners(const Cluster& cluster, const VirtualRouter& router, Findings& findings) {
    const auto owners =
        names_where(cluster, router, [](const model::Instance& i) { return i.priority == net::kOwner; });
    if (owners.size() > 1)
        findings.add(Code::TwoOwners, cluster.members(router).back(), router, "priority",
                     joined(owners) + " have priority 255, which only the owner of the addresses may have",
                     "give all but one a lower priority");
    const auto eager =
        names_where(cluster, router, [](const model::Instance& i) { return i.starts_as_master; });
    if (eager.size() > 1)
        findings.add(Code::BothStartAsMaster, cluster.members(router).back(), router, "state",
                     joined(eager) + " have state MASTER, which below priority 255 decides nothing",
                     "the host of the highest priority is master, whatever its state says");
}

// Equal priorities: the greater source address wins (RFC 9568 §6.4.3), if the files tell it.
void report_ties(const Cluster& cluster, const VirtualRouter& router, Findings& findings) {
    std::map<int, std::vector<std::size_t>> by_priority;
    for (const std::size_t host : cluster.members(router))
        by_priority[standing(cluster.config(host), *router.instances[host], std::nullopt).priority.value()]
            .push_back(host);
    if (by_priority.empty() || by_priority.rbegin()->second.size() < 2) return;
    const auto& [priority, hosts] = *by_priority.rbegin();
    std::vector<std::string> names;
    bool known = true;
    for (const std::size_t host : hosts) {
        names.push_back(cluster.name(host));
        known &= cluster.instance(router, host)->source.has_value();
    }
    const auto winner = std::ranges::max_element(
        hosts, {}, [&](std::size_t host) { return source_of(cluster, router, host); });
    const std::string who =
        known
            ? fmt::format("the greater address decides, which is {} of {}",
                          source_of(cluster, router, *winner).to_string(), cluster.name(*winner))
            : fmt::format("the greater address decides, which the files do not tell; here {} is taken to win",
                          cluster.name(*winner));
    findings.add(Code::PriorityTie, hosts.back(), router, "priority",
                 fmt::format("{} have the priority {}, so {}", joined(names), priority, who),
                 "give every host a priority of its own");
}

// And the keyword that lists each.
std::map<std::pair<Kind, std::string>, std::string> watched(const Cluster& cluster,
                                                            const VirtualRouter& router, std::size_t host) {
    const model::Config& config = cluster.config(host);
    std::vector<Tracked> all = tracked_by(config, *router.instances[host]);
    std::ranges::move(weighted_files(config, *router.instances[host]), std::back_inserter(all));
    std::map<std::pair<Kind, std::string>, std::string> things;
    for (const Tracked& tracked : all)
        // Interfaces may well be called differently.
        if (tracked.thing.kind != Kind::Interface)
            things.try_emplace({tracked.thing.kind, tracked.thing.name}, tracked.keyword);
    return things;
}

}  // namespace

void report_roles(const Cluster& cluster, Findings& findings) {
    for (const VirtualRouter& router : cluster.routers) {
        compare_switches(cluster, router, findings);
        report_owners(cluster, router, findings);
        report_ties(cluster, router, findings);
    }
}

void report_groups(const Cluster& cluster, Findings& findings) {
    const auto together = [&](std::size_t host, const VirtualRouter& a, const VirtualRouter& b) {
        const model::SyncGroup* const group = cluster.group(host, *a.instances[host]);
        return group != nullptr && group == cluster.group(host, *b.instances[host]);
    };
    for (std::size_t a = 0; a < cluster.routers.size(); ++a)
        for (std::size_t b = a + 1; b < cluster.routers.size(); ++b) {
            std::vector<std::size_t> bound;
            std::vector<std::size_t> free;
            for (std::size_t host = 0; host < cluster.hosts.size(); ++host)
                if (cluster.routers[a].instances[host] && cluster.routers[b].instances[host])
                    (together(host, cluster.routers[a], cluster.routers[b]) ? bound : free).push_back(host);
            if (bound.empty() || free.empty()) continue;
            const std::size_t host = bound.front();
            findings.add_block(
                Code::GroupDiffers, host,
                "vrrp_sync_group " + cluster.group(host, *cluster.routers[a].instances[host])->name,
                fmt::format("{} and {} move together on {} and not on {}", cluster.routers[a].name,
                            cluster.routers[b].name, cluster.name(host), cluster.name(free.front())),
                "compose the sync groups alike on every host");
        }
}

void report_tracking(const Cluster& cluster, Findings& findings) {
    for (const VirtualRouter& router : cluster.routers) {
        const std::vector<std::size_t> members = cluster.members(router);
        for (const std::size_t host : members)
            for (const auto& [key, keyword] : watched(cluster, router, host)) {
                const auto lacks = [&](std::size_t other) {
                    return !watched(cluster, router, other).contains(key);
                };
                const auto without = std::ranges::find_if(members, lacks);
                if (without == members.end()) continue;
                findings.add(Code::TrackingDiffers, host, router, keyword,
                             fmt::format("{} {} is tracked on {} and not on {}", name(key.first), key.second,
                                         cluster.name(host), cluster.name(*without)),
                             "track the same on every host");
            }
    }
}

}  // namespace understudy::pair
