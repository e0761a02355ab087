// understudyctl stats: the counters of the instances, and to begin them anew.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kStats;

}  // namespace understudy::cli
