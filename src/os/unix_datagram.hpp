// Datagrams to a local socket, as log daemons and service managers listen on. Never waits.
#pragma once

#include <expected>
#include <string>

#include "understudy/base/bytes.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

// A path; with '@' in front a name in the abstract name space.
[[nodiscard]] std::expected<UniqueFd, SysError> connect_datagram(const std::string& path);

// 0 or an errno; EAGAIN: the reader does not keep up.
[[nodiscard]] int send_datagram(int fd, Bytes datagram);

}  // namespace understudy::os
