// The Ethernet header in front of ARP and IPv6 frames: two addresses and a type.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "understudy/base/bytes.hpp"
#include "understudy/net/mac.hpp"

namespace understudy::wire {

inline constexpr std::size_t kMacSize = 6;
inline constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherTypeArp = 0x0806;
inline constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;

// The next six octets. Past the end it is all zeros, and the reader remembers that it overran.
[[nodiscard]] inline net::Mac read_mac(Reader& in) {
    net::Mac mac;
    std::ranges::copy(in.take(kMacSize), mac.octets.begin());
    return mac;
}

}  // namespace understudy::wire
