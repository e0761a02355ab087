#include "understudy/base/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace understudy {

namespace {

constexpr std::size_t kLongestQuote = 80;

// Damerau-Levenshtein distance (neighbours swapped count once), as typing errors go.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_previous(b.size() + 1);
    std::vector<std::size_t> previous(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                current[j] = std::min(current[j], before_previous[j - 2] + 1);
        }
        std::swap(before_previous, previous);
        std::swap(previous, current);
    }
    return previous[b.size()];
}

}  // namespace

std::string quote(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string quoted = "'";
    for (const char c : text.substr(0, kLongestQuote)) {
        const auto code = static_cast<unsigned char>(c);
        if (code >= 0x20 && code < 0x7f) {
            quoted += c;
        } else {
            quoted += "\\x";
            quoted += kHex[code >> 4];
            quoted += kHex[code & 0xf];
        }
    }
    if (text.size() > kLongestQuote) quoted += "...";
    return quoted + "'";
}

std::string seconds_text(microseconds time) {
    constexpr std::int64_t kMicroseconds = 1'000'000;
    constexpr std::size_t kDecimalPlaces = 6;
    std::string text = std::to_string(time.count() / kMicroseconds);
    std::string fraction = std::to_string(time.count() % kMicroseconds);
    if (fraction == "0") return text;
    fraction.insert(0, kDecimalPlaces - fraction.size(), '0');
    fraction.resize(fraction.find_last_not_of('0') + 1);
    return text + "." + fraction;
}

std::optional<std::string_view> closest_word(std::string_view word,
                                             std::span<const std::string_view> candidates) {
    const std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
    std::optional<std::string_view> best;
    std::size_t best_distance = limit + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t longer = std::max(candidate.size(), word.size());
        const std::size_t shorter = std::min(candidate.size(), word.size());
        if (longer - shorter >= best_distance) continue;
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace understudy
