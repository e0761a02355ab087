#include "understudy/vrrp/instance.hpp"

#include "transitions.hpp"

namespace understudy::vrrp {

Step step(const Router& me, const State& state, const Event& event, Instant now) {
    // A pair of state and event without its own on() does not compile; that is why there is no default.
    return std::visit([&](const auto& self, const auto& happened) { return on(me, self, happened, now); },
                      state, event);
}

}  // namespace understudy::vrrp
