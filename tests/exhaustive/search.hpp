// All that can become of a cluster, breadth first: every move from every state that differs from those
// before, up to a number of moves in a row. The first thing that is wrong comes with the shortest story that
// leads to it.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <ostream>
#include <string>

#include "exhaustive/cluster.hpp"

namespace understudy::exhaustive {

struct Found {
    std::size_t states = 0;
    std::size_t transitions = 0;
    std::size_t depth = 0;             // moves in a row
    bool complete = false;             // there are no other states, however many moves
    std::optional<std::string> story;  // of what is wrong
};

[[nodiscard]] Found search(Cluster cluster, std::size_t deepest);

// UNDERSTUDY_DEPTH if it is set, else that; with UNDERSTUDY_SHALLOWER so many less.
[[nodiscard]] std::size_t depth(std::size_t usual);

std::ostream& operator<<(std::ostream& out, const Found& found);

}  // namespace understudy::exhaustive
