#include "alarm.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <ctime>

#include "understudy/base/assert.hpp"

namespace understudy::os {

namespace {

timespec to_timespec(Instant when) {
    // Zero would disarm the timer, and the kernel refuses what is negative: both mean a time that has passed.
    const std::int64_t micros = std::max<std::int64_t>(when.time_since_epoch().count(), 1);
    return {.tv_sec = micros / 1'000'000, .tv_nsec = micros % 1'000'000 * 1'000};
}

void set_to(const UniqueFd& alarm, const timespec& at) {
    const itimerspec setting{.it_interval = {}, .it_value = at};
    const int result = ::timerfd_settime(alarm.get(), TFD_TIMER_ABSTIME, &setting, nullptr);
    UNDERSTUDY_ASSERT(result == 0);
}

}  // namespace

std::expected<UniqueFd, SysError> make_alarm() {
    UniqueFd alarm{::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)};
    if (!alarm) return std::unexpected(SysError::last("make a timer"));
    return alarm;
}

void set_alarm(const UniqueFd& alarm, Instant at) { set_to(alarm, to_timespec(at)); }

void silence_alarm(const UniqueFd& alarm) { set_to(alarm, {}); }

bool has_rung(const UniqueFd& alarm) {
    std::uint64_t expiries = 0;
    return ::read(alarm.get(), &expiries, sizeof expiries) == sizeof expiries;
}

}  // namespace understudy::os
