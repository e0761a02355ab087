// The filter that the kernel runs on each message for the mirror before it queues it: classic BPF that leaves
// out news of routes that are nobody's business here. A thousand addresses that come bring as many routes of
// the kernel's own, and a router with the whole internet's routes changes some of them all the time.
#pragma once

#include <expected>

#include "understudy/os/sys_error.hpp"

namespace understudy::os {

// News of a route pass if it is of keepalived's protocol or took the place of another one. Answers to dumps
// and all other messages pass.
[[nodiscard]] std::expected<void, SysError> leave_out_foreign_routes(int fd);

}  // namespace understudy::os
