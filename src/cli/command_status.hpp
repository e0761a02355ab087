// `status`: what the instances of a running daemon do.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kStatus;

}  // namespace understudy::cli
