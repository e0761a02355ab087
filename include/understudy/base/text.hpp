// Small text helpers that every module may lean on: numbers, quoting, splitting, and "did you mean".
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/base/time.hpp"

namespace understudy {

// A whole decimal number without sign (unless Int is signed and it starts with '-'), blanks or trailing text.
template <std::integral Int>
[[nodiscard]] std::optional<Int> parse_number(std::string_view text) {
    Int value{};
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return value;
}

// The value of a hexadecimal digit of either case.
[[nodiscard]] constexpr std::optional<std::uint8_t> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
    return std::nullopt;
}

// 'text', with control characters and bytes outside ASCII shown as \xNN, cut after 80 characters.
[[nodiscard]] std::string quote(std::string_view text);

// Seconds with as many decimal places as are needed: "1", "0.25". Not negative.
[[nodiscard]] std::string seconds_text(microseconds time);

// The candidate nearest to `word` by edit distance, if one is near enough to be what was meant.
[[nodiscard]] std::optional<std::string_view> closest_word(std::string_view word,
                                                           std::span<const std::string_view> candidates);

}  // namespace understudy
