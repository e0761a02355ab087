#include "worker_watch.hpp"

#include <expected>
#include <utility>

#include "understudy/os/clock.hpp"

namespace understudy::daemon {

std::expected<void, os::SysError> WorkerWatch::open() {
    auto timer = os::Timer::open(*loop_, [this] { look(); });
    if (!timer) return std::unexpected(timer.error());
    timer_.emplace(*std::move(timer));
    return {};
}

void WorkerWatch::begin(microseconds patience) {
    patience_ = patience;
    heartbeat_.emplace(patience);
    answered_.reset();
    look();
}

void WorkerWatch::end() {
    heartbeat_.reset();
    if (timer_) timer_->disarm();
}

void WorkerWatch::look() {
    if (!heartbeat_) return;
    const Heartbeat::Next next = heartbeat_->looked(os::now());
    if (next == Heartbeat::Next::HasStopped) {
        end();
        return hangs_(patience_);
    }
    if (next == Heartbeat::Next::Ask)
        link_->ask(ctl::Ping{}, [this](const Outcome& answered) {
            if (!answered || !heartbeat_) return;
            heartbeat_->answered();
            answered_ = os::now();
        });
    timer_->arm(os::now() + Heartbeat::kBeat);
}

}  // namespace understudy::daemon
