// All points in time that a plain value has somewhere: when time passes in a world where it is always the
// same time, they are what moves.
#pragma once

#include <optional>
#include <type_traits>
#include <variant>

#include "understudy/base/archive.hpp"
#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"

namespace understudy::exhaustive {

template <typename T>
inline constexpr bool kIsVariant = false;
template <typename... T>
inline constexpr bool kIsVariant<std::variant<T...>> = true;

// change(…) of every point in time that the value has somewhere.
template <typename T, typename Change>
void for_each_instant(T& value, const Change& change) {
    if constexpr (std::is_same_v<T, Instant>) {
        change(value);
    } else if constexpr (kIsOptional<T>) {
        if (value) for_each_instant(*value, change);
    } else if constexpr (kIsVariant<T>) {
        std::visit([&](auto& chosen) { for_each_instant(chosen, change); }, value);
    } else if constexpr (std::is_aggregate_v<T>) {
        Members::visit(value, [&](auto&... members) { (for_each_instant(members, change), ...); });
    }
}

}  // namespace understudy::exhaustive
