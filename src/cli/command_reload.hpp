// `reload`: the files are read again, and take effect or say why not.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kReload;

}  // namespace understudy::cli
