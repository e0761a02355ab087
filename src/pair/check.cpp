#include "understudy/pair/check.hpp"

#include <algorithm>

#include "understudy/base/assert.hpp"

#include "cluster.hpp"
#include "election.hpp"
#include "failures.hpp"
#include "hearing.hpp"
#include "rules.hpp"

namespace understudy::pair {

namespace {

std::vector<std::string> priorities(const Cluster& cluster, const VirtualRouter& router,
                                    const Election& election) {
    std::vector<std::string> texts;
    for (std::size_t host = 0; host < cluster.hosts.size(); ++host) {
        if (!router.instances[host]) {
            texts.emplace_back();
            continue;
        }
        const Standing now = election.standing(router, host, std::nullopt);
        texts.push_back(now.fault ? "FAULT" : std::to_string(now.priority.value()));
    }
    return texts;
}

}  // namespace

bool Report::has_errors() const {
    return std::ranges::any_of(findings, [](const Finding& f) { return f.severity() == Severity::Error; });
}

Report check(std::span<const HostConfig> hosts) {
    UNDERSTUDY_ASSERT(hosts.size() >= 2);
    const Cluster cluster = match(hosts);
    const Election election{cluster};
    Report report;
    for (const HostConfig& host : hosts) report.hosts.push_back(host.name);
    for (const VirtualRouter& router : cluster.routers) {
        report.masters.push_back(election.masters(router.unit, std::nullopt, std::nullopt));
        report.priorities.push_back(priorities(cluster, router, election));
    }
    report.failures = failures(cluster, election, report.masters);
    Findings findings{cluster};
    report_members(cluster, findings);
    report_hearing(cluster, findings);
    report_addresses(cluster, findings);
    report_roles(cluster, findings);
    report_groups(cluster, findings);
    report_masters(cluster, election, report.masters, findings);
    report_tracking(cluster, findings);
    report_weights(cluster, election, report.masters, findings);
    report.findings = std::move(findings).take();
    report.virtual_routers = cluster.routers;
    return report;
}

}  // namespace understudy::pair
