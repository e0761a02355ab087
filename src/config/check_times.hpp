// How long the times of health checks may be, wherever they are given.
#pragma once

#include "understudy/config/value.hpp"

namespace understudy::config {

// Twelve digits before the point, which is what a time can be read from.
inline constexpr microseconds kLongestDelay = seconds{999'999'999'999};
inline constexpr microseconds kLongestConnect{4'294'967'295};

consteval Grammar check_interval() { return decimal_seconds(microseconds{1}, kLongestDelay); }
consteval Grammar check_delay() { return decimal_seconds(microseconds{0}, kLongestDelay); }
consteval Grammar connect_time() { return decimal_seconds(microseconds{1}, kLongestConnect); }

}  // namespace understudy::config
