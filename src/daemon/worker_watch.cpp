#include "worker_watch.hpp"

#include <utility>

#include "understudy/os/clock.hpp"

namespace understudy::daemon {

std::expected<void, os::SysError> WorkerWatch::open() {
    auto life = os::LifeWatch::open(*loop_, [this] {
        if (heartbeat_) look(life_->is_answered());
    });
    if (!life) return std::unexpected(life.error());
    life_.emplace(*std::move(life));
    return {};
}

void WorkerWatch::begin(microseconds patience) {
    heartbeat_.emplace(patience);
    answered_.reset();
    look(false);
}

void WorkerWatch::end() {
    heartbeat_.reset();
    if (life_) life_->end();
}

// Whoever has answered has gone on for a while since, unless the alarm has rung.
std::optional<Instant> WorkerWatch::answered() const {
    if (!heartbeat_ || !life_->is_answered()) return answered_;
    return os::now() - heartbeat_->rest();
}

void WorkerWatch::look(bool answered) {
    const Instant now = os::now();
    if (answered) answered_ = now - heartbeat_->rest();
    if (heartbeat_->rang(now, answered) == Heartbeat::Next::HasStopped) {
        const microseconds silent_for = heartbeat_->grace();
        end();
        return hangs_(silent_for);
    }
    life_->ask(std::chrono::floor<milliseconds>(heartbeat_->rest()), now + heartbeat_->grace());
}

}  // namespace understudy::daemon
