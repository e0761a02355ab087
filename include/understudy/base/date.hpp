// Dates as text: RFC 3339 in universal time, which means the same wherever it is read, and sorts by itself.
// Durations as people say them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "understudy/base/time.hpp"

namespace understudy {

// "2026-01-31T22:15:30.250Z", to the millisecond.
[[nodiscard]] std::string date_text(WallTime when);

// What date_text() writes, with any number of decimals or none. None: it is no date.
[[nodiscard]] std::optional<WallTime> parse_date(std::string_view text);

// "0.4 s", "12 s", "3 min 4 s", "2 h 5 min", "3 d 4 h"; a negative one is none.
[[nodiscard]] std::string duration_text(microseconds duration);

}  // namespace understudy
