// What an instance knows about itself when it decides: the operator's settings and the values in effect now.
// The agent keeps it up to date; the state machine only reads it.
#pragma once

#include <cstdint>
#include <optional>

#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::vrrp {

struct Router {
    net::Vrid vrid{1};
    net::Family family = net::Family::Ipv4;
    net::VrrpVersion version = net::VrrpVersion::V2;
    net::Priority base_priority = net::kDefaultPriority;  // as configured, 1 to 255
    net::Priority priority = net::kDefaultPriority;  // in effect: base and weights, clamped; 255 stays 255
    net::Address address;                            // our primary address, the tie-breaker
    microseconds interval = seconds{1};              // our own Advertisement_Interval
    std::uint32_t down_timer_adverts = 3;
    bool wants_master = false;  // `state MASTER`
    bool preempt = true;
    microseconds preempt_delay{0};
    std::optional<net::Priority> timer_expired_backup;  // counts with nopreempt only; 1 to 254
    bool strict = false;
    bool owner_ignores_adverts = false;
    bool lower_priority_no_advert = false;
    bool higher_priority_send_advert = false;
    bool in_group = false;  // member of a sync group with other members
    // The operator has moved the role away: it preempts nobody, whatever else says so, until it is master.
    bool held_back = false;

    [[nodiscard]] bool is_owner() const { return base_priority == net::kOwner; }
};

}  // namespace understudy::vrrp
