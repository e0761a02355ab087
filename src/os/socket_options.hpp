// Setting socket options with an error that says what for.
#pragma once

#include <sys/socket.h>

#include <expected>
#include <string_view>

#include "understudy/os/receive_buffer.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

template <typename Value>
[[nodiscard]] std::expected<void, SysError> set_option(int fd, int level, int name, const Value& value,
                                                       std::string_view attempted) {
    if (::setsockopt(fd, level, name, &value, sizeof value) < 0)
        return std::unexpected(SysError::last(attempted));
    return {};
}

[[nodiscard]] std::expected<void, SysError> set_receive_buffer(int fd, ReceiveBuffer asked);
// What would have to be asked for to get the one that it has.
[[nodiscard]] ReceiveBuffer receive_buffer_of(int fd);

// Ahead of ordinary traffic in the queueing discipline, where we have the right.
void raise_packet_priority(int fd);

}  // namespace understudy::os
