// Where keepalived's dumps are written: by default keepalived.data, keepalived_parent.data, keepalived.stats
// and keepalived.json in TMPDIR, if that is an absolute path of a directory, else in /tmp. state_dump_file,
// stats_dump_file and json_dump_file name other files; one that ends in a slash is a directory, and one
// without a slash in front stands where the others do.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "understudy/ctl/request.hpp"
#include "understudy/model/globals.hpp"

namespace understudy::daemon {

enum class DumpFile : std::uint8_t { State, ParentState, Statistics, Json };

// What the signals with which keepalived is asked for dumps ask for.
[[nodiscard]] std::optional<ctl::Dump> asked_by_signal(int number);
[[nodiscard]] DumpFile dump_file(ctl::DumpKind what);

// `folder`: of those without one of their own. `distinction`: "NAMESPACE_INSTANCE_", which data_use_instance
// puts into the names of state dumps.
[[nodiscard]] std::string dump_path(DumpFile file, const model::Dumps& settings, std::string_view folder,
                                    std::string_view distinction);
[[nodiscard]] std::string dump_path(DumpFile file, const model::Globals& globals,
                                    std::string_view distinction);
// Nobody executes a dump.
[[nodiscard]] mode_t dump_mode(const model::Globals& globals);

}  // namespace understudy::daemon
