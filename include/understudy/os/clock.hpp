// The one reader of time, and the one timer. The clock is CLOCK_BOOTTIME: it never jumps when somebody sets
// the date, and it goes on while the machine is suspended, so that a master that slept finds its deadline
// long past.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>

#include "understudy/base/time.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

// Rounded down to whole microseconds, so that a timer that fired never seems early.
[[nodiscard]] Instant now();
// Without sleeping: for microseconds alone.
void await_closely(Instant until);

// The date and time of day, which somebody may set at any time: for people to read, and to compare with what
// other hosts say of theirs; never to count with.
[[nodiscard]] WallTime wall_time();

// As people around this host write it, by the time zone that is set here.
struct CivilTime {
    std::chrono::year_month_day date;
    seconds time_of_day{0};
    friend bool operator==(const CivilTime&, const CivilTime&) = default;
};
[[nodiscard]] CivilTime civil_time(WallTime when);
// Of a time that comes twice or never, because the hour changes, one nearby.
[[nodiscard]] WallTime wall_time_of(const CivilTime& when);

// How long this thread has been ready to run so far while the processor was busy with others; 0 if the kernel
// does not say.
[[nodiscard]] microseconds time_without_processor();

// Calls back once per arm(), never before its time, and always through the loop: also when the time has
// already passed.
class Timer {
public:
    [[nodiscard]] static std::expected<Timer, SysError> open(Loop& loop,
                                                             std::move_only_function<void()> fired);
    Timer(Timer&&) noexcept;
    Timer& operator=(Timer&&) noexcept;
    ~Timer();

    // Replaces what was armed before.
    void arm(Instant due);
    // After this the callback does not run until armed again, even if the time had already come.
    void disarm();

private:
    struct State;
    explicit Timer(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace understudy::os
