#include "understudy/os/file_watch.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>

#include <boost/asio/io_context.hpp>

#include "run_until.hpp"
#include "temporary_directory.hpp"

namespace understudy::os {
namespace {

namespace fs = std::filesystem;

struct FileWatchTest : testing::Test {
    void watch(const std::vector<std::string>& paths) {
        auto opened = FileWatch::open(loop, [this](const FileNews& told) { news.push_back(told); });
        ASSERT_TRUE(opened) << opened.error().to_string();
        watched.emplace(*std::move(opened));
        watched->watch(paths);
    }
    [[nodiscard]] bool hears(const FileNews& expected) {
        return test::run_until(loop, [&] { return !news.empty() && news.back() == expected; });
    }
    FileNews missing(const std::string& path) { return {path, "", ENOENT}; }

    Loop loop;
    test::TemporaryDirectory folder;
    std::vector<FileNews> news;
    std::optional<FileWatch> watched;  // before its loop ends
};

TEST_F(FileWatchTest, TellsOfAFileAsItIsThereIsWrittenReplacedAndDeleted) {
    const std::string file = folder.write("f", "1");
    watch({file});
    EXPECT_TRUE(hears({file, "1", 0}));
    folder.write("f", "2");
    EXPECT_TRUE(hears({file, "2", 0}));
    fs::rename(folder.write("new", "3"), file);
    EXPECT_TRUE(hears({file, "3", 0}));
    fs::remove(file);
    EXPECT_TRUE(hears(missing(file)));
    folder.write("f", "4");
    EXPECT_TRUE(hears({file, "4", 0}));
    EXPECT_EQ(news.size(), 5u) << "nothing is told twice";
}

TEST_F(FileWatchTest, TellsOfAFileWhoseFolderAppearsLaterAndGoesAgain) {
    const std::string file = folder.path("a") + "/b/f";
    watch({file});
    EXPECT_TRUE(hears(missing(file)));
    fs::create_directories(folder.path("a") + "/b");
    folder.write("a/b/f", "5");
    EXPECT_TRUE(hears({file, "5", 0}));
    fs::rename(folder.path("a"), folder.path("away"));
    EXPECT_TRUE(hears(missing(file)));
    fs::rename(folder.path("away"), folder.path("a"));
    EXPECT_TRUE(hears({file, "5", 0}));
}

TEST_F(FileWatchTest, FollowsASymbolicLinkToWhatIsWritten) {
    fs::create_directory(folder.path("elsewhere"));
    const std::string real = folder.write("elsewhere/f", "1");
    const std::string link = folder.path("link");
    fs::create_symlink(real, link);
    watch({link});
    EXPECT_TRUE(hears({link, "1", 0}));
    folder.write("elsewhere/f", "2");
    EXPECT_TRUE(hears({link, "2", 0}));
    fs::remove(link);
    fs::create_symlink(folder.write("other", "3"), link);
    EXPECT_TRUE(hears({link, "3", 0}));
}

TEST_F(FileWatchTest, FollowsALinkInTheMiddleOfAChain) {
    const std::string first = folder.write("first", "1");
    const std::string second = folder.write("second", "2");
    const std::string middle = folder.path("middle");
    const std::string link = folder.path("link");
    fs::create_directory(folder.path("deep"));
    fs::create_symlink(first, folder.path("deep/current"));
    fs::create_symlink("deep/current", middle);
    fs::create_symlink(middle, link);
    watch({link});
    EXPECT_TRUE(hears({link, "1", 0}));
    fs::create_symlink(second, folder.path("deep/next"));
    fs::rename(folder.path("deep/next"), folder.path("deep/current"));
    EXPECT_TRUE(hears({link, "2", 0}));
}

// Whoever has only opened a file for writing is not done yet.
TEST_F(FileWatchTest, SaysNothingOfAFileThatIsStillBeingWritten) {
    const std::string file = folder.path("f");
    watch({file});
    EXPECT_TRUE(hears(missing(file)));
    std::ofstream writer{file};
    writer << "1" << std::flush;
    test::run_ready(loop);
    EXPECT_EQ(news.size(), 1u);
    writer << "2" << std::flush;
    writer.close();
    EXPECT_TRUE(hears({file, "12", 0}));
}

TEST_F(FileWatchTest, RefusesWhatIsNoFile) {
    const std::string path = folder.path("d");
    fs::create_directory(path);
    watch({path});
    ASSERT_TRUE(test::run_until(loop, [&] { return !news.empty(); }));
    EXPECT_NE(news.back().error, 0);
    EXPECT_NE(news.back().error, ENOENT);
}

TEST_F(FileWatchTest, TellsOfTheFilesOfANewListOnly) {
    const std::string one = folder.write("one", "1");
    const std::string two = folder.write("two", "2");
    watch({one});
    EXPECT_TRUE(hears({one, "1", 0}));
    watched->watch({two});
    EXPECT_TRUE(hears({two, "2", 0}));
    folder.write("one", "11");
    folder.write("two", "22");
    EXPECT_TRUE(hears({two, "22", 0}));
    EXPECT_EQ(news.size(), 3u);
}

TEST(MakeNumberFile, KeepsAFileUnlessItIsToBeOverwritten) {
    const test::TemporaryDirectory folder;
    ASSERT_TRUE(make_number_file(folder.path("f"), 7, false));
    EXPECT_EQ(folder.content("f"), "7\n");
    ASSERT_TRUE(make_number_file(folder.path("f"), 8, false));
    EXPECT_EQ(folder.content("f"), "7\n");
    ASSERT_TRUE(make_number_file(folder.path("f"), -9, true));
    EXPECT_EQ(folder.content("f"), "-9\n");
    EXPECT_EQ(make_number_file(folder.path("none") + "/f", 1, true).error().code, ENOENT);
}

}  // namespace
}  // namespace understudy::os
