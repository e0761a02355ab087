// Where the daemon's processes log, by the command line.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "understudy/config/diagnostic.hpp"
#include "understudy/config/source.hpp"
#include "understudy/ctl/request.hpp"
#include "understudy/model/globals.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/sys_error.hpp"

#include "options.hpp"

namespace understudy::daemon {

// `level`: if the operator has asked for another one than the options say.
[[nodiscard]] std::expected<os::Log, os::SysError> open_log(
    const Options& options, const model::Globals& globals, std::optional<ctl::LogLevel> level = std::nullopt);

[[nodiscard]] os::LogLevel os_level(ctl::LogLevel level);

void log_diagnostics(os::Log& log, const config::Diagnostics& diagnostics);

// The files as they were read (--dump-conf), without their secrets.
void log_configuration(os::Log& log, const std::vector<config::SourceFile>& files);

}  // namespace understudy::daemon
