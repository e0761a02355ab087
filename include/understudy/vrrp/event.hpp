// What one virtual router can hear, in the past tense. Times, priorities and addresses are plain values;
// where they came from (a packet, a tracked script, a signal) is the agent's business.
#pragma once

#include <optional>
#include <variant>

#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::vrrp {

// The instance may begin. `deaf_until`: adverts are ignored and no timer runs before that time
// (vrrp_startup_delay). `held`: something unweighted is tracked that has given no result yet, so the instance
// waits in Idle without a word.
struct Started {
    Instant deaf_until{};
    bool faulted = false;
    bool held = false;
};

// The first results of everything that held the instance back are in.
struct Released {
    bool faulted = false;
};

// A valid advert of another router for this virtual router (every check of RFC 9568 §7.1 has passed).
struct AdvertHeard {
    net::Priority priority{0};
    microseconds interval{0};  // as advertised
    net::Address source;
};

// Look at the clock: something may be due.
struct TimeReached {};

// The priority in effect has changed; Router::priority already holds the new one.
struct PriorityChanged {
    bool by_operator = false;  // who waits for what comes of it, so a master says it at once
};

// For so long until now nobody listened: the process that did is dead, and its sockets with it. What a master
// may have said meanwhile is unknown, so that time is no silence of its.
struct WasDeaf {
    microseconds time{0};
};

// The set of reasons for FAULT became non-empty, or empty. `by_group`: only another member of the sync group
// is to blame.
struct Faulted {
    bool by_group = false;
};
struct Recovered {};

// The operator's settings changed by a reload; Router already holds the new ones.
struct SettingsChanged {};

// The sync group orders a role (see agent's groups).
struct GroupOrdersBackup {};
struct GroupOrdersMaster {};

// The operator wants another router to have the role, and none has taken it although our priority is the
// lowest: one that would not preempt us is to hear priority 0. The addresses stay until it has taken over.
struct TakeoverInvited {
    microseconds silence{0};  // that follows, if it is longer than our own interval
};

// The daemon stops, or a reload removed the instance.
struct Stopped {};

using Event =
    std::variant<Started, Released, AdvertHeard, TimeReached, WasDeaf, PriorityChanged, Faulted, Recovered,
                 SettingsChanged, GroupOrdersBackup, GroupOrdersMaster, TakeoverInvited, Stopped>;

}  // namespace understudy::vrrp
