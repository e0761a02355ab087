// An alarm clock of the kernel's (timerfd), on the clock that goes on while the machine is suspended. It
// rings once for each time it is set.
#pragma once

#include <expected>

#include "understudy/base/time.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

[[nodiscard]] std::expected<UniqueFd, SysError> make_alarm();
// Replaces what was set before, and forgets a ring that nobody has heard. A time that has passed rings at
// once.
void set_alarm(const UniqueFd& alarm, Instant at);
void silence_alarm(const UniqueFd& alarm);
// Whether it has rung since it was set or heard last.
[[nodiscard]] bool has_rung(const UniqueFd& alarm);

}  // namespace understudy::os
