// use_vmac and use_ipvlan: words that say themselves what they are.
#pragma once

#include "schema.hpp"

namespace understudy::config {

void set_virtual_mac(Build& build, const Argument& argument);
void set_ipvlan(Build& build, const Argument& argument);

void set_old_checksum(Build& build, const Argument& argument);
void set_timer_expired(Build& build, const Argument& argument);
void set_native_ipv6(Build& build, const Argument& argument);

}  // namespace understudy::config
