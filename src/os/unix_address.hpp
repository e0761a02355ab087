// Where a local socket stands in the file system (unix(7)), as the kernel wants to be told.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <expected>
#include <string>

#include "understudy/os/sys_error.hpp"

namespace understudy::os {

// `attempted`: what is to be done there, as "connect to".
[[nodiscard]] inline std::expected<sockaddr_un, SysError> unix_address(const std::string& path,
                                                                       const std::string& attempted) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return std::unexpected(SysError{attempted + " " + path, ENAMETOOLONG});
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

[[nodiscard]] inline const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace understudy::os
