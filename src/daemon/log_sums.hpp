// Lets a log say what it has summed up of a flood as soon as that is over, though nothing else be written.
#pragma once

#include <expected>
#include <optional>

#include "understudy/os/clock.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::daemon {

class LogSums {
public:
    LogSums(os::Loop& loop, os::Log& log) : loop_(&loop), log_(&log) {}
    LogSums(const LogSums&) = delete;
    ~LogSums() { abandon(); }

    [[nodiscard]] std::expected<void, os::SysError> open() {
        auto timer = os::Timer::open(*loop_, [this] { arm(log_->catch_up()); });
        if (!timer) return std::unexpected(timer.error());
        timer_.emplace(*std::move(timer));
        log_->when_summing([this](Instant over) { arm(over); });
        return {};
    }

    // In a forked process, or at the end.
    void abandon() {
        if (timer_) log_->when_summing(nullptr);
        timer_.reset();
    }

private:
    void arm(Instant over) {
        if (over != Instant::max()) timer_->arm(over);
    }

    os::Loop* loop_;
    os::Log* log_;
    std::optional<os::Timer> timer_;
};

}  // namespace understudy::daemon
