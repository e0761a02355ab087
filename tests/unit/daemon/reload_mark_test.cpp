#include "reload_mark.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace understudy::daemon {
namespace {

struct ReloadMarkTest : testing::Test {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("understudy-mark-" + std::to_string(::getpid()));
    os::Log log = *os::Log::open({});

    void TearDown() override { std::filesystem::remove(path); }
};

model::Globals asking(const std::string& file) {
    model::Globals globals;
    globals.reloading.write_file = true;
    globals.reloading.file = file;
    return globals;
}

TEST_F(ReloadMarkTest, IsThereOnlyWhileItLives) {
    {
        const ReloadMark mark{log, path};
        EXPECT_TRUE(std::filesystem::exists(path));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ReloadMarkTest, EmptiesTheFileOfWhoeverWaitsForIt) {
    std::ofstream{path} << "written by another";
    const ReloadMark mark{log, path};
    EXPECT_EQ(std::filesystem::file_size(path), 0u);
}

TEST_F(ReloadMarkTest, ThatCannotBeMadeOrIsNotAskedForIsNone) {
    const ReloadMark refused{log, "/proc/no/such/folder"};
    const ReloadMark none{log, std::nullopt};
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ReloadMarkPath, IsTheConfiguredOneOrBesideThePidFile) {
    EXPECT_EQ(reload_mark_path({}, {}), std::nullopt);
    EXPECT_EQ(reload_mark_path({}, asking("/etc/being-read")), "/etc/being-read");
    EXPECT_EQ(reload_mark_path({}, asking("")), "/run/understudy/understudyd.reload");
    Options options;
    options.pid_file = "/run/ha/first.pid";
    EXPECT_EQ(reload_mark_path(options, asking("")), "/run/ha/first.reload");
}

}  // namespace
}  // namespace understudy::daemon
