// Time as the whole program knows it: points on one monotonic clock that only os/clock reads, in
// microseconds, because the protocol's skew times are exact in microseconds (RFC 9568 §6.1). There is no
// clock here; tests make up their own time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <ratio>

namespace understudy {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

using Centiseconds = std::chrono::duration<std::int64_t, std::centi>;

// Names the clock of Instant. It has no now(): only os/clock can tell the time.
struct MonotonicClock {
    using duration = microseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<MonotonicClock, duration>;
    static constexpr bool is_steady = true;
};

using Instant = MonotonicClock::time_point;

// The date and time of day, in UTC. Somebody may set it at any time, so nothing is counted with it; what two
// hosts compare of their clocks is.
using WallTime = std::chrono::sys_time<microseconds>;

// The earlier of two deadlines, either of which may be absent.
[[nodiscard]] constexpr std::optional<Instant> earliest(std::optional<Instant> a, std::optional<Instant> b) {
    if (!a) return b;
    if (!b) return a;
    return *a < *b ? a : b;
}

}  // namespace understudy
