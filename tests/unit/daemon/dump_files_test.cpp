#include "dump_files.hpp"

#include <gtest/gtest.h>
#include <signal.h>

namespace understudy::daemon {
namespace {

std::string path(DumpFile file, const model::Dumps& settings, std::string_view distinction = "") {
    return dump_path(file, settings, "/tmp", distinction);
}

TEST(DumpPath, IsKeepalivedsUnlessConfigured) {
    EXPECT_EQ(path(DumpFile::State, {}), "/tmp/keepalived.data");
    EXPECT_EQ(path(DumpFile::ParentState, {}), "/tmp/keepalived_parent.data");
    EXPECT_EQ(path(DumpFile::Statistics, {}), "/tmp/keepalived.stats");
    EXPECT_EQ(path(DumpFile::Json, {}), "/tmp/keepalived.json");
}

// state_dump_file, stats_dump_file, json_dump_file
TEST(DumpPath, IsAFileADirectoryOrAPlaceBelowTheUsualOne) {
    model::Dumps settings;
    settings.state_file = "/srv/state.txt";
    settings.stats_file = "/srv/dumps/";
    settings.json_file = "ha/all.json";
    EXPECT_EQ(path(DumpFile::State, settings), "/srv/state.txt");
    EXPECT_EQ(path(DumpFile::ParentState, settings), "/srv/state_parent.txt");
    EXPECT_EQ(path(DumpFile::Statistics, settings), "/srv/dumps/keepalived.stats");
    EXPECT_EQ(path(DumpFile::Json, settings), "/tmp/ha/all.json");
    settings.state_file = "/srv/v1.2/.state";
    EXPECT_EQ(path(DumpFile::ParentState, settings), "/srv/v1.2/.state_parent") << "that is no extension";
}

TEST(DumpPath, NamesTheInstanceWithDataUseInstance) {
    model::Dumps settings;
    EXPECT_EQ(path(DumpFile::State, settings, "blue_one_"), "/tmp/keepalived.data");
    settings.use_instance = true;
    EXPECT_EQ(path(DumpFile::State, settings), "/tmp/keepalived.data");
    EXPECT_EQ(path(DumpFile::State, settings, "blue_one_"), "/tmp/keepalived.blue_one.data");
    EXPECT_EQ(path(DumpFile::ParentState, settings, "one_"), "/tmp/keepalived_parent.one.data");
    EXPECT_EQ(path(DumpFile::Json, settings, "one_"), "/tmp/keepalived.json");
}

TEST(DumpMode, IsWhatTheUmaskLeaves) {
    model::Globals globals;
    EXPECT_EQ(dump_mode(globals), 0600u);
    globals.umask = 022;
    EXPECT_EQ(dump_mode(globals), 0644u);
}

TEST(DumpSignals, AreKeepaliveds) {
    EXPECT_EQ(asked_by_signal(SIGUSR1), ctl::Dump{ctl::DumpKind::State});
    EXPECT_EQ(asked_by_signal(SIGUSR2), ctl::Dump{ctl::DumpKind::Statistics});
    EXPECT_EQ(asked_by_signal(SIGRTMAX - 1), (ctl::Dump{ctl::DumpKind::Statistics, true}));
    EXPECT_EQ(asked_by_signal(SIGRTMIN + 2), ctl::Dump{ctl::DumpKind::Json});
    EXPECT_EQ(asked_by_signal(SIGHUP), std::nullopt);
}

}  // namespace
}  // namespace understudy::daemon
