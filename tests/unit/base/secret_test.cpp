#include "understudy/base/secret.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string>

namespace understudy {
namespace {

TEST(Secret, HoldsUpTo64Octets) {
    EXPECT_EQ(Secret::from(std::string(64, 'k')).value().size(), 64u);
    EXPECT_EQ(Secret::from(std::string(65, 'k')), std::nullopt);
    EXPECT_TRUE(Secret{}.empty());
}

TEST(Secret, IsEqualByContent) {
    EXPECT_EQ(Secret::from("abc"), Secret::from("abc"));
    EXPECT_NE(Secret::from("abc"), Secret::from("abd"));
    EXPECT_NE(Secret::from("abc"), Secret::from(std::string_view{"abc\0", 4}));
}

TEST(Secret, LeavesNothingBehind) {
    alignas(Secret) std::array<std::byte, sizeof(Secret)> memory{};
    Secret* const secret = ::new (memory.data()) Secret(Secret::from("remember-me").value());
    std::destroy_at(secret);
    const std::string left(reinterpret_cast<const char*>(memory.data()), memory.size());
    EXPECT_FALSE(left.contains("remember"));
}

}  // namespace
}  // namespace understudy
