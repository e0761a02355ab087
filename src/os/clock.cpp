#include "understudy/os/clock.hpp"

#include <fcntl.h>
#include <sys/timerfd.h>
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

#include "readiness.hpp"

namespace understudy::os {
namespace {

constexpr int kFirstYear = 1900;  // of struct tm

timespec to_timespec(Instant when) {
    // Zero would disarm the timer, and the kernel refuses what is negative: both mean a time that has passed.
    const std::int64_t micros = std::max<std::int64_t>(when.time_since_epoch().count(), 1);
    return {.tv_sec = micros / 1'000'000, .tv_nsec = micros % 1'000'000 * 1'000};
}

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
    static const UniqueFd kStatistics{::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)};
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
