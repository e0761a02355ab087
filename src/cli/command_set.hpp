// understudyctl set and unset: a priority by the operator's order.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kSet;
extern const Command kUnset;

}  // namespace understudy::cli
