// `await-end`: for the service manager of a daemon that has died, whose other processes have still to let go
// of the addresses.
#pragma once

#include "command.hpp"

namespace understudy::cli {

extern const Command kAwaitEnd;

}  // namespace understudy::cli
