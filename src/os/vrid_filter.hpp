// The filter that the kernel runs on each VRRP packet before it queues it: classic BPF over a set of VRIDs.
// Its length does not depend on how many they are.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "understudy/net/address.hpp"
#include "understudy/os/advert_socket.hpp"

namespace understudy::os {

// For a raw socket: over IPv4 it sees the packet from the IP header on, with options, and an authentication
// header if there is one; over IPv6 it sees the VRRP message.
[[nodiscard]] std::vector<sock_filter> vrid_filter(net::Family family, const VridSet& vrids);

}  // namespace understudy::os
