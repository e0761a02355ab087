// Hands an open descriptor to a process that is not our child (unix(7): SOCK_SEQPACKET, SCM_RIGHTS).
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "understudy/base/bytes.hpp"
#include "understudy/base/time.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

// To the process that listens at this path. Never waits: one that takes nobody at the moment is an error.
[[nodiscard]] std::expected<UniqueFd, SysError> connect_messages(const std::string& path);

// The message goes with a copy of the descriptor, if there is one.
[[nodiscard]] std::expected<void, SysError> pass_descriptor(const UniqueFd& connection, Bytes message,
                                                            const UniqueFd& descriptor);

struct Passed {
    std::vector<std::byte> message;  // empty: nobody can send any more
    UniqueFd descriptor;             // none: the message came without one
};

// Waits for the next message, which is cut at `longest` octets; ETIMEDOUT: none came within `patience`.
[[nodiscard]] std::expected<Passed, SysError> take_passed(const UniqueFd& connection, std::size_t longest,
                                                          milliseconds patience);

// Whether nobody can send any more; waits at most so long for that.
[[nodiscard]] bool ends_within(const UniqueFd& connection, milliseconds patience);

// The connection that a service manager has accepted and started this process for (sd_listen_fds(3)).
// ENOTCONN: it has not, or not exactly one.
[[nodiscard]] std::expected<UniqueFd, SysError> accepted_by_service_manager();

}  // namespace understudy::os
