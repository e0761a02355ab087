// Reading the configuration as the command line asks for it.
#pragma once

#include <expected>
#include <memory>

#include "understudy/config/load.hpp"
#include "understudy/config/source.hpp"
#include "understudy/host/this_host.hpp"
#include "understudy/os/sys_error.hpp"

#include "options.hpp"

namespace understudy::daemon {

[[nodiscard]] config::LoadResult load_from_disk(const Options& options);

// What a reload has read, before all has been said about it.
struct Reading {
    std::unique_ptr<host::ThisHost> host;
    config::Loading loading;
    config::LoadResult result;
};
[[nodiscard]] Reading read_from_disk(const Options& options);

// The same, from within the network namespace that the command line names, else the file (net_namespace): its
// interfaces are the ones that count. The process stays there, and `options` names it from then on.
[[nodiscard]] std::expected<config::LoadResult, os::SysError> load_where_it_runs(Options& options);

// The same for a process that is there already.
[[nodiscard]] config::LoadResult load_where_we_are(Options& options);

// The status a start that is refused ends with: that of -t, except that a start never ends with 0.
[[nodiscard]] int refusal_status(const config::Diagnostics& diagnostics);

}  // namespace understudy::daemon
