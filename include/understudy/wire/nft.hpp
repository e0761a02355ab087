// The packet filter as one nf_tables transaction (libnftnl's builders, no socket here): our table of either
// family is replaced as a whole, so that at no moment an address is without its rule, and whatever a
// predecessor has left goes with it. Its sets, chains and rules are named and ordered as keepalived's are,
// because operators look at them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "understudy/net/packet_filter.hpp"

namespace understudy::wire {

// A family that asks for nothing has no table afterwards. Messages are numbered from `sequence`.
[[nodiscard]] std::vector<std::byte> filter_transaction(const net::PacketFilter& filter,
                                                        std::uint32_t sequence);

}  // namespace understudy::wire
