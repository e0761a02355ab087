#include "exhaustive/search.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "understudy/base/text.hpp"

namespace understudy::exhaustive {

namespace {

std::optional<std::size_t> asked_for(const char* variable) {
    const char* const asked = std::getenv(variable);
    if (asked == nullptr) return std::nullopt;
    const auto value = parse_number<std::size_t>(asked);
    UNDERSTUDY_ASSERT(value.has_value());
    return value;
}

}  // namespace

std::size_t depth(std::size_t usual) {
    if (const auto asked = asked_for("UNDERSTUDY_DEPTH")) return *asked;
    return usual - std::min(usual, asked_for("UNDERSTUDY_SHALLOWER").value_or(0));
}

std::ostream& operator<<(std::ostream& out, const Found& found) {
    return out << found.states << " states, " << found.transitions << " transitions, "
               << (found.complete ? "which is all there are; the farthest needs " : "all that are within ")
               << found.depth << " moves";
}

}  // namespace understudy::exhaustive
