#include "background.hpp"

#include <signal.h>

#include <cstdlib>

#include "understudy/os/process.hpp"
#include "understudy/os/signals.hpp"

namespace understudy::daemon {

namespace {

// Files and lock are the child's. From when its number is in the pid file, what comes is sent to the child.
[[noreturn]] void leave_to(pid_t child, PidFiles& pid_files, std::span<const int> signals) {
    const auto told = pid_files.daemon_is(child);
    if (!told) os::send_signal(child, SIGTERM);
    os::pass_held_signals(signals, child);
    std::_Exit(told ? EXIT_SUCCESS : EXIT_FAILURE);
}

}  // namespace

bool go_to_background(PidFiles& pid_files, std::span<const int> signals) {
    const auto child = os::fork_process();
    if (!child) return false;
    if (*child > 0) leave_to(*child, pid_files, signals);
    return os::detach_from_terminal().has_value();
}

}  // namespace understudy::daemon
