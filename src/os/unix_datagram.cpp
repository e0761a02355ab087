#include "unix_datagram.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>

#include "unix_address.hpp"

namespace understudy::os {

std::expected<UniqueFd, SysError> connect_datagram(const std::string& path) {
    auto address = unix_address(path, "connect to");
    if (!address) return std::unexpected(address.error());
    if (path.front() == '@') address->sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    UniqueFd fd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd) return std::unexpected(SysError::last("open a local socket"));
    if (::connect(fd.get(), generic(*address), length) < 0)
        return std::unexpected(SysError::last("connect to " + path));
    return fd;
}

int send_datagram(int fd, Bytes datagram) {
    ssize_t sent = 0;
    do {
        sent = ::send(fd, datagram.data(), datagram.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? errno : 0;
}

}  // namespace understudy::os
