// The Ethernet interface that carries a virtual router's own MAC address (RFC 9568 §7.3): a macvlan in
// private mode on the interface of the router, and the kernel settings that make the two behave as one host
// with two addresses. Or an ipvlan there, which has the MAC of the interface below and an IP address of its
// own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"
#include "understudy/net/mac.hpp"

namespace understudy::net {

// Whether the ipvlans of one interface hear each other, and how.
enum class IpvlanMode : std::uint8_t { Bridge, Private, Vepa };

struct VirtualLink {
    std::string name;
    LinkIndex base;
    std::string base_name;
    Mac mac;  // of an ipvlan it only tells one from another: none of its frames has it
    std::optional<IpvlanMode> ipvlan{};  // none: a macvlan
    bool carries_v4 = false;
    bool carries_v6 = false;
    std::optional<std::uint32_t> group;

    friend bool operator==(const VirtualLink&, const VirtualLink&) = default;
};

// A kernel setting under /proc/sys, whose path has slashes.
struct KernelSetting {
    std::string path;
    std::string value;
    friend bool operator==(const KernelSetting&, const KernelSetting&) = default;
};

// Names are at most this long (IFNAMSIZ without its terminator).
inline constexpr std::size_t kLongestLinkName = 15;

}  // namespace understudy::net
