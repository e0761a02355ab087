// Tells the service manager how we are (sd_notify(3)): READY=1, RELOADING=1, STOPPING=1, MAINPID=,
// WATCHDOG=1. Does nothing when there is none. Never waits.
#pragma once

#include <expected>
#include <optional>
#include <string_view>

#include "understudy/base/time.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

// False: nobody asked (NOTIFY_SOCKET is not set). Several assignments are separated by newlines.
[[nodiscard]] std::expected<bool, SysError> notify_service_manager(std::string_view assignments);

// How long the service manager bears to hear no WATCHDOG=1 from this process; none: it does not watch it.
[[nodiscard]] std::optional<microseconds> watchdog_patience();

}  // namespace understudy::os
