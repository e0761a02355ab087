// What the daemon does something about when somebody sends it.
#pragma once

#include <signal.h>

#include <array>

namespace understudy::daemon {

// SIGRTMAX and SIGRTMIN are known only when it runs.
[[nodiscard]] inline std::array<int, 8> handled_signals() {
    return {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGRTMAX - 1, SIGRTMIN + 2, SIGCHLD};
}

}  // namespace understudy::daemon
