#include "understudy/os/service_notify.hpp"

#include <unistd.h>

#include <cstdint>
#include <string>

#include "understudy/base/text.hpp"
#include "understudy/os/files.hpp"
#include "understudy/os/unique_fd.hpp"

#include "unix_datagram.hpp"

namespace understudy::os {

namespace {

constexpr std::uint64_t kLongestPatience = 1'000'000'000'000;  // microseconds: beyond that it is a mistake

}  // namespace

std::expected<bool, SysError> notify_service_manager(std::string_view assignments) {
    const std::optional<std::string> path = environment("NOTIFY_SOCKET");
    if (!path || path->empty()) return false;
    const auto socket = connect_datagram(*path);
    if (!socket) return std::unexpected(socket.error());
    if (const int error = send_datagram(socket->get(), std::as_bytes(std::span{assignments})); error != 0)
        return std::unexpected(SysError{"notify the service manager", error});
    return true;
}

std::optional<microseconds> watchdog_patience() {
    const auto time = parse_number<std::uint64_t>(environment("WATCHDOG_USEC").value_or(""));
    const std::optional<std::string> process = environment("WATCHDOG_PID");
    if (!time || *time == 0 || *time > kLongestPatience) return std::nullopt;
    if (process && parse_number<pid_t>(*process) != ::getpid()) return std::nullopt;
    return microseconds{static_cast<std::int64_t>(*time)};
}

}  // namespace understudy::os
