// What the vrrp process takes along from when it is still root: the files that only root may open. Then it
// gives up its rights (rights.hpp), and all that it parses it parses without them.
#pragma once

#include <expected>
#include <optional>

#include "understudy/base/time.hpp"
#include "understudy/model/config.hpp"
#include "understudy/os/kept_file.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

#include "flight_recorder.hpp"
#include "options.hpp"
#include "rights.hpp"
#include "succession.hpp"

namespace understudy::daemon {

struct Provisions {
    std::optional<Predecessor> predecessor;
    std::expected<os::KeptFile, os::SysError> settings_file;
    FlightRecorder recorder;
};

[[nodiscard]] Provisions provide(const Options& options, const model::Config& config,
                                 std::optional<WallTime> predecessor_since, const os::UniqueFd& memory,
                                 os::Log& log);

// By the supervisor and once: to look a user up may take its time when the network is down.
[[nodiscard]] HostRights host_rights(const Options& options);

// For good. Whatever is in the way is told, and costs nothing else. What it returns tells which system calls
// are refused from now on (os/call_filter); none: all are as before.
std::optional<os::UniqueFd> give_up_rights(const Options& options, const model::Config& config,
                                           const HostRights& host, os::Log& log);

}  // namespace understudy::daemon
