// When a packet came. Until the process runs that is to hear of it some 70 µs go by, and whoever counts from
// then counts its own delay as its peer's. Pure.
#pragma once

#include <optional>

#include "understudy/base/time.hpp"

namespace understudy::daemon {

struct Clocks {
    Instant now;
    WallTime wall;  // at the same moment
};

// By the clock that nobody sets, and never before `last`, the time of the turn before. `stamp`: the date that
// the kernel gave the packet. It counts for no more than 1 ms: somebody may have set the date since, and what
// has waited for longer in a busy or suspended host is better taken as fresh, because then its sender is
// waited for longer.
[[nodiscard]] Instant arrival(const Clocks& read, std::optional<WallTime> stamp, Instant last);

}  // namespace understudy::daemon
