#include "failures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hearing.hpp"

namespace understudy::pair {

namespace {

std::optional<std::size_t> only(const Masters& masters) {
    return masters.size() == 1 ? std::optional{masters.front()} : std::nullopt;
}

Failure with_outcomes(const Cluster& cluster, const Election& election, const std::vector<Masters>& masters,
                      Failure failure, const Trouble& trouble) {
    for (std::size_t r = 0; r < cluster.routers.size(); ++r) {
        const std::size_t unit = cluster.routers[r].unit;
        Outcome outcome;
        outcome.meanwhile = election.masters(unit, trouble, only(masters[r]));
        outcome.afterwards = election.masters(unit, std::nullopt, only(outcome.meanwhile));
        const auto old = only(masters[r]);
        const auto next = only(outcome.meanwhile);
        if (!trouble.thing && old == trouble.host && next) outcome.wait = election.wait(unit, *old, *next);
        failure.outcomes.push_back(std::move(outcome));
    }
    return failure;
}

// The one of the others that comes nearest to taking over.
std::optional<std::size_t> strongest_other(const Cluster& cluster, const Election& election,
                                           const VirtualRouter& router, const Trouble& trouble) {
    std::optional<std::size_t> best;
    for (const std::size_t host : cluster.members(router)) {
        const Standing now = election.standing(router, host, trouble);
        if (host == trouble.host || now.fault) continue;
        if (!best || now.priority > election.standing(router, *best, trouble).priority) best = host;
    }
    return best;
}

void report_weight(const Cluster& cluster, const Election& election, const VirtualRouter& router,
                   const Trouble& trouble, const Tracked& tracked, Findings& findings) {
    const Standing before = election.standing(router, trouble.host, std::nullopt);
    const Standing now = election.standing(router, trouble.host, trouble);
    if (now.fault || now.priority >= before.priority) return;
    if (election.masters(router.unit, trouble, trouble.host) != Masters{trouble.host}) return;
    const auto other = strongest_other(cluster, election, router, trouble);
    if (!other) return;
    const int rival = election.standing(router, *other, trouble).priority.value();
    const std::string& host = cluster.name(trouble.host);
    const std::string what = fmt::format("{} on {} lowers its priority from {} to {}",
                                         failure_text(cluster.config(trouble.host), tracked.thing), host,
                                         before.priority.value(), now.priority.value());
    if (now.priority.value() >= rival) {
        const int needed = before.priority.value() - rival + 1;
        findings.add(Code::WeightTooSmall, trouble.host, router, tracked.keyword,
                     fmt::format("{}, which is still not below the {} of {}, so {} stays master", what, rival,
                                 cluster.name(*other), host),
                     fmt::format("the priority must fall by {} or more, or weight 0 makes it FAULT", needed));
    } else {
        findings.add(Code::WeightWithoutPreempt, trouble.host, router, tracked.keyword,
                     fmt::format("{}, below the {} of {}, which does not preempt, so {} stays master", what,
                                 rival, cluster.name(*other), host),
                     "leave out nopreempt, or track with weight 0, which makes it FAULT");
    }
}

// One that would be master of this member of a sync group, if the group were not with another.
void report_rival(const Cluster& cluster, const Election& election, const VirtualRouter& router,
                  std::size_t master, std::size_t rival, Findings& findings) {
    const auto own = election.standing(router, master, std::nullopt).priority;
    const auto other = election.standing(router, rival, std::nullopt).priority;
    const auto knows_source = [&](std::size_t host) {
        return cluster.instance(router, host)->source.has_value();
    };
    const auto address = [&](std::size_t host) { return source_of(cluster, router, host); };
    if (other > own) {
        findings.add(Code::GroupTorn, rival, router, "priority",
                     fmt::format("its priority is higher on {} ({}) than on {} ({}), but its sync group "
                                 "stays with {} unless all members want to move",
                                 cluster.name(rival), other.value(), cluster.name(master), own.value(),
                                 cluster.name(master)),
                     "rank the hosts alike in all members of a sync group");
    } else if (other == own && knows_source(master) && knows_source(rival) &&
               address(rival) > address(master)) {
        findings.add(
            Code::GroupTorn, rival, router, "priority",
            fmt::format("its priority is {} on both hosts, and the greater address is that of {} ({}) "
                        "here and that of {} in another member of its sync group, so both may give "
                        "way to each other, and nobody is master for a while",
                        own.value(), cluster.name(rival), address(rival).to_string(), cluster.name(master)),
            "give every host a priority of its own");
    }
}

}  // namespace

std::vector<Failure> failures(const Cluster& cluster, const Election& election,
                              const std::vector<Masters>& masters) {
    std::vector<Failure> all;
    for (std::size_t host = 0; host < cluster.hosts.size(); ++host) {
        all.push_back(with_outcomes(cluster, election, masters,
                                    {host, "host", cluster.name(host), "dies or is cut off", {}},
                                    {host, std::nullopt}));
        for (const Thing& thing : all_things(cluster.config(host)))
            all.push_back(with_outcomes(cluster, election, masters,
                                        {host,
                                         std::string{name(thing.kind)},
                                         thing.name,
                                         failure_text(cluster.config(host), thing),
                                         {}},
                                        {host, thing}));
    }
    return all;
}

void report_masters(const Cluster& cluster, const Election& election, const std::vector<Masters>& masters,
                    Findings& findings) {
    for (std::size_t r = 0; r < cluster.routers.size(); ++r) {
        const VirtualRouter& router = cluster.routers[r];
        if (masters[r].size() > 1) {
            std::vector<std::string> names;
            for (const std::size_t host : masters[r]) names.push_back(cluster.name(host));
            if (!router.instances[masters[r].back()]) continue;
            findings.add(
                Code::TwoMasters, masters[r].back(), router, "",
                fmt::format("{} will be master at the same time and hold the same addresses", joined(names)),
                "see the other findings about it");
        }
        const auto master = only(masters[r]);
        if (!master || !router.instances[*master] || election.routers(router.unit).size() < 2) continue;
        for (const std::size_t host : cluster.members(router))
            if (host != *master) report_rival(cluster, election, router, *master, host, findings);
    }
}

void report_weights(const Cluster& cluster, const Election& election, const std::vector<Masters>& masters,
                    Findings& findings) {
    for (std::size_t r = 0; r < cluster.routers.size(); ++r) {
        const VirtualRouter& router = cluster.routers[r];
        const auto master = only(masters[r]);
        if (!master || !router.instances[*master]) continue;
        std::vector<Thing> seen;
        for (const Tracked& tracked : tracked_by(cluster.config(*master), *router.instances[*master])) {
            if (std::ranges::find(seen, tracked.thing) != seen.end()) continue;
            seen.push_back(tracked.thing);
            report_weight(cluster, election, router, {*master, tracked.thing}, tracked, findings);
        }
    }
}

}  // namespace understudy::pair
