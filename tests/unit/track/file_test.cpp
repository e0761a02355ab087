#include "understudy/track/file.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace understudy::track {

void PrintTo(const FileReading& reading, std::ostream* out) {
    *out << static_cast<int>(reading.content) << ": " << reading.number;
}

namespace {

TEST(ReadNumber, TakesBlanksASignAndDigitsAndIgnoresWhatFollows) {
    struct Case {
        const char* content;
        FileReading expected;
    };
    const Case cases[] = {
        {"5", {FileContent::Number, 5}},
        {"5\n", {FileContent::Number, 5}},
        {"-4\n", {FileContent::Number, -4}},
        {"+8", {FileContent::Number, 8}},
        {" \t\n7 apples\n9", {FileContent::Number, 7}},
        {"3x", {FileContent::Number, 3}},
        {"0x10", {FileContent::Number, 0}},
        {"007", {FileContent::Number, 7}},
        {"2147483647", {FileContent::Number, 2147483647}},
        {"-2147483648", {FileContent::Number, -2147483648LL}},
        {"2147483648", {FileContent::OutOfRange, 0}},
        {"-2147483649", {FileContent::OutOfRange, 0}},
        {"99999999999999999999999999", {FileContent::OutOfRange, 0}},
        {"", {FileContent::Nothing, 0}},
        {" \n", {FileContent::Nothing, 0}},
        {"abc", {FileContent::NoNumber, 0}},
        {"- 5", {FileContent::NoNumber, 0}},
        {"-", {FileContent::NoNumber, 0}},
        {"--5", {FileContent::NoNumber, 0}},
    };
    for (const Case& row : cases) EXPECT_EQ(read_number(row.content), row.expected) << row.content;
}

// What keepalived 2.2.7 does with these numbers and weights.
TEST(FileEffect, IsNumberTimesWeightWithinItsLimits) {
    struct Case {
        model::Weight weight;
        std::int64_t number;
        int change;
        bool fault;
    };
    const Case cases[] = {
        {{3, false}, 5, 15, false},
        {{3, false}, -4, -12, false},
        {{3, false}, 100, 253, false},
        {{3, false}, -100, 0, true},
        {{3, false}, -84, -252, false},
        {{3, false}, -85, 0, true},
        {{1, false}, -253, -253, false},
        {{1, false}, -254, 0, true},
        {{-2, false}, 5, -10, false},
        {{-2, false}, 126, -252, false},
        {{-2, false}, 127, 0, true},
        {{-2, false}, -127, 253, false},
        {{3, true}, 5, -15, false},
        {{3, true}, -4, 12, false},
        {{3, true}, 100, 0, true},
        {{3, true}, -100, 253, false},
        {{254, false}, -1, 0, true},
        {{254, false}, 1, 253, false},
        {{254, true}, -2147483648LL, 253, false},
        {{254, false}, -2147483648LL, 0, true},
        {{0, false}, 0, 0, false},
        {{0, false}, 1, 0, true},
        {{0, false}, -3, 0, true},
        {{0, true}, 0, 0, true},
        {{0, true}, 1, 0, false},
        {{0, true}, -3, 0, false},
    };
    for (const Case& row : cases) {
        const Effect expected{.fault = row.fault, .priority_change = row.change};
        EXPECT_EQ(file_effect(row.weight, row.number), expected)
            << row.number << " with weight " << row.weight.value << (row.weight.reverse ? " reverse" : "");
    }
}

TEST(FileEffect, OfAFileThatHasNotBeenReadIsToWait) {
    EXPECT_TRUE(file_effect({0, false}, std::nullopt).undecided);
    EXPECT_TRUE(file_effect({5, false}, std::nullopt).undecided);
    EXPECT_EQ(file_health({5, false}, std::nullopt), Health::Unknown);
}

TEST(FileHealth, IsBadWhileTheNumberTakesAway) {
    EXPECT_EQ(file_health({1, false}, 0), Health::Good);
    EXPECT_EQ(file_health({1, false}, 7), Health::Good);
    EXPECT_EQ(file_health({1, false}, -7), Health::Bad);
    EXPECT_EQ(file_health({0, false}, 1), Health::Bad);
}

}  // namespace
}  // namespace understudy::track
