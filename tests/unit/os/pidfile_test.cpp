#include "understudy/os/pidfile.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "understudy/os/files.hpp"

#include "temporary_directory.hpp"

namespace understudy::os {
namespace {

using test::TemporaryDirectory;

struct PidFileTest : testing::Test {
    TemporaryDirectory directory;
    std::string path = directory.path("daemon.pid");
};

TEST_F(PidFileTest, HoldsTheNumberAndGoesWithItsOwner) {
    const mode_t before = ::umask(0177);
    {
        const auto file = PidFile::create(path, 4711);
        ASSERT_TRUE(file);
        EXPECT_EQ(directory.content("daemon.pid"), "4711\n");
        EXPECT_EQ(file_facts(path)->mode, 0644u) << "whatever the umask";
    }
    EXPECT_FALSE(file_facts(path));
    ::umask(before);
}

TEST_F(PidFileTest, KeepsASecondDaemonOut) {
    const auto first = PidFile::create(path, 4711);
    const auto second = PidFile::create(path, 4712);
    ASSERT_FALSE(second);
    EXPECT_TRUE(second.error().already_running);
    EXPECT_EQ(second.error().holder, 4711);
    EXPECT_EQ(directory.content("daemon.pid"), "4711\n");
}

TEST_F(PidFileTest, TakesOverWhatADeadDaemonLeft) {
    directory.write("daemon.pid", "1234567890\nand more\n");
    const auto file = PidFile::create(path, 5);
    ASSERT_TRUE(file);
    EXPECT_EQ(directory.content("daemon.pid"), "5\n");
    EXPECT_TRUE(file->was_left_behind());
}

TEST_F(PidFileTest, KnowsThatItIsNew) {
    EXPECT_FALSE(PidFile::create(path, 5)->was_left_behind());
    EXPECT_FALSE(PidFile::create(path, 6)->was_left_behind());
}

TEST_F(PidFileTest, IsNotRemovedByWhoAbandonedIt) {
    {
        auto file = *PidFile::create(path, 4711);
        file.abandon();
    }
    EXPECT_EQ(directory.content("daemon.pid"), "4711\n");
}

TEST_F(PidFileTest, IsTakenOverWithItsLock) {
    {
        auto first = *PidFile::create(path, 4711);
        UniqueFd passed{::dup(first.descriptor())};
        first.abandon();
        const PidFile second = PidFile::taken_over(path, std::move(passed));
        EXPECT_FALSE(PidFile::create(path, 4712)) << "the lock was never free";
        EXPECT_EQ(directory.content("daemon.pid"), "4711\n");
    }
    EXPECT_FALSE(file_facts(path));
}

TEST_F(PidFileTest, LeavesAFileAloneThatReplacedIt) {
    {
        const auto file = *PidFile::create(path, 4711);
        ASSERT_EQ(::unlink(path.c_str()), 0);
        directory.write("daemon.pid", "somebody else's");
    }
    EXPECT_EQ(directory.content("daemon.pid"), "somebody else's");
}

TEST_F(PidFileTest, CanBeWrittenAgainAndMoved) {
    auto file = *PidFile::create(path, 123456);
    PidFile moved = std::move(file);
    ASSERT_TRUE(moved.write(7));
    EXPECT_EQ(directory.content("daemon.pid"), "7\n");
    EXPECT_EQ(moved.path(), path);
}

TEST_F(PidFileTest, CannotBeMadeWhereThereIsNoDirectory) {
    const auto file = PidFile::create(directory.path("none/daemon.pid"), 1);
    ASSERT_FALSE(file);
    EXPECT_FALSE(file.error().already_running);
    EXPECT_EQ(file.error().error.code, ENOENT);
}

TEST_F(PidFileTest, DoesNotFollowASymbolicLink) {
    directory.write("victim", "precious");
    ASSERT_EQ(::symlink(directory.path("victim").c_str(), path.c_str()), 0);
    EXPECT_EQ(PidFile::create(path, 1).error().error.code, ELOOP);
    EXPECT_EQ(directory.content("victim"), "precious");
}

TEST(PidFile, MakesItsDirectoryUnderRun) {
    const std::string directory = "/run/understudy-test-" + std::to_string(::getpid());
    {
        const auto file = PidFile::create(directory + "/deep/daemon.pid", 1);
        if (!file && file.error().error.code == ENOENT) GTEST_SKIP() << "no right to write to /run";
        EXPECT_TRUE(file);
    }
    std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace understudy::os
