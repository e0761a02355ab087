// Small facts about this host that nobody but a diagnosis asks for. What cannot be found out is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "understudy/net/address.hpp"

namespace understudy::os {

struct SocketHolder {
    std::uint32_t process = 0;
    std::uint32_t parent = 0;
    std::string name;
};
// Processes with a raw socket of this IP protocol in our network namespace; those that we may not look into
// are not among them.
[[nodiscard]] std::vector<SocketHolder> holders_of_raw_sockets(std::uint8_t protocol);

// What runs under this number.
[[nodiscard]] std::optional<std::string> program_name(std::uint32_t process);

// The source address that the routes give for this destination.
[[nodiscard]] std::optional<net::Address> source_towards(const net::Address& destination);

// Whether something keeps the clock right (adjtimex(2)).
[[nodiscard]] std::optional<bool> is_clock_synchronised();

// Whether a module is in the kernel, or is there to be loaded.
[[nodiscard]] std::optional<bool> has_kernel_module(const std::string& name);
// Whether the kernel can make links of this kind ("macvlan"); asks it for one without saying on what, which
// it refuses in any case. Needs CAP_NET_ADMIN.
[[nodiscard]] std::optional<bool> has_link_kind(const std::string& kind);

}  // namespace understudy::os
