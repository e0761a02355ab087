// Asks the vrrp process again and again whether it is at work, and tells when it hangs: stopped, in an
// endless loop, or waiting for something that never comes.
#pragma once

#include <functional>
#include <optional>

#include "understudy/base/time.hpp"
#include "understudy/os/loop.hpp"

#include "heartbeat.hpp"
#include "worker_link.hpp"

namespace understudy::daemon {

class WorkerWatch {
public:
    // `hangs` is called once after each begin() at most, with how long nothing was heard.
    WorkerWatch(os::Loop& loop, WorkerLink& link, std::function<void(microseconds)> hangs)
        : loop_(&loop), link_(&link), hangs_(std::move(hangs)) {}

    std::expected<void, os::SysError> open();
    void begin(microseconds patience);
    void end();
    // When it did so last; none: not since begin().
    [[nodiscard]] std::optional<Instant> answered() const { return answered_; }
    // In a new process, which has other descriptors of the same numbers.
    void abandon() { timer_.reset(); }

private:
    void look();

    os::Loop* loop_;
    WorkerLink* link_;
    std::function<void(microseconds)> hangs_;
    std::optional<os::Timer> timer_;
    std::optional<Heartbeat> heartbeat_;
    std::optional<Instant> answered_;
    microseconds patience_{0};
};

}  // namespace understudy::daemon
