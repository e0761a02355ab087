// What the packet filter should do for virtual routers: refuse packets from and to virtual addresses of
// masters without accept mode (RFC 9568 §6.1, Accept_Mode), and keep group membership reports off virtual
// MACs, whose neighbours would otherwise see one MAC on several ports of a switch.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"

namespace understudy::net {

struct FamilyFilter {
    std::vector<std::pair<LinkIndex, LinkIndex>> virtual_links;  // and the link below each
    std::vector<Address> refused;                                // wherever they are
    std::vector<std::pair<Address, LinkIndex>> refused_on_link;  // IPv6 link-local

    [[nodiscard]] bool refuses() const { return !refused.empty() || !refused_on_link.empty(); }
    [[nodiscard]] bool is_empty() const { return virtual_links.empty() && !refuses(); }

    friend bool operator==(const FamilyFilter&, const FamilyFilter&) = default;
};

struct PacketFilter {
    std::string table = "keepalived";
    std::int32_t priority = -1;  // of the base chains
    bool counters = false;
    FamilyFilter v4;
    FamilyFilter v6;

    friend bool operator==(const PacketFilter&, const PacketFilter&) = default;
};

}  // namespace understudy::net
