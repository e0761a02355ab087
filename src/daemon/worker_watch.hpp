// Sees whether the vrrp process is at work, and tells when it hangs: stopped, in an endless loop, or waiting
// for something that never comes. While it works neither process is woken for that (os/life_sign): it is
// asked when it has had nothing to do for a while, which may be just as well.
#pragma once

#include <expected>
#include <functional>
#include <optional>

#include "understudy/base/time.hpp"
#include "understudy/os/life_sign.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"

#include "heartbeat.hpp"

namespace understudy::daemon {

class WorkerWatch {
public:
    // `hangs` is called once after each begin() at most, with for how long it has given no answer.
    WorkerWatch(os::Loop& loop, std::function<void(microseconds)> hangs)
        : loop_(&loop), hangs_(std::move(hangs)) {}

    std::expected<void, os::SysError> open();
    // What the next vrrp process takes along.
    [[nodiscard]] std::expected<os::LifeLine, os::SysError> line() const { return life_->line(); }
    void begin(microseconds patience);
    void end();
    // When it was certainly at work; none: not since begin().
    [[nodiscard]] std::optional<Instant> answered() const;
    // In a new process, which has other descriptors of the same numbers.
    void abandon() { life_.reset(); }

private:
    void look(bool answered);

    os::Loop* loop_;
    std::function<void(microseconds)> hangs_;
    std::optional<os::LifeWatch> life_;
    std::optional<Heartbeat> heartbeat_;
    std::optional<Instant> answered_;  // before it was asked last
};

}  // namespace understudy::daemon
