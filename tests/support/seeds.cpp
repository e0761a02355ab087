#include "support/seeds.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "understudy/base/assert.hpp"
#include "understudy/base/text.hpp"

namespace understudy {

namespace {

std::optional<std::uint64_t> asked_for(const char* variable) {
    const char* const asked = std::getenv(variable);
    if (asked == nullptr) return std::nullopt;
    const auto value = parse_number<std::uint64_t>(asked);
    UNDERSTUDY_ASSERT(value.has_value());  // what is no number would silently test something else
    return value;
}

}  // namespace

std::vector<Seed> seeds(std::size_t count) {
    if (const auto only = asked_for("UNDERSTUDY_SEED")) return {Seed{*only}};
    if (const auto most = asked_for("UNDERSTUDY_SEEDS")) count = std::min<std::size_t>(count, *most);
    std::vector<Seed> list;
    for (std::uint64_t value = 1; value <= count; ++value) list.push_back(Seed{value});
    return list;
}

}  // namespace understudy
