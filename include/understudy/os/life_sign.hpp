// How one process of ours sees that another is at work, at next to no cost while it is. Both hold an alarm
// clock of the kernel's and a question. The one that is watched puts the alarm off as it goes on with its
// work, by a system call every now and then; the one that watches hears nothing until the alarm rings. Then
// it asks, and whoever takes the question puts the alarm off by that. Taking a question is the work of a loop
// that turns: one that is stopped, in an endless loop or waiting for something else takes none. What follows
// from an answer that does not come is for others to decide.
#pragma once

#include <expected>
#include <functional>
#include <memory>

#include "understudy/base/time.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

// What the one that is watched takes with it from the one that watches.
struct LifeLine {
    UniqueFd alarm;
    UniqueFd question;
};

class LifeSign {
public:
    LifeSign(Loop& loop, LifeLine line);
    LifeSign(LifeSign&&) noexcept;
    LifeSign& operator=(LifeSign&&) = delete;
    ~LifeSign();

    // To be called after each piece of work; most calls do nothing. Nothing is shown before the first
    // question, which says how long a rest is no reason for the next.
    void show(Instant now);

private:
    struct State;
    std::shared_ptr<State> state_;
};

class LifeWatch {
public:
    // `rang`: the time that the last question gave for an answer is over, or the rest after one.
    [[nodiscard]] static std::expected<LifeWatch, SysError> open(Loop& loop,
                                                                 std::move_only_function<void()> rang);
    LifeWatch(LifeWatch&&) noexcept;
    LifeWatch& operator=(LifeWatch&&) = delete;
    ~LifeWatch();

    // For a process that is about to go its own way.
    [[nodiscard]] std::expected<LifeLine, SysError> line() const;

    // Rings at `until` unless the question is taken before, or `rest` after the last sign of life. A question
    // that nobody has taken yet is taken back.
    void ask(milliseconds rest, Instant until);
    // Whether no question waits for somebody to take it.
    [[nodiscard]] bool is_answered() const;
    // Nobody is asked any more. An alarm that the other process has put off may still ring.
    void end();

private:
    struct State;
    explicit LifeWatch(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace understudy::os
