// The virtual addresses of an instance: no duplicates, no more than an advert can carry, on interfaces that
// exist.
#pragma once

#include "check.hpp"

namespace understudy::config {

// Fills in both lists of an instance whose version, family, interface and authentication are settled. False
// if the instance cannot run.
[[nodiscard]] bool check_addresses(const CheckContext& context, const InstanceDraft& draft,
                                   model::Instance& instance);

}  // namespace understudy::config
