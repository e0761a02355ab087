#include "understudy/track/health.hpp"

namespace understudy::track {

Effect effect(model::Weight weight, Health health) {
    const bool unweighted = weight.value == 0;
    if (health == Health::Unknown) return {.undecided = unweighted};
    const bool good = health == Health::Good;
    if (unweighted) return {.fault = good == weight.reverse};
    const bool counts = good == (weight.value > 0);
    if (!counts) return {};
    return {.priority_change = weight.reverse ? -weight.value : weight.value};
}

net::Priority effective_priority(net::Priority base, int sum_of_changes) {
    if (base == net::kOwner) return base;
    constexpr int kLowest = 1;
    constexpr int kHighest = 254;
    const int total = base.value() + sum_of_changes;
    return net::Priority::clamped(total < kLowest ? kLowest : total > kHighest ? kHighest : total);
}

}  // namespace understudy::track
