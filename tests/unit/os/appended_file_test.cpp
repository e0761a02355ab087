#include "understudy/os/appended_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "understudy/os/files.hpp"

#include "temporary_directory.hpp"

namespace understudy::os {
namespace {

constexpr mode_t kOwnersOnly = S_IRUSR | S_IWUSR;

AppendedFile opened(const std::string& path) {
    auto file = AppendedFile::open(path, kOwnersOnly, std::nullopt);
    EXPECT_TRUE(file) << file.error().to_string();
    return *std::move(file);
}

// While it lives, no file of this process grows beyond so many octets, as if the disk were full.
class FullDisk {
public:
    explicit FullDisk(rlim_t size) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{size, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        handler_ = std::signal(SIGXFSZ, SIG_IGN);
    }
    FullDisk(const FullDisk&) = delete;
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

private:
    rlimit before_{};
    void (*handler_)(int) = SIG_DFL;
};

TEST(AppendedFile, IsMadeWithItsDirectoryAndGrows) {
    const test::TemporaryDirectory folder;
    const std::string path = folder.path() + "/state/lines";
    AppendedFile file = opened(path);
    EXPECT_TRUE(file.append("one\n"));
    EXPECT_TRUE(opened(path).append("two\n"));
    EXPECT_TRUE(file.append("three\n"));
    EXPECT_EQ(read_file(path).value_or(""), "one\ntwo\nthree\n");
    EXPECT_EQ(file.size(), 14u);
    EXPECT_EQ(file_facts(path)->mode, kOwnersOnly);
    EXPECT_TRUE(file.clear());
    EXPECT_EQ(read_file(path).value_or("?"), "");
}

TEST(AppendedFile, TakesBackWhatDoesNotFitOnTheDisk) {
    const test::TemporaryDirectory folder;
    const std::string path = folder.path() + "/lines";
    AppendedFile file = opened(path);
    ASSERT_TRUE(file.append("whole\n"));
    {
        const FullDisk full{10};
        const auto refused = file.append("cut short\n");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().attempted, "write " + path);
    }
    EXPECT_EQ(read_file(path).value_or(""), "whole\n");
    EXPECT_TRUE(file.append("again\n"));
    EXPECT_EQ(read_file(path).value_or(""), "whole\nagain\n");
}

TEST(AppendedFile, KnowsWhenSomebodyHasMovedItAway) {
    const test::TemporaryDirectory folder;
    const std::string path = folder.path() + "/lines";
    const AppendedFile file = opened(path);
    EXPECT_TRUE(file.is_in_place());
    ASSERT_TRUE(rename_file(path, path + ".1"));
    EXPECT_FALSE(file.is_in_place());
    const AppendedFile another = opened(path);
    EXPECT_FALSE(file.is_in_place());
    EXPECT_TRUE(another.is_in_place());
}

TEST(AppendedFile, RefusesWhatIsNoFile) {
    const test::TemporaryDirectory folder;
    const std::string pipe = folder.path() + "/pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), kOwnersOnly), 0);
    EXPECT_FALSE(AppendedFile::open(pipe, kOwnersOnly, std::nullopt));
    EXPECT_FALSE(AppendedFile::open(folder.path(), kOwnersOnly, std::nullopt));
    const std::string link = folder.path() + "/link";
    std::filesystem::create_symlink(folder.path() + "/elsewhere", link);
    EXPECT_FALSE(AppendedFile::open(link, kOwnersOnly, std::nullopt));
    EXPECT_FALSE(AppendedFile::open(folder.path() + "/no/such/folder/lines", kOwnersOnly, std::nullopt));
}

}  // namespace
}  // namespace understudy::os
