// global_defs and the statements outside of all blocks.
#pragma once

#include "check.hpp"

namespace understudy::config {

[[nodiscard]] model::Globals check_globals(const CheckContext& context);
// Whether instances and groups mail and report priorities: their own word, that of their group, that of all.
void check_notify_defaults(const CheckContext& context, std::vector<CheckedInstance>& checked,
                           model::Config& config);

}  // namespace understudy::config
