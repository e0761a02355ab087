// `record` and `replay`: what the flight recorder of a daemon has kept, living or dead, and the same told and
// checked again.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kRecord;
extern const Command kReplay;

}  // namespace understudy::cli
