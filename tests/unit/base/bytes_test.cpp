#include "understudy/base/bytes.hpp"

#include <gtest/gtest.h>

#include <array>

namespace understudy {
namespace {

TEST(Reader, ReadsNetworkOrder) {
    const std::array bytes{std::byte{1}, std::byte{2}, std::byte{3}};
    Reader in{bytes};
    EXPECT_EQ(in.u8(), 1);
    EXPECT_EQ(in.u16(), 0x0203);
    EXPECT_FALSE(in.overran());
}

TEST(Reader, YieldsZeroPastTheEndAndRemembersIt) {
    const std::array bytes{std::byte{0xff}};
    Reader in{bytes};
    EXPECT_EQ(in.u16(), 0);
    EXPECT_TRUE(in.overran());
    EXPECT_EQ(in.remaining(), 0u);
}

TEST(Writer, WritesNetworkOrder) {
    std::array<std::byte, 6> room{};
    Writer out{room};
    out.u16(0x0102);
    out.u32(0x03040506);
    EXPECT_FALSE(out.overran());
    EXPECT_EQ(room[0], std::byte{1});
    EXPECT_EQ(room[5], std::byte{6});
}

TEST(Writer, RefusesWhatDoesNotFit) {
    std::array<std::byte, 3> room{};
    Writer out{room};
    out.u32(0xffffffff);
    EXPECT_TRUE(out.overran());
    EXPECT_EQ(out.size(), 0u);
}

}  // namespace
}  // namespace understudy
