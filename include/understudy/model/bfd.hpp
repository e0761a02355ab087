// Sessions of bidirectional forwarding detection (RFC 5880) as they are configured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "understudy/base/time.hpp"
#include "understudy/model/tracker.hpp"
#include "understudy/net/address.hpp"

namespace understudy::model {

// A bfd_instance block.
struct BfdSession {
    std::string name;
    std::optional<net::Address> source;        // none: the kernel chooses
    net::Address neighbor;                     // of one session only
    milliseconds min_rx{10};                   // 1 to 4294967
    milliseconds min_tx{10};                   // 1 to 4294967
    milliseconds idle_tx{1000};                // while not Up; at least 1000
    std::uint8_t multiplier = 5;               // at least 1
    bool passive = false;                      // says nothing before the neighbor has
    std::uint8_t ttl = 255;                    // of what is sent
    std::optional<std::uint8_t> max_hops = 0;  // received: TTL of at least ttl - max_hops; none: unchecked
    bool multihop = false;                     // UDP port 4784 instead of 3784
    Weight weight;                             // used where a track_bfd entry names none
    bool for_instances = true;
    bool for_checkers = true;

    friend bool operator==(const BfdSession&, const BfdSession&) = default;
};

}  // namespace understudy::model
