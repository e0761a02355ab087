#include "understudy/os/kept_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "temporary_directory.hpp"

namespace understudy::os {
namespace {

struct KeptFileTest : testing::Test {
    [[nodiscard]] std::string there() const {
        std::ifstream file{path};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    test::TemporaryDirectory folder;
    std::string path = folder.path() + "/kept";
};

TEST_F(KeptFileTest, HasTheLastTextAlone) {
    auto file = KeptFile::open(path);
    ASSERT_TRUE(file);
    EXPECT_EQ(file->content(), "");
    for (const char* const text : {"one\ntwo\nthree\n", "1\n", ""}) {
        EXPECT_TRUE(file->replace(text));
        EXPECT_EQ(there(), text);
        EXPECT_EQ(file->content(), text);
    }
}

TEST_F(KeptFileTest, StaysForTheNext) {
    ASSERT_TRUE(KeptFile::open(path)->replace("text\n"));
    EXPECT_EQ(KeptFile::open(path)->content(), "text\n");
}

TEST_F(KeptFileTest, IsWrittenWithoutAnyRightToItsFolder) {
    auto file = KeptFile::open(path);
    ASSERT_EQ(::rename(path.c_str(), (path + "elsewhere").c_str()), 0);
    EXPECT_TRUE(file->replace("text\n"));
    EXPECT_EQ(file->content(), "text\n");
}

TEST_F(KeptFileTest, BelievesNothingThatOthersCouldHaveWritten) {
    std::ofstream{path} << "text\n";
    ::chmod(path.c_str(), 0666);
    EXPECT_EQ(KeptFile::open(path)->content(), "");
    struct stat facts{};
    ASSERT_EQ(::stat(path.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777u, 0600u);
}

TEST_F(KeptFileTest, FollowsNoLink) {
    std::ofstream{path + "elsewhere"} << "text\n";
    ASSERT_EQ(::symlink((path + "elsewhere").c_str(), path.c_str()), 0);
    ASSERT_TRUE(KeptFile::open(path)->replace("other\n"));
    path += "elsewhere";
    EXPECT_EQ(there(), "text\n");
}

TEST_F(KeptFileTest, CannotStandWhereSomethingElseDoes) {
    ASSERT_EQ(::mkdir(path.c_str(), 0700), 0);
    EXPECT_FALSE(KeptFile::open(path));
    EXPECT_FALSE(KeptFile::open("/nowhere/kept"));
}

TEST_F(KeptFileTest, TakesNoMoreThanItCanRead) {
    EXPECT_FALSE(KeptFile::open(path)->replace(std::string(KeptFile::kMost + 1, '\n')));
}

TEST_F(KeptFileTest, IsRemovedOnlyWhenItIsEmpty) {
    auto file = KeptFile::open(path);
    ASSERT_TRUE(file->replace("text\n"));
    remove_empty_file(path);
    EXPECT_EQ(there(), "text\n");
    ASSERT_TRUE(file->replace(""));
    remove_empty_file(path);
    EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

}  // namespace
}  // namespace understudy::os
