// Single facts about interfaces, asked directly, for whoever needs them once and has no mirror.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"

namespace understudy::os {

struct LinkFacts {
    std::uint32_t mtu = 1500;
    bool loopback = false;
    std::optional<std::uint32_t> vrf_table;  // of a VRF
};

// None: there is no such interface in this network namespace.
[[nodiscard]] std::optional<LinkFacts> link_by_name(const std::string& name);
struct LinkAddress {
    std::string link;
    net::Prefix prefix;
};

// The addresses of all interfaces in this network namespace; empty when the kernel doesn't say.
[[nodiscard]] std::vector<LinkAddress> all_addresses(net::Family family);
// None: there is no interface with this index.
[[nodiscard]] std::optional<std::string> link_name(net::LinkIndex index);

}  // namespace understudy::os
