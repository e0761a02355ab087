#include "when.hpp"

#include <fmt/format.h>

#include <chrono>

#include "understudy/base/date.hpp"
#include "understudy/base/text.hpp"

#include "command_drain.hpp"

namespace understudy::cli {

namespace {

using std::chrono::days;

// The system's clock, which counts nanoseconds, ends in 2262.
constexpr WallTime kTooLate = std::chrono::sys_days{std::chrono::year{2200} / 1 / 1};

// "22:15" or "22:15:30"
std::optional<seconds> parse_clock(std::string_view text) {
    // The rest of a date in universal time reads the same way.
    const std::string whole = "2000-01-01T" + std::string{text} + (text.size() == 5 ? ":00Z" : "Z");
    const auto when = parse_date(whole);
    if (!when || text.contains('.')) return std::nullopt;
    return std::chrono::floor<seconds>(*when - std::chrono::floor<days>(*when));
}

// "2026-01-31", with a time of day behind it or not
std::optional<os::CivilTime> parse_civil(std::string_view text) {
    constexpr std::size_t kDate = 10;
    if (text.size() < kDate) return std::nullopt;
    const auto date = parse_date(std::string{text.substr(0, kDate)} + "T00:00:00Z");
    if (!date || *date >= kTooLate) return std::nullopt;
    os::CivilTime civil{std::chrono::year_month_day{std::chrono::floor<days>(*date)}, seconds{0}};
    if (text.size() == kDate) return civil;
    if (text[kDate] != ' ' && text[kDate] != 'T') return std::nullopt;
    const auto clock = parse_clock(text.substr(kDate + 1));
    if (!clock) return std::nullopt;
    civil.time_of_day = *clock;
    return civil;
}

os::CivilTime days_before(const os::CivilTime& today, int count) {
    return {std::chrono::year_month_day{std::chrono::sys_days{today.date} - days{count}}, seconds{0}};
}

}  // namespace

std::optional<WallTime> parse_when(std::string_view text, WallTime now, const Zone& zone) {
    if (const auto duration = parse_duration(text)) return now - seconds{*duration};
    if (const auto date = parse_date(text)) return date;
    const os::CivilTime today = zone.civil(now);
    if (text == "today") return zone.wall(days_before(today, 0));
    if (text == "yesterday") return zone.wall(days_before(today, 1));
    if (const auto clock = parse_clock(text)) {
        os::CivilTime at = days_before(today, *clock > today.time_of_day ? 1 : 0);
        at.time_of_day = *clock;
        return zone.wall(at);
    }
    if (const auto civil = parse_civil(text)) return zone.wall(*civil);
    return std::nullopt;
}

std::string local_date(WallTime when, const Zone& zone) {
    const os::CivilTime civil = zone.civil(when);
    const std::chrono::hh_mm_ss clock{civil.time_of_day};
    const auto rest = std::chrono::floor<milliseconds>(when - std::chrono::floor<seconds>(when));
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}", static_cast<int>(civil.date.year()),
                       static_cast<unsigned>(civil.date.month()), static_cast<unsigned>(civil.date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(), rest.count());
}

}  // namespace understudy::cli
