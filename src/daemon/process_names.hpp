// What ps and top show of the daemon's processes.
#pragma once

#include <string>

#include "understudy/model/globals.hpp"

namespace understudy::daemon {

// `own`: what the program is called unless the configuration says otherwise.
[[nodiscard]] std::string supervisor_name(const model::Processes& processes, const std::string& own);
[[nodiscard]] std::string worker_name(const model::Processes& processes);
// The kernel keeps 15 characters.
[[nodiscard]] std::string hooks_name(const model::Processes& processes);
// Of the one that stands here for a hooks process of root.
[[nodiscard]] std::string delegate_name(const model::Processes& processes);

}  // namespace understudy::daemon
