// Signals through the loop. While this exists the given signals are blocked and arrive as calls, in which
// everything is allowed. Several of one number that arrive together may be told once, as everywhere.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <span>

#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

// From now on these wait until somebody opens Signals for them, and children inherit that. What is sent
// before then is not lost, and does not end the process.
void hold_signals(std::span<const int> numbers);
// They do again what they do to any process.
void release_signals(std::span<const int> numbers);
// Sends on to another process what has come and waits.
void pass_held_signals(std::span<const int> numbers, pid_t process);

class Signals {
public:
    [[nodiscard]] static std::expected<Signals, SysError> open(Loop& loop, std::span<const int> numbers,
                                                               std::move_only_function<void(int)> received);
    Signals(Signals&&) noexcept;
    Signals& operator=(Signals&&) noexcept;
    // What is still pending is dropped, unless it was held before (hold_signals); the previous mask is
    // restored.
    ~Signals();

private:
    struct State;
    explicit Signals(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

// From now on a write to a closed pipe or socket is an error value, not our death.
void ignore_broken_pipes();

}  // namespace understudy::os
