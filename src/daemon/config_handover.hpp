// A new configuration on its way from the supervisor, which has read and judged it, to the vrrp process: what
// has changed, in memory that both have. So the files are read once for all, and an agent of hundreds of
// instances hears of the one that is another.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "understudy/model/config.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::daemon {

// `known`: what the vrrp process has; an empty one, if that is not certain, which hands over the whole.
[[nodiscard]] std::expected<void, os::SysError> hand_over(const os::UniqueFd& memory,
                                                          const model::Config& known,
                                                          const model::Config& fresh);
// The newest one, for whoever has `known`; otherwise why it cannot be taken.
[[nodiscard]] std::expected<std::shared_ptr<const model::Config>, std::string> taken_over(
    const os::UniqueFd& memory, const model::Config& known);

}  // namespace understudy::daemon
