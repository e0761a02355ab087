// What an instance asks for beyond the protocol's core: virtual links, VRF, announcements elsewhere.
#pragma once

#include "check.hpp"

namespace understudy::config {

// After the role, mode and addresses of the instance are known.
void check_virtual_link(const CheckContext& context, const InstanceDraft& draft, model::Instance& instance);

}  // namespace understudy::config
