#include "reload_time.hpp"

#include <gtest/gtest.h>

namespace understudy::daemon {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr year_month_day kDay = 2026y / 11 / 22;

WallTime at(microseconds time, year_month_day day = kDay) { return WallTime{sys_days{day} + time}; }

// A place where it is later than in UTC by the same hours all year.
TimeZone ahead(std::chrono::hours by) {
    return {.civil = [by](WallTime when) { return utc().civil(when + by); },
            .wall = [by](const os::CivilTime& when) { return utc().wall(when) - by; }};
}

std::optional<WallTime> next(std::string_view content, WallTime now, const TimeZone& zone = utc()) {
    return next_reload(parse_reload_time(content).value(), now, zone);
}

TEST(ReloadTime, IsReadInItsForms) {
    EXPECT_EQ(parse_reload_time("01:02:03"), (ReloadTime{{}, 1h + 2min + 3s, false}));
    EXPECT_EQ(parse_reload_time("01:02:03Z"), (ReloadTime{{}, 1h + 2min + 3s, true}));
    EXPECT_EQ(parse_reload_time("26-11-22 23:59:59"), (ReloadTime{kDay, 24h - 1s, false}));
    EXPECT_EQ(parse_reload_time("2026-11-22 00:00:00Z"), (ReloadTime{kDay, 0s, true}));
    EXPECT_EQ(parse_reload_time("01:02:03\nand a remark"), (ReloadTime{{}, 1h + 2min + 3s, false}));
}

TEST(ReloadTime, IsNothingElse) {
    for (const char* text : {"",
                             "\n01:02:03",
                             " 01:02:03",
                             "01:02:03 ",
                             "1:02:03",
                             "01:02",
                             "01-02-03",
                             "24:00:00",
                             "00:60:00",
                             "00:00:60",
                             "01:02:03z",
                             "01:02:03 Z",
                             "26-11-22",
                             "26-11-22  01:02:03",
                             "26-13-01 01:02:03",
                             "26-02-29 01:02:03",
                             "026-11-22 01:02:03",
                             "2026/11/22 01:02:03",
                             "26-11-22T01:02:03",
                             "+1:02:03"})
        EXPECT_EQ(parse_reload_time(text), std::nullopt) << text;
}

TEST(ReloadTime, WithoutADateComesOnceADay) {
    EXPECT_EQ(next("12:00:00", at(11h)), at(12h));
    EXPECT_EQ(next("12:00:00", at(12h)), at(36h)) << "this one is over";
    EXPECT_EQ(next("12:00:00", at(12h + 1us)), at(36h));
    EXPECT_EQ(next("00:00:00", at(23h, 2026y / 12 / 31)), at(0h, 2027y / 1 / 1));
}

TEST(ReloadTime, WithADateComesOnce) {
    EXPECT_EQ(next("2026-11-22 12:00:00", at(-48h)), at(12h));
    EXPECT_EQ(next("2026-11-22 12:00:00", at(12h - 1us)), at(12h));
    EXPECT_EQ(next("2026-11-22 12:00:00", at(12h)), std::nullopt);
}

// At 23:30 in UTC it is the next day already a few hours to the east.
TEST(ReloadTime, IsThatOfThePlaceUnlessItSaysUtc) {
    const TimeZone east = ahead(3h);
    EXPECT_EQ(next("02:00:00", at(22h), east), at(23h));
    EXPECT_EQ(next("02:00:00", at(23h + 30min), east), at(47h));
    EXPECT_EQ(next("02:00:00Z", at(23h + 30min), east), at(26h));
    EXPECT_EQ(next("2026-11-23 02:00:00", at(22h), east), at(23h));
    EXPECT_EQ(next("2026-11-22 02:00:00", at(22h), east), std::nullopt);
}

}  // namespace
}  // namespace understudy::daemon
