// What an operator reads about routes and rules. `what` names one in the words of a configuration, with
// "route" or "rule" before it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "understudy/agent/journal.hpp"
#include "understudy/base/time.hpp"
#include "understudy/desired/finding.hpp"

namespace understudy::agent::words {

[[nodiscard]] Record object_lost(const std::string& what, std::uint32_t times, bool at_once);
[[nodiscard]] Record object_repaired(const std::string& what);
[[nodiscard]] Record object_refused(const std::string& what, desired::ChangeKind kind, int error);
[[nodiscard]] Record object_left_over(const std::string& what);

}  // namespace understudy::agent::words
