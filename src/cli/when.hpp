// A point in the past as an operator names it, and a date as he reads it: by the time zone of this host, as
// the log has it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "understudy/base/time.hpp"
#include "understudy/os/clock.hpp"

namespace understudy::cli {

struct Zone {
    std::function<os::CivilTime(WallTime)> civil = os::civil_time;
    std::function<WallTime(const os::CivilTime&)> wall = os::wall_time_of;
};

inline constexpr std::string_view kWhenForms =
    "15m (ago), 22:15 (the last), yesterday, 2026-01-31, '2026-01-31 22:15' or 2026-01-31T22:15:30Z";

// None: it is none of kWhenForms.
[[nodiscard]] std::optional<WallTime> parse_when(std::string_view text, WallTime now, const Zone& zone = {});

// "2026-01-31 22:15:30.250"
[[nodiscard]] std::string local_date(WallTime when, const Zone& zone = {});

}  // namespace understudy::cli
