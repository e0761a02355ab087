// Addresses that are put on an interface: those of a virtual router, and static ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"

namespace understudy::model {

// An entry of virtual_ipaddress or virtual_ipaddress_excluded.
struct VirtualAddress {
    net::Prefix prefix;
    std::string dev;  // the interface that carries it; never empty once loaded, unless the instance has none
    std::optional<net::Address> broadcast;
    std::uint8_t scope = 0;  // RT_SCOPE_*: 0 global, 253 link, 254 host
    std::string label;
    std::optional<net::Address> peer;  // the other end of a point-to-point link; of the same family
    bool no_prefix_route = false;
    bool home = false;
    bool manage_temporary = false;              // mngtmpaddr
    bool auto_join = false;                     // autojoin: join the multicast group of the address
    bool duplicate_address_detection = false;   // -nodad: let the kernel run DAD (IPv6)
    std::optional<seconds> preferred_lifetime;  // seconds; none is for ever (IPv6 /128: 0)
    bool no_track = false;
    bool use_vmac = false;  // on a virtual MAC of its own

    friend bool operator==(const VirtualAddress&, const VirtualAddress&) = default;
};

// An entry of static_ipaddress: there as long as the daemon runs.
struct StaticAddress {
    VirtualAddress address;                  // its dev: default_interface unless configured
    std::optional<std::size_t> track_group;  // index into Config::track_groups

    friend bool operator==(const StaticAddress&, const StaticAddress&) = default;
};

}  // namespace understudy::model
