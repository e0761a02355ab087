// Overhears adverts on interfaces for a while (packet(7)): those that come in, before any packet filter has
// seen them, and those that this host sends. For that time it joins the multicast groups, as anybody who
// listens does. Needs CAP_NET_RAW.
#pragma once

#include <cstdint>
#include <expected>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

struct TapPlace {
    net::LinkIndex link;
    std::vector<net::Address> groups;
};

struct OverheardPacket {
    net::LinkIndex link;
    bool outgoing = false;
    net::Family family = net::Family::Ipv4;
    std::vector<std::byte> bytes;  // IPv4: from the IP header on; IPv6: the VRRP message
    net::Address source;
    net::Address destination;
    std::uint8_t hop_limit = 0;
    WallTime at{};
};

// A thousand packets are enough.
[[nodiscard]] std::expected<std::vector<OverheardPacket>, SysError> overhear_adverts(
    const std::vector<TapPlace>& places, milliseconds time);

}  // namespace understudy::os
