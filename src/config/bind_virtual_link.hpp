// use_vmac, use_ipvlan and auth_hmac: words that say themselves what they are.
#pragma once

#include "schema.hpp"

namespace understudy::config {

void set_virtual_mac(Build& build, const Argument& argument);
void set_ipvlan(Build& build, const Argument& argument);

bool open_hmac(Build& build, const Statement& header);
void add_hmac_key(Build& build, const Argument& argument);
void set_anti_replay(Build& build, const Argument& argument);
void set_hmac_mode(Build& build, const Argument& argument);

void set_old_checksum(Build& build, const Argument& argument);
void set_timer_expired(Build& build, const Argument& argument);
void set_native_ipv6(Build& build, const Argument& argument);

}  // namespace understudy::config
