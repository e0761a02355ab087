// The table of failures: what each leads to, and which of them lead nowhere although they were meant to.
#pragma once

#include "cluster.hpp"
#include "election.hpp"

namespace understudy::pair {

// The death of each host, then all it tracks.
[[nodiscard]] std::vector<Failure> failures(const Cluster& cluster, const Election& election,
                                            const std::vector<Masters>& masters);
void report_masters(const Cluster& cluster, const Election& election, const std::vector<Masters>& masters,
                    Findings& findings);
void report_weights(const Cluster& cluster, const Election& election, const std::vector<Masters>& masters,
                    Findings& findings);

}  // namespace understudy::pair
