// How the parameters of a tracked process have to be like those that are asked for.
#pragma once

#include <cstdint>

namespace understudy {

// None: they may be any. Initial: the last may go on. Partial: there may be more of them.
enum class ParameterMatch : std::uint8_t { None, Exact, Initial, Partial };

}  // namespace understudy
