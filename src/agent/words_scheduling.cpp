// What an operator reads about how our own process runs.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "words.hpp"

namespace understudy::agent::words {

namespace {

std::string name(SchedulingPart part, const Scheduling& wanted) {
    switch (part) {
        case SchedulingPart::Nice:
            return fmt::format("priority {} (vrrp_priority)", wanted.nice.value_or(0));
        case SchedulingPart::Realtime:
            return fmt::format("real-time priority {}", wanted.realtime.value_or(0));
        case SchedulingPart::RealtimeLimit:
            return fmt::format("the limit of {} us in real time (vrrp_rlimit_rttime)",
                               wanted.realtime_limit.count());
        case SchedulingPart::Processors:
            return fmt::format("processors {} (vrrp_cpu_affinity)", fmt::join(wanted.cpus, " "));
        case SchedulingPart::Memory:
            return "to keep the memory from being swapped out (vrrp_no_swap)";
    }
    return "how to run";
}

std::string_view remedy(const SchedulingRefusal& refusal) {
    if (refusal.part == SchedulingPart::Processors) return "; no processor that it may use is among them";
    if (refusal.error != EPERM && refusal.error != EACCES) return "";
    return refusal.part == SchedulingPart::Memory ? "; it needs CAP_IPC_LOCK" : "; it needs CAP_SYS_NICE";
}

}  // namespace

// One line, for most refusals have one cause: a container without the capabilities.
Record scheduling_refused(const std::vector<SchedulingRefusal>& refused, const Scheduling& wanted) {
    std::vector<std::string> parts;
    for (const SchedulingRefusal& refusal : refused)
        parts.push_back(fmt::format("{} ({}{})", name(refusal.part, wanted), std::strerror(refusal.error),
                                    remedy(refusal)));
    return {
        "scheduling-refused",
        Level::Warning,
        fmt::format("the kernel refuses the vrrp process {}: it goes on without", fmt::join(parts, ", and ")),
        {}};
}

Record priority_raised(microseconds late, std::uint32_t priority) {
    return {"priority-raised",
            Level::Notice,
            fmt::format("Set realtime priority {}: was woken {:.3f} s too late", priority,
                        std::chrono::duration<double>(late).count()),
            {}};
}

Record realtime_limit_reached(microseconds limit, seconds pause) {
    return {
        "realtime-limit-reached",
        Level::Warning,
        fmt::format("VRRP process has used too much CPU time, more than {} us in real time without a pause: "
                    "it goes on with ordinary priority for {} s; vrrp_rlimit_rttime may need to be increased",
                    limit.count(), pause.count()),
        {}};
}

}  // namespace understudy::agent::words
