// Sends several VRRP packets, each to its own destination, by one system call.
#pragma once

#include <span>

#include "understudy/os/advert_socket.hpp"

namespace understudy::os {

// `link` is the socket's, for packets that name none. errors[i]: 0 or an errno.
void send_adverts(int fd, net::LinkIndex link, std::span<const OutgoingPacket> packets,
                  std::span<int> errors);

}  // namespace understudy::os
