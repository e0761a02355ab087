#include "understudy/base/bounded.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace understudy {
namespace {

using Small = Bounded<struct SmallTag, std::uint8_t, 1, 9>;

TEST(Bounded, TakesNumbersInItsRange) {
    EXPECT_EQ(Small::from(1)->value(), 1);
    EXPECT_EQ(Small::from(9)->value(), 9);
}

TEST(Bounded, RefusesNumbersOutsideItsRange) {
    EXPECT_FALSE(Small::from(0));
    EXPECT_FALSE(Small::from(10));
    EXPECT_FALSE(Small::from(-1));
    EXPECT_FALSE(Small::from(257));  // 1 after truncation
}

TEST(Bounded, ClampsToTheNearestEnd) {
    EXPECT_EQ(Small::clamped(-5), Small{1});
    EXPECT_EQ(Small::clamped(300), Small{9});
    EXPECT_EQ(Small::clamped(4), Small{4});
}

}  // namespace
}  // namespace understudy
