// The metrics of a daemon, from what it said of itself. Counters are named after RFC 8347 (its statistics)
// and RFC 6527, with the prefix understudy_vrrp_; each virtual router has the labels vrrp_instance,
// interface, vrid, family and group. The label is vrrp_instance and not instance, because Prometheus itself
// labels what it scrapes with `instance` and would rename ours.
#pragma once

#include <string>

#include "exposition.hpp"
#include "observed.hpp"

namespace understudy::cli {

[[nodiscard]] std::string metrics_text(const Observed& observed, TextFormat format);

}  // namespace understudy::cli
