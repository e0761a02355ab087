// What the keywords of vrrp_script do that is more than setting a value.
#pragma once

#include "bind.hpp"

namespace understudy::config {

bool open_script(Build& build, const Statement& header);
void set_script_owner(Build& build, const Argument& argument);
// 0 is corrected to one second.
bool refuse_zero_time(Build& build, const Argument& argument);

template <auto Field>
void set_script_time(Build& build, const Argument& argument) {
    set<Field>(build, argument);
    if (refuse_zero_time(build, argument)) field_of<Field>(build).give(seconds{1}, argument.span);
}

}  // namespace understudy::config
