// `explain-config`: the configuration language from its table of keywords.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kExplainConfig;

}  // namespace understudy::cli
