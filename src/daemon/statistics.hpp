// keepalived's statistics file, which monitoring scripts read (SIGUSR2).
#pragma once

#include <expected>
#include <span>
#include <string>

#include "understudy/agent/agent.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::daemon {

[[nodiscard]] std::string statistics_text(std::span<const agent::InstanceReport> reports);

// keepalived.stats in TMPDIR or /tmp, mode 0600, replaced as a whole.
[[nodiscard]] std::expected<void, os::SysError> write_statistics(
    std::span<const agent::InstanceReport> reports);

}  // namespace understudy::daemon
