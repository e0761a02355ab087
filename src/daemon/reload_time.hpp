// The time in a reload_time_file, and when that comes next. The hosts of a pair reload at the same moment, so
// that their configurations never differ on the wire. Time zones are the caller's matter.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

#include "understudy/base/time.hpp"
#include "understudy/os/clock.hpp"

namespace understudy::daemon {

struct ReloadTime {
    std::optional<std::chrono::year_month_day> date;  // none: every day
    seconds time_of_day{0};
    bool utc = false;  // else as people around the host say it

    friend bool operator==(const ReloadTime&, const ReloadTime&) = default;
};

// The first line of the file: "HH:MM:SS" or "[YY]YY-MM-DD HH:MM:SS", either with a Z behind it for UTC; none:
// it says anything else.
[[nodiscard]] std::optional<ReloadTime> parse_reload_time(std::string_view content);

struct TimeZone {
    std::function<os::CivilTime(WallTime)> civil;
    std::function<WallTime(const os::CivilTime&)> wall;
};
[[nodiscard]] TimeZone utc();

// Later than now; none: it is over.
[[nodiscard]] std::optional<WallTime> next_reload(const ReloadTime& asked, WallTime now,
                                                  const TimeZone& local);

}  // namespace understudy::daemon
