// `metrics`: what a daemon does, as numbers for a monitoring system.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kMetrics;

}  // namespace understudy::cli
