#include "understudy/base/text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>

namespace understudy {
namespace {

TEST(ParseNumber, TakesWholeNumbersOnly) {
    EXPECT_EQ(parse_number<int>("42"), 42);
    EXPECT_EQ(parse_number<int>("-7"), -7);
    for (const char* text : {"", " 1", "1 ", "1x", "x", "+1", "0x1", "99999999999"})
        EXPECT_FALSE(parse_number<int>(text)) << text;
    EXPECT_FALSE(parse_number<std::uint8_t>("256"));
}

TEST(Quote, ShowsControlCharactersAndCutsLongText) {
    EXPECT_EQ(quote("a\tb"), "'a\\x09b'");
    EXPECT_EQ(quote(std::string(100, 'x')), "'" + std::string(80, 'x') + "...'");
}

TEST(ClosestWord, FindsATypingErrorButNotAStranger) {
    constexpr std::array<std::string_view, 3> words{"priority", "interface", "preempt"};
    EXPECT_EQ(closest_word("prioirty", words), "priority");
    EXPECT_EQ(closest_word("interfaces", words), "interface");
    EXPECT_FALSE(closest_word("banana", words));
}

}  // namespace
}  // namespace understudy
