// The hooks process: the only one that starts programs. It serves the vrrp process, whichever that is, until
// nobody can order anything any more.
#pragma once

#include "understudy/os/message_socket.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::daemon {

// Beyond this, what the other side does not take is refused: a thousand instances that all change at once
// need a fraction of it.
inline constexpr std::size_t kMostUnsentToHooks = std::size_t{16} << 20;

// Returns the exit status of the process. What still runs then goes on running.
[[nodiscard]] int run_hooks(os::UniqueFd orders);
// The same for a daemon that has a delegate of ours: hooks_delegate.hpp. Without that one nobody knows of us.
[[nodiscard]] int run_hooks(os::UniqueFd orders, os::UniqueFd delegate);

}  // namespace understudy::daemon
