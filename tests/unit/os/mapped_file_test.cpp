#include "understudy/os/mapped_file.hpp"

#include <gtest/gtest.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "understudy/os/process.hpp"

namespace understudy::os {
namespace {

constexpr std::size_t kSize = 8192;

class MappedFileTest : public testing::Test {
protected:
    MappedFileTest() { path_ = (folder_ / "file").string(); }
    ~MappedFileTest() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path folder_ = [] {
        std::string name = (std::filesystem::temp_directory_path() / "understudy-map-XXXXXX").string();
        return std::filesystem::path{::mkdtemp(name.data())};
    }();
    std::string path_;
};

TEST_F(MappedFileTest, KeepsWhatWasWrittenIntoIt) {
    {
        auto file = MappedFile::open(path_, kSize);
        ASSERT_TRUE(file.has_value()) << file.error().to_string();
        ASSERT_EQ(file->content().size(), kSize);
        file->content()[5000] = std::byte{42};
    }
    const auto again = MappedFile::open(path_, kSize);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->content()[5000], std::byte{42});
}

TEST_F(MappedFileTest, IsForItsOwnerAlone) {
    std::ofstream{path_} << "before";
    const auto file = MappedFile::open(path_, kSize);
    ASSERT_TRUE(file.has_value());
    struct stat facts{};
    ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777u, 0600u);
    EXPECT_EQ(static_cast<std::size_t>(facts.st_size), kSize);
    EXPECT_EQ(file->content()[0], std::byte{0}) << "of another size, so it begins anew";
}

TEST_F(MappedFileTest, IsReservedAsAWhole) {
    const auto file = MappedFile::open(path_, kSize);
    ASSERT_TRUE(file.has_value());
    struct stat facts{};
    ASSERT_EQ(::stat(path_.c_str(), &facts), 0);
    EXPECT_GE(static_cast<std::size_t>(facts.st_blocks) * 512, kSize);
}

TEST_F(MappedFileTest, BelongsToOneProcessAtATime) {
    auto file = MappedFile::open(path_, kSize);
    const auto second = MappedFile::open(path_, kSize);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, EBUSY);
}

TEST_F(MappedFileTest, TellsWhetherADiskIsBehindIt) {
    const std::string path = "/dev/shm/understudy-map-" + std::to_string(::getpid());
    const auto file = MappedFile::open(path, kSize);
    ASSERT_EQ(::unlink(path.c_str()), 0);
    ASSERT_TRUE(file.has_value());
    struct statfs facts{};
    ASSERT_EQ(::statfs("/dev/shm", &facts), 0);
    EXPECT_EQ(file->is_in_memory(), facts.f_type == TMPFS_MAGIC);
}

TEST_F(MappedFileTest, SaysWhyItCannotBeMade) {
    const auto file = MappedFile::open((folder_ / "none" / "file").string(), kSize);
    ASSERT_FALSE(file.has_value());
    EXPECT_EQ(file.error().code, ENOENT);
    std::filesystem::create_symlink("/dev/null", folder_ / "link");
    EXPECT_EQ(MappedFile::open((folder_ / "link").string(), kSize).error().code, ELOOP);
    EXPECT_EQ(MappedFile::open("/dev/null", kSize).error().code, EINVAL);
}

TEST(MappedMemory, IsFoundByWhoHasTheFileInMemory) {
    const auto memory = memory_file("understudy-test");
    ASSERT_TRUE(memory.has_value());
    for (const std::size_t size : {kSize, 2 * kSize}) {
        auto mapped = MappedFile::of(*memory, size);
        ASSERT_TRUE(mapped.has_value()) << mapped.error().to_string();
        ASSERT_EQ(mapped->content().size(), size);
        EXPECT_EQ(mapped->content()[5000], std::byte{0}) << "of another size, so it begins anew";
        mapped->content()[5000] = std::byte{'x'};
    }
    const auto found = stored(*memory);
    ASSERT_TRUE(found.has_value());
    ASSERT_EQ(found->size(), 2 * kSize);
    EXPECT_EQ((*found)[5000], 'x');
}

TEST(MappedMemory, SaysWhyItCannotBeMade) {
    const UniqueFd nothing;
    EXPECT_EQ(MappedFile::of(nothing, kSize).error(), (SysError{"reserve room for a file in memory", EBADF}));
}

}  // namespace
}  // namespace understudy::os
