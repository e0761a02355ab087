// `config`: the files that a running daemon runs with.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kConfig;

}  // namespace understudy::cli
