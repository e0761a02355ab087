// Reasons as they are remembered: why an instance changed its role, and what its priority is made of.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "understudy/agent/report.hpp"
#include "understudy/vrrp/action.hpp"
#include "understudy/vrrp/state.hpp"

namespace understudy::agent::words {

// One change of role, with all that may have led to it.
struct Transition {
    const vrrp::State* before = nullptr;
    vrrp::Role after = vrrp::Role::Idle;
    std::span<const vrrp::Action> steps;
    std::string faults;  // all reasons for FAULT there are now
    net::Priority ours{1};
    bool drained = false;   // by the operator
    bool failover = false;  // and only until another router is master
    bool stopping = false;  // the daemon
};
[[nodiscard]] std::string why_entered(const Transition& change);

// "100 configured, -20 by script web (bad)"
[[nodiscard]] std::string priority_made_of(net::Priority base, std::span<const TrackerReport> trackers);
// The same, or the order that stands instead of it.
[[nodiscard]] std::string why_priority(const InstanceReport& report);

// "script web"
[[nodiscard]] std::string name_of(const TrackerReport& tracker);

[[nodiscard]] std::string repaired(const std::string& what, std::uint32_t more);

}  // namespace understudy::agent::words
