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

#include "options.hpp"

namespace understudy::daemon {

struct Beginning {
    agent::Agent agent;
    bool goes_on = false;  // it is to be told so
};

// A vrrp process that has died: when it was started, and the recording as it stands, or why there is none.
struct Predecessor {
    WallTime since;
    std::expected<std::string, std::string> recording;
};

[[nodiscard]] std::expected<std::string, std::string> left_behind(const Options& options,
                                                                  const model::Globals& globals);

[[nodiscard]] Beginning begin_with(const std::shared_ptr<const model::Config>& config,
                                   const std::optional<Predecessor>& predecessor, os::Log& log);

}  // namespace understudy::daemon
