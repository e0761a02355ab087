// Tells the service manager how we are (sd_notify(3)): READY=1, RELOADING=1, STOPPING=1, MAINPID=,
// WATCHDOG=1. Does nothing when there is none. Never waits.
#pragma once

#include <expected>
#include <string_view>

#include "understudy/os/sys_error.hpp"

namespace understudy::os {

// False: nobody asked (NOTIFY_SOCKET is not set). Several assignments are separated by newlines.
[[nodiscard]] std::expected<bool, SysError> notify_service_manager(std::string_view assignments);

}  // namespace understudy::os
