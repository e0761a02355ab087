#include "understudy/os/access.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "temporary_directory.hpp"

namespace understudy::os::test {
namespace {

const Identity kStranger{65534, 65534, {}};

class Access : public testing::Test {
protected:
    void SetUp() override {
        if (::geteuid() != 0) GTEST_SKIP() << "asking for others takes root";
        ASSERT_EQ(::chmod(directory.path().c_str(), 0755), 0);
    }
    TemporaryDirectory directory;
};

TEST_F(Access, IsWhatTheKernelWouldGrant) {
    EXPECT_EQ(may_read(kStranger, directory.write("all", "x", 0644)), true);
    EXPECT_EQ(may_read(kStranger, directory.write("roots", "x", 0640)), false) << "not by a group of ours";
    EXPECT_EQ(may_read({0, 0, {}}, directory.path("roots")), true);
    EXPECT_EQ(::geteuid(), 0u) << "we stay who we are";
}

TEST_F(Access, IsThatOfAllGroups) {
    const std::string file = directory.write("group", "x", 0640);
    ASSERT_EQ(::chown(file.c_str(), 0, 4242), 0);
    EXPECT_EQ(may_read(kStranger, file), false);
    EXPECT_EQ(may_read({65534, 65534, {4242}}, file), true);
}

TEST_F(Access, IsDeniedByAFolderOnTheWay) {
    const std::string file = directory.write("all", "x", 0644);
    ASSERT_EQ(::chmod(directory.path().c_str(), 0700), 0);
    EXPECT_EQ(may_read(kStranger, file), false);
}

TEST_F(Access, ToWhatIsMissingIsNoAnswer) {
    EXPECT_EQ(may_read(kStranger, directory.path("none")).error().code, ENOENT);
}

}  // namespace
}  // namespace understudy::os::test
