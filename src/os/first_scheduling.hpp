// How this thread was scheduled before it was told to run otherwise: what the programs it starts get, and
// what it returns to.
#pragma once

#include <sched.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <optional>

namespace understudy::os {

struct FirstScheduling {
    int policy = SCHED_OTHER;
    sched_param parameters{};
    int nice = 0;
    cpu_set_t processors{};

    [[nodiscard]] static FirstScheduling read();
};

// None: this thread has never been told to run otherwise.
std::optional<FirstScheduling>& first_scheduling();

// The limit of work in real time that the process had, which holds for all its threads. None: it has it
// still.
const rlimit* first_realtime_limit();

// How a process and the child it has just given birth to are scheduled while the parent sleeps until the
// child has become its program. Whoever waits for a child of ordinary priority waits for everybody who wants
// the processor, so the child stays what we are until then, and we stand one step above it, in order that we
// and not the program go on. Then the child is lowered from outside. Who lacks the right to that has the
// child lower itself before it becomes the program, and has to wait.
class LaunchScheduling {
public:
    // Before the birth.
    LaunchScheduling() noexcept;
    // We are as we were.
    ~LaunchScheduling();
    LaunchScheduling(const LaunchScheduling&) = delete;
    LaunchScheduling& operator=(const LaunchScheduling&) = delete;

    // In the child before its program: plain system calls, and no memory is asked for. What is refused is
    // left, for the program runs all the same.
    void in_child() const noexcept;
    // In the parent, once the child is its program.
    void lower(pid_t child) const noexcept;

private:
    sched_param before_{};
    int policy_ = SCHED_OTHER;
    int child_priority_ = 0;  // in real time
    bool from_outside_ = false;
};

}  // namespace understudy::os
