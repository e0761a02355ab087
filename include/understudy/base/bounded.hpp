// Integers that carry their range: a value outside [Min, Max] cannot exist. A constant out of range does not
// compile; a number that comes from outside goes through from(), which refuses it. The tag keeps two kinds of
// number apart.
#pragma once

#include <compare>
#include <concepts>
#include <functional>
#include <optional>
#include <utility>

namespace understudy {

template <typename Tag, std::integral Int, Int Min, Int Max>
class Bounded {
public:
    static constexpr Int kMin = Min;
    static constexpr Int kMax = Max;

    // For constants only; a value outside the range is a compile-time error.
    consteval explicit Bounded(std::integral auto value) : value_(static_cast<Int>(value)) {
        if (std::cmp_less(value, Min) || std::cmp_greater(value, Max)) throw "value outside its range";
    }

    [[nodiscard]] static constexpr std::optional<Bounded> from(std::integral auto value) {
        if (std::cmp_less(value, Min) || std::cmp_greater(value, Max)) return std::nullopt;
        return Bounded{Unchecked{}, static_cast<Int>(value)};
    }

    // The nearest value in range.
    [[nodiscard]] static constexpr Bounded clamped(std::integral auto value) {
        if (std::cmp_less(value, Min)) return Bounded{Unchecked{}, Min};
        if (std::cmp_greater(value, Max)) return Bounded{Unchecked{}, Max};
        return Bounded{Unchecked{}, static_cast<Int>(value)};
    }

    [[nodiscard]] constexpr Int value() const { return value_; }

    friend constexpr auto operator<=>(const Bounded&, const Bounded&) = default;

private:
    struct Unchecked {};
    constexpr Bounded(Unchecked, Int value) : value_(value) {}

    Int value_;
};

}  // namespace understudy

template <typename Tag, std::integral Int, Int Min, Int Max>
struct std::hash<understudy::Bounded<Tag, Int, Min, Max>> {
    std::size_t operator()(const understudy::Bounded<Tag, Int, Min, Max>& bounded) const noexcept {
        return std::hash<Int>{}(bounded.value());
    }
};
