// understudyctl failover: move the role to another router, once.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kFailover;

}  // namespace understudy::cli
