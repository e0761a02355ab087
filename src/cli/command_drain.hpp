// understudyctl drain and resume: give the role away on purpose, without a moment in which nobody has the
// addresses, and take part in elections again.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "command.hpp"

namespace understudy::cli {

extern const Command kDrain;
extern const Command kResume;

// "90", "90s", "15m", "2h", "1d": in seconds, from 1 to ctl::kLongestDrain; else none.
[[nodiscard]] std::optional<std::uint64_t> parse_duration(std::string_view text);

}  // namespace understudy::cli
