// An IP address on an interface, as the kernel holds it or as it shall hold it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"

namespace understudy::net {

struct InterfaceAddress {
    LinkIndex link;
    Prefix prefix;
    std::uint8_t scope = 0;  // RT_SCOPE_*: 0 global, 253 link, 254 host
    std::string label;       // IPv4; at most 15 characters; empty: the interface's name
    std::optional<Address> broadcast;
    std::optional<Address> peer;  // the far end of a point-to-point link, to which the prefix length belongs
    bool no_prefix_route = false;
    bool home = false;
    bool manage_temporary = false;
    bool auto_join = false;                     // of a multicast group: joined as long as it is there
    bool no_duplicate_detection = false;        // IFA_F_NODAD
    bool tentative = false;                     // only as heard
    std::optional<seconds> preferred_lifetime;  // none: for ever
    std::optional<seconds> valid_lifetime;      // none: for ever
    std::uint8_t protocol = 0;                  // IFA_PROTO; 18 is keepalived's

    // The network that the prefix length cuts: where the address is, or its peer.
    [[nodiscard]] Prefix network() const { return {peer.value_or(prefix.address), prefix.length}; }

    friend bool operator==(const InterfaceAddress&, const InterfaceAddress&) = default;
};

inline constexpr std::uint8_t kKeepalivedAddressProtocol = 18;

}  // namespace understudy::net
