#include "understudy/os/users.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

namespace understudy::os {
namespace {

TEST(Users, AreFoundByName) {
    EXPECT_EQ(lookup_user("root"), (Identity{0, 0, {}}));
    EXPECT_EQ(lookup_group("root"), 0u);
}

TEST(Users, HaveOtherGroupsOnlyIfAskedFor) {
    const auto without = lookup_identity("root", "").value().value();
    EXPECT_TRUE(without.supplementary.empty());
    const auto with = lookup_identity("root", "", OtherGroups::OfTheUser).value().value();
    EXPECT_NE(std::ranges::find(with.supplementary, 0u), with.supplementary.end());
}

TEST(Users, AreMissingWithAReason) {
    EXPECT_EQ(lookup_user("understudy-nobody").error(),
              (SysError{"find the user 'understudy-nobody'", ENOENT}));
    EXPECT_EQ(lookup_group("understudy-nobody").error().code, ENOENT);
}

}  // namespace
}  // namespace understudy::os
