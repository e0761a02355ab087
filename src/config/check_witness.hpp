// The witnesses of split_brain: each becomes a check that no block tells of.
#pragma once

#include "understudy/model/config.hpp"

#include "draft.hpp"

namespace understudy::config {

// Instances that ask one host equally often share the check.
void check_witnesses(const InstanceDraft& draft, model::Instance& instance, model::Config& config);

}  // namespace understudy::config
