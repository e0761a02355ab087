// What is known of a tracked thing, and what that does to a priority (keepalived's arithmetic). Levels, not
// edges: priority and fault are computed from the present value of everything tracked, so no missed event can
// leave an instance stuck.
#pragma once

#include <cstdint>
#include <span>

#include "understudy/model/config.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::track {

enum class Health : std::uint8_t { Unknown, Good, Bad };

struct Effect {
    bool fault = false;
    bool undecided = false;  // unweighted and without a result yet: the instance has to wait for it
    int priority_change = 0;

    friend bool operator==(const Effect&, const Effect&) = default;
};

// Weight 0: fault while bad (reversed: while good). w > 0: +w while good (reversed: -w while good). w < 0: w
// while bad (reversed: -w while bad). Unknown adds nothing.
[[nodiscard]] Effect effect(model::Weight weight, Health health);

// Base and sum, clamped to 1..254 once at the end; 255 never changes.
[[nodiscard]] net::Priority effective_priority(net::Priority base, int sum_of_changes);

}  // namespace understudy::track
