#include "understudy/os/clock.hpp"

#include <sys/timerfd.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <optional>
#include <utility>

#include "understudy/base/assert.hpp"
#include "understudy/os/unique_fd.hpp"

#include "readiness.hpp"

namespace understudy::os {
namespace {

timespec to_timespec(Instant when) {
    // Zero would disarm the timer, and the kernel refuses what is negative: both mean a time that has passed.
    const std::int64_t micros = std::max<std::int64_t>(when.time_since_epoch().count(), 1);
    return {.tv_sec = micros / 1'000'000, .tv_nsec = micros % 1'000'000 * 1'000};
}

}  // namespace

microseconds processor_time() {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::duration_cast<microseconds>(seconds{used.tv_sec} +
                                                    std::chrono::nanoseconds{used.tv_nsec});
}

Instant now() {
    timespec time{};
    const int result = ::clock_gettime(CLOCK_BOOTTIME, &time);
    UNDERSTUDY_ASSERT(result == 0);
    return Instant{microseconds{std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1'000}};
}

struct Timer::State : std::enable_shared_from_this<Timer::State> {
    State(UniqueFd timer, std::move_only_function<void()> callback)
        : fd(std::move(timer)), fired(std::move(callback)) {}

    void watch(Loop& loop) {
        readiness.emplace(loop, fd.get(), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->on_ready();
        });
    }

    void on_ready() {
        // Setting the timer anew forgets an expiry that nobody has read, so a stale one never gets past this
        // read.
        std::uint64_t expiries = 0;
        if (::read(fd.get(), &expiries, sizeof expiries) == sizeof expiries) fired();
    }

    void set(const timespec& due) {
        const itimerspec setting{.it_interval = {}, .it_value = due};
        const int result = ::timerfd_settime(fd.get(), TFD_TIMER_ABSTIME, &setting, nullptr);
        UNDERSTUDY_ASSERT(result == 0);
    }

    UniqueFd fd;
    std::move_only_function<void()> fired;
    std::optional<Readiness> readiness;
};

std::expected<Timer, SysError> Timer::open(Loop& loop, std::move_only_function<void()> fired) {
    UniqueFd fd{::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)};
    if (!fd) return std::unexpected(SysError::last("make a timer"));
    auto state = std::make_shared<State>(std::move(fd), std::move(fired));
    state->watch(loop);
    return Timer{std::move(state)};
}

Timer::Timer(std::shared_ptr<State> state) : state_(std::move(state)) {}
Timer::Timer(Timer&&) noexcept = default;

Timer& Timer::operator=(Timer&& other) noexcept {
    Timer old{std::exchange(state_, std::move(other.state_))};
    return *this;
}

Timer::~Timer() {
    if (state_) state_->readiness.reset();
}

void Timer::arm(Instant due) { state_->set(to_timespec(due)); }

void Timer::disarm() { state_->set({}); }

}  // namespace understudy::os
