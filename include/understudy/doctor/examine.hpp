// Judges a host that is to run a configuration: facts in, findings out. Adverts that were heard are judged by
// the agent's own rules (RFC 9568 §7.1), so the answer is what the daemon would do with them.
#pragma once

#include <vector>

#include "understudy/config/load.hpp"
#include "understudy/doctor/facts.hpp"
#include "understudy/doctor/finding.hpp"

namespace understudy::doctor {

// The most severe first, otherwise in the order of the codes.
[[nodiscard]] std::vector<Finding> examine(const config::LoadResult& loaded, const Facts& facts);

}  // namespace understudy::doctor
