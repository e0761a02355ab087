// `show-config`: a configuration as it takes effect.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kShowConfig;

}  // namespace understudy::cli
