// Small text helpers that every module may lean on: numbers, quoting, splitting, and "did you mean".
#pragma once

#include <charconv>
#include <concepts>
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

// 'text', with control characters and bytes outside ASCII shown as \xNN, cut after 80 characters.
[[nodiscard]] std::string quote(std::string_view text);

// Seconds with as many decimal places as are needed: "1", "0.25". Not negative.
[[nodiscard]] std::string seconds_text(microseconds time);

// The candidate nearest to `word` by edit distance, if one is near enough to be what was meant.
[[nodiscard]] std::optional<std::string_view> closest_word(std::string_view word,
                                                           std::span<const std::string_view> candidates);

}  // namespace understudy
