// Interfaces that an instance makes for itself: a macvlan with the virtual router's MAC, or an ipvlan.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "understudy/net/address.hpp"
#include "understudy/net/mac.hpp"
#include "understudy/net/virtual_link.hpp"

namespace understudy::model {

struct VirtualMac {
    std::string name;             // empty: vmac_prefix, a dot and the VRID
    std::optional<net::Mac> mac;  // none: the standard's
    bool netlink_notify = false;  // netlink_notify_msg
    std::optional<std::uint32_t> group;

    friend bool operator==(const VirtualMac&, const VirtualMac&) = default;
};

using net::IpvlanMode;

struct Ipvlan {
    std::string name;
    std::optional<net::Prefix> address;  // required for IPv4
    IpvlanMode mode = IpvlanMode::Bridge;
    std::optional<std::uint32_t> group;

    friend bool operator==(const Ipvlan&, const Ipvlan&) = default;
};

}  // namespace understudy::model
