// A network interface as the kernel describes it.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "understudy/net/mac.hpp"

namespace understudy::net {

// The kernel's interface index. 0 is no interface.
struct LinkIndex {
    std::uint32_t value = 0;
    friend constexpr auto operator<=>(const LinkIndex&, const LinkIndex&) = default;
};

struct Link {
    LinkIndex index;
    std::string name;
    Mac mac;
    std::uint32_t mtu = 1500;
    bool admin_up = false;  // IFF_UP
    bool running = false;   // IFF_RUNNING: carrier, and not dormant
    bool loopback = false;
    bool no_arp = false;  // IFF_NOARP: no gratuitous ARP is sent there
    bool multicast = false;
    bool point_to_point = false;
    bool macvlan = false;
    bool private_macvlan = false;              // its siblings on the same base never hear each other
    bool ipvlan = false;                       // in layer 2 mode
    LinkIndex base{};                          // of a macvlan or ipvlan: the link it is on
    std::optional<std::uint32_t> vrf_table{};  // of a VRF: where its routes are
    std::string alias{};                       // what its maker noted about it (IFLA_IFALIAS)

    // It speaks through its base.
    [[nodiscard]] bool is_virtual() const { return macvlan || ipvlan; }
    [[nodiscard]] bool is_up() const { return admin_up && running; }

    friend bool operator==(const Link&, const Link&) = default;
};

}  // namespace understudy::net

template <>
struct std::hash<understudy::net::LinkIndex> {
    std::size_t operator()(const understudy::net::LinkIndex& index) const noexcept {
        return std::hash<std::uint32_t>{}(index.value);
    }
};
