// What the supervisor itself has to remember: how it and the vrrp process begin and end, and reloads that are
// refused. The rest is the agent's.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "understudy/base/time.hpp"
#include "understudy/ctl/history.hpp"
#include "understudy/os/process.hpp"

namespace understudy::daemon {

[[nodiscard]] ctl::HistoryEntry daemon_started(WallTime at, pid_t process);
// None: it ends by itself.
// In place of another, of which only the version may be known.
[[nodiscard]] ctl::HistoryEntry daemon_taken_over(WallTime at, pid_t process, const std::string& version);
[[nodiscard]] ctl::HistoryEntry upgrade_refused(WallTime at, const std::string& why);
[[nodiscard]] ctl::HistoryEntry daemon_stops(WallTime at, bool asked);
[[nodiscard]] ctl::HistoryEntry worker_started(WallTime at, pid_t process);
[[nodiscard]] ctl::HistoryEntry worker_ended(WallTime at, const os::ProcessEnd& end, microseconds ran,
                                             bool stopping);
[[nodiscard]] ctl::HistoryEntry reload_refused(WallTime at, const std::string& why);

}  // namespace understudy::daemon
