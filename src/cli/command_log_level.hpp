// understudyctl log-level: how much the running daemon logs.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kLogLevel;

}  // namespace understudy::cli
