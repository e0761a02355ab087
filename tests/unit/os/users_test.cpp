#include "understudy/os/users.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace understudy::os {
namespace {

TEST(Users, AreFoundByName) {
    EXPECT_EQ(lookup_user("root"), (Identity{0, 0, {}}));
    EXPECT_EQ(lookup_group("root"), 0u);
}

TEST(Users, AreMissingWithAReason) {
    EXPECT_EQ(lookup_user("understudy-nobody").error(),
              (SysError{"find the user 'understudy-nobody'", ENOENT}));
    EXPECT_EQ(lookup_group("understudy-nobody").error().code, ENOENT);
}

}  // namespace
}  // namespace understudy::os
