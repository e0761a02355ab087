// The state machine of one virtual router: RFC 9568 §6.4 and RFC 3768 §6.4 with keepalived's extensions
// (FAULT, preempt delay, start-up delay, answer to a weaker master). step() is a function: router, state,
// event and time in; the next state and the orders out. It keeps nothing and touches nothing.
#pragma once

#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/vrrp/action.hpp"
#include "understudy/vrrp/event.hpp"
#include "understudy/vrrp/router.hpp"
#include "understudy/vrrp/state.hpp"

namespace understudy::vrrp {

using Actions = std::vector<Action>;

struct Step {
    State state;
    Actions actions;
};

[[nodiscard]] Step step(const Router& me, const State& state, const Event& event, Instant now);

}  // namespace understudy::vrrp
