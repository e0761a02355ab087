#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "capability.hpp"
#include "first_scheduling.hpp"

namespace understudy::os {

namespace {

bool is_realtime(int policy) { return policy == SCHED_RR || policy == SCHED_FIFO; }

void set_scheduler(pid_t process, int policy, int priority) noexcept {
    const sched_param parameters{.sched_priority = priority};
    ::syscall(SYS_sched_setscheduler, process, policy, &parameters);
}

// Ordinary, even if the daemon was started in real time: a script must not compete with it.
void run_as_at_first(pid_t process) noexcept {
    set_scheduler(process, SCHED_OTHER, 0);
    if (const rlimit* const limit = first_realtime_limit())
        ::syscall(SYS_prlimit64, process, RLIMIT_RTTIME, limit, nullptr);
    const std::optional<FirstScheduling>& first = first_scheduling();
    if (!first) return;
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(process), first->nice);
    ::sched_setaffinity(process, sizeof first->processors, &first->processors);
}

}  // namespace

LaunchScheduling::LaunchScheduling() noexcept
    : policy_(static_cast<int>(::syscall(SYS_sched_getscheduler, 0))),
      from_outside_(is_capable_of(CAP_SYS_NICE)) {
    ::syscall(SYS_sched_getparam, 0, &before_);
    if (!from_outside_ || !is_realtime(policy_)) return;
    const int above = std::min(before_.sched_priority + 1, ::sched_get_priority_max(policy_));
    child_priority_ = above - 1;
    if (above != before_.sched_priority) set_scheduler(0, policy_, above);
}

LaunchScheduling::~LaunchScheduling() {
    if (is_realtime(policy_) && child_priority_ == before_.sched_priority)
        set_scheduler(0, policy_, before_.sched_priority);
}

// What the program starts before it is lowered is ordinary from its birth.
void LaunchScheduling::in_child() const noexcept {
    if (!from_outside_) return run_as_at_first(0);
    if (is_realtime(policy_)) set_scheduler(0, policy_ | SCHED_RESET_ON_FORK, child_priority_);
}

void LaunchScheduling::lower(pid_t child) const noexcept {
    if (from_outside_) run_as_at_first(child);
}

}  // namespace understudy::os
