// `help` and `version`, which are commands like the others.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kHelp;
extern const Command kVersion;

}  // namespace understudy::cli
