#include "understudy/os/service_notify.hpp"

#include <string>

#include "understudy/os/files.hpp"
#include "understudy/os/unique_fd.hpp"

#include "unix_datagram.hpp"

namespace understudy::os {

std::expected<bool, SysError> notify_service_manager(std::string_view assignments) {
    const std::optional<std::string> path = environment("NOTIFY_SOCKET");
    if (!path || path->empty()) return false;
    const auto socket = connect_datagram(*path);
    if (!socket) return std::unexpected(socket.error());
    if (const int error = send_datagram(socket->get(), std::as_bytes(std::span{assignments})); error != 0)
        return std::unexpected(SysError{"notify the service manager", error});
    return true;
}

}  // namespace understudy::os
