#include "reload_time.hpp"

#include "understudy/base/text.hpp"

namespace understudy::daemon {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr int kCentury = 2000;  // of years with two digits

// A digit in the shape stands for any, whatever else for itself.
bool has_shape(std::string_view text, std::string_view shape) {
    if (text.size() != shape.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !digit : text[i] != shape[i]) return false;
    }
    return true;
}

template <typename Number>
Number number(std::string_view digits) {
    return parse_number<Number>(digits).value_or(0);
}

std::optional<seconds> time_of_day(std::string_view text) {
    if (!has_shape(text, "00:00:00")) return std::nullopt;
    const hours hour{number<int>(text.substr(0, 2))};
    const minutes minute{number<int>(text.substr(3, 2))};
    const seconds second{number<int>(text.substr(6, 2))};
    if (hour >= days{1} || minute >= hours{1} || second >= minutes{1}) return std::nullopt;
    return hour + minute + second;
}

std::optional<year_month_day> date(std::string_view text) {
    const bool short_year = has_shape(text, "00-00-00");
    if (!short_year && !has_shape(text, "0000-00-00")) return std::nullopt;
    const std::size_t year_digits = short_year ? 2 : 4;
    const int year = number<int>(text.substr(0, year_digits)) + (short_year ? kCentury : 0);
    const auto month = number<unsigned>(text.substr(year_digits + 1, 2));
    const auto day = number<unsigned>(text.substr(year_digits + 4, 2));
    const year_month_day named{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    if (!named.ok()) return std::nullopt;
    return named;
}

}  // namespace

std::optional<ReloadTime> parse_reload_time(std::string_view content) {
    std::string_view line = content.substr(0, content.find('\n'));
    ReloadTime time;
    time.utc = line.ends_with('Z');
    if (time.utc) line.remove_suffix(1);
    if (const std::size_t blank = line.find(' '); blank != std::string_view::npos) {
        time.date = date(line.substr(0, blank));
        if (!time.date) return std::nullopt;
        line.remove_prefix(blank + 1);
    }
    const auto of_day = time_of_day(line);
    if (!of_day) return std::nullopt;
    time.time_of_day = *of_day;
    return time;
}

TimeZone utc() {
    return {
        .civil =
            [](WallTime when) {
                const auto day = floor<days>(when);
                return os::CivilTime{year_month_day{day}, floor<seconds>(when - day)};
            },
        .wall = [](const os::CivilTime& when) { return WallTime{sys_days{when.date} + when.time_of_day}; }};
}

std::optional<WallTime> next_reload(const ReloadTime& asked, WallTime now, const TimeZone& local) {
    const TimeZone zone = asked.utc ? utc() : local;
    const year_month_day first = asked.date.value_or(zone.civil(now).date);
    const WallTime at = zone.wall({first, asked.time_of_day});
    if (at > now) return at;
    if (asked.date) return std::nullopt;
    return zone.wall({year_month_day{sys_days{first} + days{1}}, asked.time_of_day});
}

}  // namespace understudy::daemon
