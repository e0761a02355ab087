#include "when.hpp"

#include <gtest/gtest.h>

namespace understudy::cli {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;

constexpr WallTime kToday = sys_days{std::chrono::year{2026} / 2 / 3};

// Two hours east of Greenwich.
Zone east() {
    return {[](WallTime when) {
                const WallTime local = when + hours{2};
                const auto day = std::chrono::floor<std::chrono::days>(local);
                return os::CivilTime{std::chrono::year_month_day{day},
                                     std::chrono::floor<seconds>(local - day)};
            },
            [](const os::CivilTime& civil) {
                return WallTime{sys_days{civil.date} + civil.time_of_day - hours{2}};
            }};
}

constexpr WallTime kNow = kToday + hours{8} + minutes{30};  // 10:30 there

TEST(When, IsADurationAgo) {
    EXPECT_EQ(parse_when("90s", kNow, east()), kNow - seconds{90});
    EXPECT_EQ(parse_when("2h", kNow, east()), kNow - hours{2});
}

TEST(When, IsTheLastSuchTimeOfDay) {
    EXPECT_EQ(parse_when("10:15", kNow, east()), kToday + hours{8} + minutes{15});
    EXPECT_EQ(parse_when("22:15", kNow, east()), kToday - hours{24} + hours{20} + minutes{15});
    EXPECT_EQ(parse_when("10:30:01", kNow, east()), kToday - hours{24} + hours{8} + minutes{30} + seconds{1});
}

TEST(When, IsADayByItsLocalMidnight) {
    EXPECT_EQ(parse_when("today", kNow, east()), kToday - hours{2});
    EXPECT_EQ(parse_when("yesterday", kNow, east()), kToday - hours{26});
    EXPECT_EQ(parse_when("2026-02-01", kNow, east()), kToday - hours{50});
}

TEST(When, IsADateWithATimeHereOrInGreenwich) {
    EXPECT_EQ(parse_when("2026-02-03 04:05", kNow, east()), kToday + hours{2} + minutes{5});
    EXPECT_EQ(parse_when("2026-02-03T04:05:06", kNow, east()), kToday + hours{2} + minutes{5} + seconds{6});
    EXPECT_EQ(parse_when("2026-02-03T04:05:06Z", kNow, east()), kToday + hours{4} + minutes{5} + seconds{6});
}

TEST(When, IsNothingElse) {
    for (const char* const text : {"", "soon", "25:00", "10:60", "-5m", "0s", "2026-02-30", "2999-01-01",
                                   "2026-02-03x04:05", "2026-02-03 04", "2026-02-03 04:05:06.5", "10:15 "})
        EXPECT_EQ(parse_when(text, kNow, east()), std::nullopt) << text;
}

TEST(LocalDate, IsToTheMillisecond) {
    EXPECT_EQ(local_date(kNow + microseconds{7'250'999}, east()), "2026-02-03 10:30:07.250");
}

}  // namespace
}  // namespace understudy::cli
