// The Ethernet interface that carries a virtual router's own MAC address (RFC 9568 §7.3): a macvlan in
// private mode on the interface of the router, and the kernel settings that make the two behave as one host
// with two addresses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"
#include "understudy/net/mac.hpp"

namespace understudy::net {

struct VirtualLink {
    std::string name;
    LinkIndex base;
    std::string base_name;
    Mac mac;
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
