// How this process was scheduled before it was told to run otherwise: what the programs it starts get, and
// what it returns to.
#pragma once

#include <sched.h>
#include <sys/resource.h>

#include <optional>

namespace understudy::os {

struct FirstScheduling {
    int policy = SCHED_OTHER;
    sched_param parameters{};
    int nice = 0;
    rlimit realtime_limit{};
    cpu_set_t processors{};

    [[nodiscard]] static FirstScheduling read();
};

// Of the whole process, as what it describes; none: it has never been told to run otherwise.
std::optional<FirstScheduling>& first_scheduling();

// In a child between its birth and its program: plain system calls, and no memory is asked for. What is
// refused is left, for the program runs all the same.
void run_as_at_first() noexcept;

}  // namespace understudy::os
