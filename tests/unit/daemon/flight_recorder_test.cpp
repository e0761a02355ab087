#include "flight_recorder.hpp"

#include <gtest/gtest.h>

namespace understudy::daemon {
namespace {

TEST(RecordingPath, IsBesideTheControlSocket) {
    EXPECT_EQ(recording_path({}, {}), "/run/understudy/control.recording");
    Options options;
    options.pid_file = "/srv/a/agent.pid";
    EXPECT_EQ(recording_path(options, {}), "/srv/a/agent.recording");
    options.control_socket = "/srv/b/c.sock";
    EXPECT_EQ(recording_path(options, {}), "/srv/b/c.recording");
    options.control_socket = "/srv/b/door";
    EXPECT_EQ(recording_path(options, {}), "/srv/b/door.recording");
}

TEST(RecordingPath, IsWhereTheSocketWouldBeIfThereIsNone) {
    Options options;
    options.control_socket = "";
    EXPECT_EQ(recording_path(options, {}), "/run/understudy/control.recording");
}

TEST(RecordingPath, IsWhatTheOptionSays) {
    Options options;
    options.recording = "/srv/kept";
    EXPECT_EQ(recording_path(options, {}), "/srv/kept");
    options.recording = "";
    EXPECT_EQ(recording_path(options, {}), std::nullopt);
}

}  // namespace
}  // namespace understudy::daemon
