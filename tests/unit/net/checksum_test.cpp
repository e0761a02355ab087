#include "understudy/net/checksum.hpp"

#include <gtest/gtest.h>

#include <array>

namespace understudy::net {
namespace {

constexpr std::array kExample{std::byte{0x00}, std::byte{0x01}, std::byte{0xf2}, std::byte{0x03},
                              std::byte{0xf4}, std::byte{0xf5}, std::byte{0xf6}, std::byte{0xf7}};

// RFC 1071 §3: the worked example sums to 0xddf2.
TEST(Checksum, MatchesTheExampleOfRfc1071) { EXPECT_EQ(Checksum{}.add(kExample).value(), 0x220d); }

TEST(Checksum, IsZeroOverDataThatIncludesIt) {
    EXPECT_EQ(Checksum{}.add(kExample).add_word(0x220d).value(), 0);
}

TEST(Checksum, PadsAnOddOctetWithZero) {
    EXPECT_EQ(Checksum{}.add(Bytes{kExample}.first(3)).value(),
              Checksum{}.add_word(0x0001).add_word(0xf200).value());
}

}  // namespace
}  // namespace understudy::net
