#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kFollow;

}  // namespace understudy::cli
