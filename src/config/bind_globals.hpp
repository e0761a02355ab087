// What the keywords of global_defs do that is more than setting a value.
#pragma once

#include "schema.hpp"

namespace understudy::config {

void set_dynamic_interfaces(Build& build, const Argument& argument);
void set_script_user(Build& build, const Argument& argument);
void set_reload_check(Build& build, const Argument& argument);
// Took effect while the files were read.
void accept_include_check(Build& build, const Argument& argument);

}  // namespace understudy::config
