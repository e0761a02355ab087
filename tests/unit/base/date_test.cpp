#include "understudy/base/date.hpp"

#include <gtest/gtest.h>

namespace understudy {
namespace {

constexpr WallTime kSomeTime =
    std::chrono::sys_days{std::chrono::year{2026} / 2 / 3} + std::chrono::hours{4} + microseconds{5'006'007};

TEST(Date, IsWrittenToTheMillisecond) { EXPECT_EQ(date_text(kSomeTime), "2026-02-03T04:00:05.006Z"); }

TEST(Date, IsReadWithAnyNumberOfDecimals) {
    EXPECT_EQ(parse_date("2026-02-03T04:00:05.006007Z"), kSomeTime);
    EXPECT_EQ(parse_date("2026-02-03T04:00:05.0060079999Z"), kSomeTime);
    EXPECT_EQ(parse_date("2026-02-03T04:00:05Z"), kSomeTime - microseconds{6'007});
    EXPECT_EQ(parse_date(date_text(kSomeTime)), kSomeTime - microseconds{7});
}

TEST(Date, IsNothingElse) {
    for (const char* const text :
         {"", "2026", "2026-02-03", "2026-02-03T04:00:05", "2026-02-30T04:00:05Z", "2026-13-01T00:00:00Z",
          "2026-02-03T24:00:00Z", "2026-02-03T04:60:05Z", "2026-02-03T04:00:60Z", "2026-02-03T04:00:05.Z",
          "2026-02-03T04:00:05.xZ", "2026-02-03T04:00:05ZZ", "2026-02-03 04:00:05Z", "-026-02-03T04:00:05Z",
          "yesterday"})
        EXPECT_EQ(parse_date(text), std::nullopt) << text;
}

TEST(Duration, IsToldInTwoUnitsThatMatter) {
    using std::chrono::hours;
    using std::chrono::minutes;
    EXPECT_EQ(duration_text(microseconds{0}), "0.0 s");
    EXPECT_EQ(duration_text(microseconds{-5'000'000}), "0.0 s");
    EXPECT_EQ(duration_text(milliseconds{9'999}), "9.9 s");
    EXPECT_EQ(duration_text(milliseconds{12'999}), "12 s");
    EXPECT_EQ(duration_text(minutes{3} + seconds{4}), "3 min 4 s");
    EXPECT_EQ(duration_text(hours{2} + minutes{5} + seconds{59}), "2 h 5 min");
    EXPECT_EQ(duration_text(hours{76} + minutes{5}), "3 d 4 h");
}

}  // namespace
}  // namespace understudy
