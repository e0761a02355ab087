#include "understudy/os/clock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string_view>
#include <utility>

#include "understudy/base/assert.hpp"
#include "understudy/base/text.hpp"
#include "understudy/os/unique_fd.hpp"

#include "alarm.hpp"
#include "readiness.hpp"

namespace understudy::os {
namespace {

constexpr int kFirstYear = 1900;  // of struct tm

}  // namespace

WallTime wall_time() { return std::chrono::floor<microseconds>(std::chrono::system_clock::now()); }

CivilTime civil_time(WallTime when) {
    const std::time_t point = std::chrono::system_clock::to_time_t(std::chrono::floor<seconds>(when));
    std::tm local{};
    ::localtime_r(&point, &local);
    const std::chrono::year_month_day date{std::chrono::year{local.tm_year + kFirstYear},
                                           std::chrono::month{static_cast<unsigned>(local.tm_mon) + 1},
                                           std::chrono::day{static_cast<unsigned>(local.tm_mday)}};
    return {date, std::chrono::hours{local.tm_hour} + std::chrono::minutes{local.tm_min} +
                      seconds{std::min(local.tm_sec, 59)}};  // 60 is a leap second
}

WallTime wall_time_of(const CivilTime& when) {
    std::tm local{};
    local.tm_year = static_cast<int>(when.date.year()) - kFirstYear;
    local.tm_mon = static_cast<int>(static_cast<unsigned>(when.date.month())) - 1;
    local.tm_mday = static_cast<int>(static_cast<unsigned>(when.date.day()));
    local.tm_sec = static_cast<int>(when.time_of_day.count());
    local.tm_isdst = -1;
    return std::chrono::floor<microseconds>(std::chrono::system_clock::from_time_t(std::mktime(&local)));
}

microseconds time_without_processor() {
    // Kept open: three numbers in nanoseconds, time on the processor, time waiting for it, and the number of
    // turns.
    thread_local const UniqueFd kStatistics{::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)};
    std::array<char, 96> text{};
    const ssize_t size = kStatistics ? ::pread(kStatistics.get(), text.data(), text.size(), 0) : -1;
    if (size <= 0) return microseconds{0};
    const std::string_view numbers{text.data(), static_cast<std::size_t>(size)};
    const std::size_t begin = std::min(numbers.find(' ') + 1, numbers.size());
    const std::string_view waited = numbers.substr(begin, numbers.find(' ', begin) - begin);
    return std::chrono::duration_cast<microseconds>(
        std::chrono::nanoseconds{parse_number<std::int64_t>(waited).value_or(0)});
}

Instant now() {
    timespec time{};
    const int result = ::clock_gettime(CLOCK_BOOTTIME, &time);
    UNDERSTUDY_ASSERT(result == 0);
    return Instant{microseconds{std::int64_t{time.tv_sec} * 1'000'000 + time.tv_nsec / 1'000}};
}

void await_closely(Instant until) {
    while (now() < until) {
    }
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
        // It may be stale: it was forgotten when the alarm was set anew. That the time has come needs no
        // question to the kernel.
        if (!due || (now() < *due && !has_rung(fd))) return;
        due.reset();
        fired();
        if (!due) silence_alarm(fd);  // else it would be ready for ever
    }

    void arm(Instant at) {
        due = at;
        set_alarm(fd, at);
    }

    void disarm() {
        due.reset();
        silence_alarm(fd);
    }

    UniqueFd fd;
    std::optional<Instant> due;
    std::move_only_function<void()> fired;
    std::optional<Readiness> readiness;
};

std::expected<Timer, SysError> Timer::open(Loop& loop, std::move_only_function<void()> fired) {
    auto alarm = make_alarm();
    if (!alarm) return std::unexpected(alarm.error());
    auto state = std::make_shared<State>(*std::move(alarm), std::move(fired));
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

void Timer::arm(Instant due) { state_->arm(due); }

void Timer::disarm() { state_->disarm(); }

}  // namespace understudy::os
