#include "socket_options.hpp"

#include <linux/pkt_sched.h>

#include <algorithm>
#include <cstddef>
#include <limits>

namespace understudy::os {

std::expected<void, SysError> set_receive_buffer(int fd, ReceiveBuffer asked) {
    constexpr std::size_t kMost = std::numeric_limits<int>::max() / 2;
    const auto size = static_cast<int>(std::min(asked.octets, kMost));
    if (asked.beyond_limit &&
        set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, size, "force the receive buffer's size"))
        return {};
    return set_option(fd, SOL_SOCKET, SO_RCVBUF, size, "set the receive buffer's size");
}

ReceiveBuffer receive_buffer_of(int fd) {
    int counted = 0;
    socklen_t size = sizeof counted;
    ::getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &counted, &size);
    return {static_cast<std::size_t>(counted) / 2, false};
}

void raise_packet_priority(int fd) {
    const int priority = TC_PRIO_CONTROL;
    // Without CAP_NET_ADMIN it stays as it is, which costs nothing but a place in the queue.
    ::setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &priority, sizeof priority);
}

}  // namespace understudy::os
