// How the parameters of a tracked process have to be like those that are asked for.
#pragma once

#include <cstdint>

namespace understudy {

// None: they may be any. Partial: more may follow. Initial: that, too, and the last of those asked for may
// itself go on.
enum class ParameterMatch : std::uint8_t { None, Exact, Initial, Partial };

}  // namespace understudy
