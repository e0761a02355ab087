// What vrrp_script and vrrp_check have in common, and what a check asks.
#pragma once

#include <optional>

#include "check.hpp"

namespace understudy::config {

// Name, times, counts and weight; neither command nor probe.
[[nodiscard]] model::Script schedule_of(const ScriptDraft& draft);

// None if it asks nothing, or what nobody can ask.
[[nodiscard]] std::optional<model::Script> check_probe(const CheckContext& context, const ScriptDraft& draft);

}  // namespace understudy::config
