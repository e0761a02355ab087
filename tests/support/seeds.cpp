#include "support/seeds.hpp"

#include <cstdlib>

#include "understudy/base/assert.hpp"
#include "understudy/base/text.hpp"

namespace understudy {

std::vector<Seed> seeds(std::size_t count) {
    if (const char* const asked = std::getenv("UNDERSTUDY_SEED")) {
        const auto value = parse_number<std::uint64_t>(asked);
        UNDERSTUDY_ASSERT(value.has_value());  // a seed that is no number would silently test something else
        return {Seed{*value}};
    }
    std::vector<Seed> list;
    for (std::uint64_t value = 1; value <= count; ++value) list.push_back(Seed{value});
    return list;
}

}  // namespace understudy
