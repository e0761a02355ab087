// Why an instance is what it is, in plain sentences: who is master, what its priority is made of, why it has
// its role and not another, what would change that, and what would happen if a peer, a tracked thing or this
// host failed now. A function of what the agent knows; it promises nothing about what it has not heard, and
// says so: a router that is backup does not advertise, so nobody knows of it (RFC 9568 §6.4.2).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "understudy/agent/report.hpp"
#include "understudy/base/time.hpp"

namespace understudy::agent {

// What a report does not tell, because only reasons need it.
struct WhyFacts {
    struct Companion {  // another member of its sync group
        std::string name;
        vrrp::Role role = vrrp::Role::Idle;
        bool failed = false;     // by itself, not because of the group
        bool undecided = false;  // it cannot tell yet how it begins, and the group waits for it
    };
    InstanceReport report;
    bool preempt = true;
    microseconds preempt_delay{0};
    microseconds interval{0};              // of our own adverts
    microseconds down_interval{0};         // how long it bears a master's silence
    microseconds longest_peer_wait{0};     // how long any peer bears ours
    microseconds longest_skew{0};          // how long a peer waits once we have resigned
    std::optional<Instant> takeover_at;    // of a backup that hears nothing from now on
    std::optional<Instant> preempt_after;  // its preempt delay is running until then
    bool preempting = false;               // a weaker master is heard, and waited out
    std::optional<Instant> unheard_since;  // of a master: none of its adverts could be sent since then
    int unheard_because = 0;               // errno
    std::vector<Companion> companions;
};

struct WhatIf {
    std::string event;    // "192.0.2.2 fails"
    std::string outcome;  // "this host takes over ..."
    friend bool operator==(const WhatIf&, const WhatIf&) = default;
};

struct Why {
    std::string instance;
    std::string answer;                 // what it is, since when, and by what event
    std::string master;                 // who is master, since when
    std::vector<std::string> priority;  // what it comes to; then each tracked thing
    std::vector<std::string> reasons;   // for its role
    std::vector<std::string> changes;   // what would give it another
    std::vector<WhatIf> what_if;
};

[[nodiscard]] Why explain(const WhyFacts& facts, const Moment& moment);
[[nodiscard]] nlohmann::json to_json(const Why& why);

}  // namespace understudy::agent
