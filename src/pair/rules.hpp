// The comparisons, each a function that adds what it finds.
#pragma once

#include "understudy/pair/check.hpp"

#include "cluster.hpp"

namespace understudy::pair {

// VRIDs, addresses, and who has a part in what.
void report_members(const Cluster& cluster, Findings& findings);
void report_addresses(const Cluster& cluster, Findings& findings);
// Roles: priorities, preemption, strict mode, accept, state MASTER.
void report_roles(const Cluster& cluster, Findings& findings);
void report_groups(const Cluster& cluster, Findings& findings);
void report_tracking(const Cluster& cluster, Findings& findings);

}  // namespace understudy::pair
