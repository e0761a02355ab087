#include "service_watchdog.hpp"

#include "understudy/os/service_notify.hpp"

namespace understudy::daemon {

namespace {

constexpr seconds kLongestBeginning{60};  // with thousands of addresses on a busy host
constexpr seconds kLongestSilence{10};
constexpr int kFeedsInTime = 4;

}  // namespace

bool is_at_work(const VrrpLife& life, Instant now) {
    if (!life.running) return true;  // none is to run, or the supervisor waits to start it again
    if (!life.ready) return now - life.since < kLongestBeginning;
    return now - life.answered.value_or(life.since) < kLongestSilence;
}

std::expected<void, os::SysError> ServiceWatchdog::open() {
    const auto patience = os::watchdog_patience();
    if (!patience) return {};
    interval_ = *patience / kFeedsInTime;
    auto timer = os::Timer::open(*loop_, [this] { on_timer(); });
    if (!timer) return std::unexpected(timer.error());
    timer_.emplace(*std::move(timer));
    on_timer();
    return {};
}

void ServiceWatchdog::on_timer() {
    const Instant now = os::now();
    if (is_at_work(life_(), now)) feed_();
    timer_->arm(now + interval_);
}

}  // namespace understudy::daemon
