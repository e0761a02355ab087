// understudyctl check: how a tracked script or check does, and to run it now.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kCheck;

}  // namespace understudy::cli
