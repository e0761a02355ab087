// The packets that were refused, by the reason that statistics give for each: one word with hyphens, which is
// a promise to whoever counts them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "understudy/vrrp/receive.hpp"
#include "understudy/vrrp/stats.hpp"
#include "understudy/wire/advert.hpp"

namespace understudy::vrrp {

[[nodiscard]] std::string_view reason(Refusal refusal);          // "unknown-peer"
[[nodiscard]] std::string_view reason(wire::PacketFault fault);  // "bad-checksum"

struct RefusedPackets {
    std::string_view reason;
    std::uint64_t count = 0;
    friend bool operator==(const RefusedPackets&, const RefusedPackets&) = default;
};

// Every reason there is, in the same order always, also those that have not happened.
[[nodiscard]] std::vector<RefusedPackets> refused_packets(const Stats& stats);

}  // namespace understudy::vrrp
