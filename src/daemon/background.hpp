// Leaving the terminal: the caller's prompt returns, and the daemon goes on as a process of its own.
#pragma once

#include <span>

#include "pid_files.hpp"

namespace understudy::daemon {

// Returns in the daemon alone; false: it could not be done. The caller's process ends when the daemon's
// number is in the pid file, and sends on what of these signals came to it until then.
[[nodiscard]] bool go_to_background(PidFiles& pid_files, std::span<const int> signals);

}  // namespace understudy::daemon
