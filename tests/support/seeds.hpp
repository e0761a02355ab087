// The seeds a randomized test runs with: a fixed list, or only the one in UNDERSTUDY_SEED, to repeat a
// failure. UNDERSTUDY_SEEDS bounds their number, where each costs many times as much (sanitizers).
#pragma once

#include <cstddef>
#include <vector>

#include "understudy/base/random.hpp"

namespace understudy {

[[nodiscard]] std::vector<Seed> seeds(std::size_t count);

}  // namespace understudy
