// How the kernel runs this very thread, which usually is all of its process (sched(7), mlockall(2)). What is
// not asked for is as it was when this was opened, and what we start runs as we did then (child.hpp). Work in
// real time that goes on for longer than its limit without a pause is not the end of the process, as the
// kernel would have it: it goes on with ordinary priority, so that a mistake of ours cannot hang the host,
// and whoever opened this is told.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <vector>

#include "understudy/base/scheduling.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

// One per process.
class OwnScheduling {
public:
    [[nodiscard]] static std::expected<OwnScheduling, SysError> open(
        Loop& loop, std::move_only_function<void()> limit_reached);
    OwnScheduling(OwnScheduling&&) noexcept;
    OwnScheduling& operator=(OwnScheduling&&) noexcept;
    // Everything stays as it is, but a limit that is reached is the end of the process from now on.
    ~OwnScheduling();

    // Replaces what was asked for before; what the kernel refuses stays as it is, and the rest is done.
    [[nodiscard]] std::vector<SchedulingRefusal> apply(const Scheduling& wanted);

private:
    struct State;
    explicit OwnScheduling(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace understudy::os
