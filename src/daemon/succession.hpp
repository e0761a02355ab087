// What the vrrp process begins with: a new agent, or that of the process before it, which has died.
#pragma once

#include <memory>
#include <optional>

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

// `predecessor_since`: when the process that has died was started; none: there was none.
[[nodiscard]] Beginning begin_with(const Options& options, const std::shared_ptr<const model::Config>& config,
                                   std::optional<WallTime> predecessor_since, os::Log& log);

}  // namespace understudy::daemon
