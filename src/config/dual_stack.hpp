// What the families of an instance's addresses come to when all of them are known. One advert carries one
// family (RFC 9568 §5.2.9), so an instance with dual_stack becomes two virtual routers of one VRID: NAME with
// all of IPv4 and every hook, NAME-v6 with all of IPv6 and none. A sync group moves them together: the one
// that lists NAME, or one made for them.
#pragma once

#include "understudy/config/diagnostic.hpp"

#include "draft.hpp"

namespace understudy::config {

// Refuses addresses of the other family where dual_stack is not given. Instances and groups keep their
// indices; what is made comes behind them.
void settle_families(Draft& draft, Diagnostics& diags);

}  // namespace understudy::config
