// How the kernel runs a process: when it gets a processor, which ones, and whether its memory may be swapped
// out. Plain values that a configuration gives, the agent orders and an adapter carries out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "understudy/base/time.hpp"

namespace understudy {

struct Scheduling {
    std::optional<int> nice;                // -20 to 19
    std::optional<std::uint32_t> realtime;  // SCHED_RR priority, 1 to 99
    bool no_swap = false;
    std::vector<std::uint32_t> cpus;     // empty: all
    microseconds realtime_limit{10000};  // RLIMIT_RTTIME while it runs in real time; at least 2

    friend bool operator==(const Scheduling&, const Scheduling&) = default;
};

enum class SchedulingPart : std::uint8_t { Nice, Realtime, RealtimeLimit, Processors, Memory };

// What a kernel, or the container it keeps us in, has not let us have.
struct SchedulingRefusal {
    SchedulingPart part = SchedulingPart::Nice;
    int error = 0;  // errno
    friend bool operator==(const SchedulingRefusal&, const SchedulingRefusal&) = default;
};

}  // namespace understudy
