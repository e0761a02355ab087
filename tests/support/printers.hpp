// How GoogleTest prints the values of net and vrrp: as an operator would say them, not as bytes. Include it
// in every test that compares them.
#pragma once

#include <concepts>
#include <ostream>
#include <string>
#include <variant>

#include "understudy/base/bounded.hpp"
#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/vrrp/action.hpp"
#include "understudy/vrrp/event.hpp"
#include "understudy/vrrp/instance.hpp"
#include "understudy/vrrp/receive.hpp"
#include "understudy/vrrp/state.hpp"

namespace understudy {

// "12.609375s" since the start of the clock.
[[nodiscard]] std::string to_text(Instant instant);
void PrintTo(Instant instant, std::ostream* out);

template <typename Tag, std::integral Int, Int Min, Int Max>
void PrintTo(const Bounded<Tag, Int, Min, Max>& number, std::ostream* out) {
    *out << +number.value();
}

}  // namespace understudy

namespace understudy::net {

void PrintTo(const Address& address, std::ostream* out);

}  // namespace understudy::net

namespace understudy::vrrp {

[[nodiscard]] std::string to_text(const Action& action);
[[nodiscard]] std::string to_text(const Event& event);
[[nodiscard]] std::string to_text(const State& state);
// One per line.
[[nodiscard]] std::string to_text(const Actions& actions);

template <typename T, typename Variant>
inline constexpr bool kIsAlternative = false;
template <typename T, typename... Ts>
inline constexpr bool kIsAlternative<T, std::variant<Ts...>> = (std::same_as<T, Ts> || ...);

template <typename T>
    requires kIsAlternative<T, Action>
void PrintTo(const T& action, std::ostream* out) {
    *out << to_text(Action{action});
}
template <typename T>
    requires kIsAlternative<T, Event>
void PrintTo(const T& event, std::ostream* out) {
    *out << to_text(Event{event});
}
template <typename T>
    requires kIsAlternative<T, State>
void PrintTo(const T& state, std::ostream* out) {
    *out << to_text(State{state});
}
void PrintTo(const Oddities& oddities, std::ostream* out);
void PrintTo(Refusal refusal, std::ostream* out);
void PrintTo(Role role, std::ostream* out);

}  // namespace understudy::vrrp
