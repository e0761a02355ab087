// What /proc says of the processes that run.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "understudy/os/process_watch.hpp"

namespace understudy::os {

[[nodiscard]] std::vector<std::uint32_t> running_pids();  // ascending

// None: it has ended, though its parent may not know yet.
[[nodiscard]] std::optional<RunningProcess> read_process(std::uint32_t pid, bool with_command_line);

}  // namespace understudy::os
