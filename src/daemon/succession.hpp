// What the vrrp process begins with: a new agent, or that of the process before it, which has died.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "understudy/agent/agent.hpp"
#include "understudy/base/time.hpp"
#include "understudy/model/config.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/unique_fd.hpp"

#include "options.hpp"

namespace understudy::daemon {

struct Beginning {
    agent::Agent agent;
    std::optional<Instant> goes_on;  // it is to be told so: when the one before it heard its last
};

// A vrrp process that has died: when it was started, and its recording, as it stands in the file and in the
// memory that the supervisor keeps for it, or why there is none. One of both is its own at most.
struct Predecessor {
    WallTime since;
    std::expected<std::string, std::string> in_file;
    std::expected<std::string, std::string> in_memory;
};

[[nodiscard]] Predecessor left_behind(const Options& options, const model::Globals& globals, WallTime since,
                                      const os::UniqueFd& memory);

// Of a daemon that was killed and has left its addresses, routes and rules: its configuration as far as it
// asked for those. None: nothing is known of it, or it had removed them.
[[nodiscard]] std::optional<model::Config> killed_with(const Options& options, const model::Globals& globals);
// What the kernel is to hold for a configuration, and nothing that would begin a program or tell anybody.
[[nodiscard]] model::Config objects_alone(model::Config config);

[[nodiscard]] Beginning begin_with(const std::shared_ptr<const model::Config>& config,
                                   const std::optional<Predecessor>& predecessor, os::Log& log);

}  // namespace understudy::daemon
