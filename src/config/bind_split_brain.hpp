// The statements of a split_brain block.
#pragma once

#include "schema.hpp"

namespace understudy::config {

bool open_split_brain(Build& build, const Statement& header);
void set_detect(Build& build, const Argument& argument);
void set_split_brain_interval(Build& build, const Argument& argument);
void set_on_conflict(Build& build, const Argument& argument);
void add_witnesses(Build& build, const Argument& argument);  // <address>|gateway …

}  // namespace understudy::config
