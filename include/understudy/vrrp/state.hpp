// The states of a virtual router and what each remembers. A state owns its deadlines, so there is no timer to
// cancel and none can fire late (RFC 9568 §6.4, with keepalived's FAULT).
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::vrrp {

// Not begun, waiting for first results, or stopped.
struct Idle {
    Instant deaf_until{};
    friend bool operator==(const Idle&, const Idle&) = default;
};

struct Backup {
    Instant takeover_at{};
    Instant timer_started{};   // when takeover_at was last counted from: a changed priority recomputes it
    bool shortened = false;    // the timer is only the skew: the master resigned
    bool brief = false;        // the timer is shortest_down_interval(): an owner, or held back by its group
    bool asked_group = false;  // its timer ran out and it wants to be master since; heard no better one
    microseconds master_interval{0};       // Active_Adver_Interval: learned in version 3, else our own
    Instant deaf_until{};                  // adverts before that are ignored
    std::optional<Instant> preempt_after;  // preempt_delay is running until then
    bool preempt_delay_over = false;       // it has run since the present lower master was first heard
    std::optional<net::Address> master;    // who was last accepted as master
    std::optional<net::Priority> master_priority;
    std::optional<net::Address> weaker_master;  // whom it will preempt and has already said so
    friend bool operator==(const Backup&, const Backup&) = default;
};

struct Master {
    Instant advertise_at{};
    friend bool operator==(const Master&, const Master&) = default;
};

struct Fault {
    Instant deaf_until{};
    friend bool operator==(const Fault&, const Fault&) = default;
};

using State = std::variant<Idle, Backup, Master, Fault>;

// The words operators know.
enum class Role { Idle, Backup, Master, Fault };
[[nodiscard]] Role role(const State& state);
[[nodiscard]] std::string_view name(Role role);  // "INIT", "BACKUP", "MASTER", "FAULT"

// When this state next wants TimeReached; none while it only listens.
[[nodiscard]] std::optional<Instant> deadline(const State& state);

}  // namespace understudy::vrrp
