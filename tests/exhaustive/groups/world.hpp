// Hosts that each have a sync group of two virtual routers on two links: one link connects the first members
// of all groups, the other one the second members. Reduced to what decides what may happen next, and what an
// onlooker needs to judge it. The agents of the hosts are the real ones, whole, and kept as snapshots. These
// are no part of what tells two worlds apart, because they count packets and keep dates: two worlds are one
// if the agents report the same in both.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/net/virtual_router.hpp"
#include "understudy/vrrp/state.hpp"

#include "exhaustive/moves.hpp"

namespace understudy::exhaustive::groups {

// One virtual router of the group, on one host.
struct Member {
    vrrp::Role role = vrrp::Role::Idle;
    net::Priority priority{1};
    std::optional<Instant> takeover_at = {};  // of a backup that hears nothing from now on
    bool asked = false;                       // it wants to be master since, and waits for its companion
    bool holds = false;                       // its host's kernel has its address
    bool cut = false;                         // the link that it is on is down
    // Of a master: the time that its next advert is counted from.
    Instant spoke_at{};
    // Of a backup: since when it has heard nobody it must respect, though it would have heard, and a
    // resignation since.
    Instant waiting_since{};
    std::optional<Instant> resigned_at = {};
};

struct Host {
    Life life = Life::Off;
    bool lowered = false;          // the operator has ordered a lower priority
    std::optional<Instant> due;    // of its agent
    std::optional<Instant> death;  // of its vrrp process
    std::vector<Member> members;
};

struct Flight {
    std::uint8_t to = 0;
    std::uint8_t from = 0;
    std::uint8_t member = 0;
    net::Priority priority{0};
    Instant until{};  // it has arrived or is lost by then
    friend auto operator<=>(const Flight&, const Flight&) = default;
};

using Snapshot = std::shared_ptr<const std::vector<std::byte>>;

struct World {
    std::vector<Host> hosts;
    std::vector<Flight> flights;  // sorted; two that are alike are one
    Instant disturbed_at{};
    Instant now{};
    std::vector<Snapshot> agents;  // of the hosts
};

}  // namespace understudy::exhaustive::groups
