// The statements of an auth_hmac block.
#pragma once

#include "schema.hpp"

namespace understudy::config {

bool open_hmac(Build& build, const Statement& header);
void add_hmac_key(Build& build, const Argument& argument);
void set_anti_replay(Build& build, const Argument& argument);
void set_hmac_mode(Build& build, const Argument& argument);

}  // namespace understudy::config
