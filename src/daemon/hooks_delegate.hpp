// For a daemon that is not root (--hooks-socket): its scripts are, as ever, those of whoever they are to be,
// so a process of root runs them. A service manager starts that one when somebody connects to the socket
// (`understudyd --serve-hooks`), and it is given the connection that the orders are on: from then on it is to
// the vrrp process what any hooks process is. Here it has a delegate, which the supervisor starts, watches
// and ends in its place; either ends with the other.
#pragma once

#include <string>

#include "understudy/os/log.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::daemon {

// The delegate: returns its exit status. Where nobody takes the orders they wait, and it asks again.
[[nodiscard]] int delegate_hooks(const os::UniqueFd& orders, const std::string& path, const std::string& name,
                                 os::Log& log);

// The process of root: returns its exit status. What it says to standard error is for the service manager.
[[nodiscard]] int serve_hooks();

}  // namespace understudy::daemon
