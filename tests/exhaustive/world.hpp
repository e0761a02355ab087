// A few routers of one virtual router on one LAN, reduced to what decides what may happen next: each host and
// the state of its router, the adverts under way, and what an onlooker has to remember to judge them. It is a
// plain value, kept as octets by the same code as the agent's snapshots (base/archive.hpp), so two moments
// that cannot be told apart are one.
//
// Time stands at kNow for ever: when it passes, everything that bears a time moves back. What lies so far
// back that it makes no difference any more is all the same.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/vrrp/instance.hpp"

#include "exhaustive/moves.hpp"

namespace understudy::exhaustive {

inline constexpr Instant kNow{seconds{100}};

struct Host {
    Life life = Life::Off;
    bool lowered = false;    // a tracked script fails, which costs priority
    bool faulted = false;    // a tracked link is down
    bool drained = false;    // by the operator: of the lowest priority there is
    bool failover = false;   // which ends when another has taken over
    bool held_back = false;  // and then it takes the role back from nobody
    bool holds = false;      // its kernel has the virtual addresses
    vrrp::State state;
    // What the onlooker knows of a backup: since when it has heard nobody it must respect, though it would
    // have heard, and a resignation since.
    Instant waiting_since{};
    std::optional<Instant> resigned_at;
    std::optional<Instant> deaf_until;  // as it was told at its start
    microseconds dead_for{0};           // nobody has listened for so long; its instants stand still meanwhile
};

struct Flight {
    std::uint8_t to = 0;
    std::uint8_t from = 0;
    net::Priority priority{0};
    Instant until{};  // it has arrived or is lost by then
    friend auto operator<=>(const Flight&, const Flight&) = default;
};

struct World {
    std::vector<Host> hosts;
    std::vector<Flight> flights;  // sorted; two that are alike are one
    Instant disturbed_at{};
};

}  // namespace understudy::exhaustive
