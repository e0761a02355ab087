// The filter that the kernel runs on each ARP frame or neighbour advertisement before it queues it: classic
// BPF that compares the address spoken for with those given.
#pragma once

#include <linux/filter.h>

#include <cstddef>
#include <span>
#include <vector>

#include "understudy/net/address.hpp"

namespace understudy::os {

// More are not compared: every frame of the kind passes. The kernel limits the memory of a filter, and each
// address costs every such frame two instructions.
inline constexpr std::size_t kMostComparedAddresses = 128;

// IPv4: for a packet socket that sees ARP from the Ethernet header on; frames of our own do not pass. IPv6:
// for a raw socket that sees the ICMPv6 message; the last four octets of the target are compared.
[[nodiscard]] std::vector<sock_filter> neighbour_filter(net::Family family,
                                                        std::span<const net::Address> guarded);

}  // namespace understudy::os
