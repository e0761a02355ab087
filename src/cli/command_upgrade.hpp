// `upgrade`: the program that is installed takes the place of the one that runs.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kUpgrade;

}  // namespace understudy::cli
