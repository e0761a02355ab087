#include "understudy/base/date.hpp"

#include <algorithm>
#include <chrono>

#include "understudy/base/text.hpp"

namespace understudy {

namespace {

std::string padded(std::int64_t number, std::size_t width) {
    const std::string digits = std::to_string(number);
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

// Takes a number of so many digits and what must follow it from the front of the text.
std::optional<int> take(std::string_view& text, std::size_t digits, std::string_view end) {
    if (text.size() < digits + end.size() || text.substr(digits, end.size()) != end) return std::nullopt;
    const auto number = parse_number<unsigned>(text.substr(0, digits));
    text.remove_prefix(digits + end.size());
    if (!number) return std::nullopt;
    return static_cast<int>(*number);
}

// ".25Z" or "Z": the rest of a second.
std::optional<microseconds> take_fraction(std::string_view text) {
    constexpr std::int64_t kWhole = 1'000'000;
    if (text == "Z") return microseconds{0};
    if (!text.starts_with('.') || !text.ends_with('Z') || text.size() < 3) return std::nullopt;
    std::int64_t value = 0;
    std::int64_t unit = kWhole;
    for (const char digit : text.substr(1, text.size() - 2)) {
        if (digit < '0' || digit > '9') return std::nullopt;
        unit /= 10;
        value += unit * (digit - '0');
    }
    return microseconds{value};
}

}  // namespace

std::string date_text(WallTime when) {
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day calendar{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<milliseconds>(when - day)};
    return padded(static_cast<int>(calendar.year()), 4) + "-" +
           padded(static_cast<unsigned>(calendar.month()), 2) + "-" +
           padded(static_cast<unsigned>(calendar.day()), 2) + "T" + padded(clock.hours().count(), 2) + ":" +
           padded(clock.minutes().count(), 2) + ":" + padded(clock.seconds().count(), 2) + "." +
           padded(clock.subseconds().count(), 3) + "Z";
}

std::optional<WallTime> parse_date(std::string_view text) {
    const auto year = take(text, 4, "-");
    const auto month = year ? take(text, 2, "-") : std::nullopt;
    const auto day = month ? take(text, 2, "T") : std::nullopt;
    const auto hour = day ? take(text, 2, ":") : std::nullopt;
    const auto minute = hour ? take(text, 2, ":") : std::nullopt;
    const auto second = minute ? take(text, 2, "") : std::nullopt;
    const auto fraction = second ? take_fraction(text) : std::nullopt;
    if (!fraction || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days{date} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} +
           seconds{*second} + *fraction;
}

std::string duration_text(microseconds duration) {
    using std::chrono::days;
    using std::chrono::hours;
    using std::chrono::minutes;
    constexpr seconds kTold{10};  // below that, tenths matter
    const auto count = [](auto units) { return std::to_string(units.count()); };
    const auto whole = std::chrono::floor<seconds>(std::max(duration, microseconds{0}));
    if (whole < kTold) {
        const auto tenths =
            std::chrono::floor<milliseconds>(std::max(duration, microseconds{0})).count() / 100;
        return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
    }
    if (whole < minutes{1}) return count(whole) + " s";
    const auto in_minutes = std::chrono::floor<minutes>(whole);
    if (whole < hours{1}) return count(in_minutes) + " min " + count(whole - in_minutes) + " s";
    const auto in_hours = std::chrono::floor<hours>(whole);
    if (whole < days{1}) return count(in_hours) + " h " + count(in_minutes - in_hours) + " min";
    const auto in_days = std::chrono::floor<days>(whole);
    return count(in_days) + " d " + count(in_hours - in_days) + " h";
}

}  // namespace understudy
