// A stream socket that listens at a path, and who connected to it.
#pragma once

#include <sys/types.h>

#include <expected>
#include <optional>
#include <string>

#include "understudy/os/control_socket.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

// Owned by us and the group; nobody else can connect, or everybody. See ControlSocket::open() for what it
// does with what is there.
[[nodiscard]] std::expected<UniqueFd, SysError> listen_at(const ControlSocketOptions& options);
// Our own socket still stands at the path.
[[nodiscard]] bool stands_at(const std::string& path, ino_t inode);
[[nodiscard]] std::optional<ino_t> inode_at(const std::string& path);

[[nodiscard]] std::expected<Peer, SysError> peer_of(int connection);

}  // namespace understudy::os
