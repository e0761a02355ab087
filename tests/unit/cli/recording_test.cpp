// `record` and `replay` as far as they need no daemon; with one: netns/test_recorder.py.
#include "understudy/agent/recording.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "capture_file.hpp"
#include "ctl.hpp"
#include "story.hpp"

namespace understudy::cli {
namespace {

class RecordingCommands : public testing::Test {
protected:
    ~RecordingCommands() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string path(const char* name) const { return (folder_ / name).string(); }
    void write_recording() {
        std::vector<std::byte> storage(agent::Recorder::kSmallest);
        agent::Recorder recorder{storage, "test", 1};
        agent::Agent agent{std::make_shared<const model::Config>(), Instant{seconds{5}}};
        const WallTime wall = std::chrono::sys_days{std::chrono::year{2026} / 1 / 31};
        ASSERT_TRUE(recorder.begin(agent, Instant{seconds{5}}, wall));
        for (int second = 5; second < 8; ++second) {
            const Instant now{seconds{second}};
            recorder.told(agent::KernelPictured{}, now);
            ASSERT_TRUE(recorder.ordered(agent, agent.handle(agent::KernelPictured{}, now), now, wall));
        }
        std::ofstream{path("kept"), std::ios::binary}.write(reinterpret_cast<const char*>(storage.data()),
                                                            static_cast<std::streamsize>(storage.size()));
    }

    std::filesystem::path folder_ = [] {
        std::string name = (std::filesystem::temp_directory_path() / "understudy-cli-XXXXXX").string();
        return std::filesystem::path{::mkdtemp(name.data())};
    }();
};

TEST_F(RecordingCommands, SaveACopyForItsOwnerAlone) {
    write_recording();
    const Said done = ctl({"record", "save", "-r", path("kept"), path("copy")});
    EXPECT_EQ(done.status, kDone) << done.err;
    EXPECT_NE(done.out.find("3 events from 2026-"), std::string::npos) << done.out;
    const auto mode = std::filesystem::status(path("copy")).permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    EXPECT_EQ(std::filesystem::file_size(path("copy")), agent::Recorder::kSmallest);
}

TEST_F(RecordingCommands, FindTheFileBesideTheSocket) {
    write_recording();
    std::filesystem::rename(path("kept"), path("control.recording"));
    EXPECT_EQ(ctl({"record", "save", "-s", path("control.sock"), path("copy")}).status, kDone);
}

TEST_F(RecordingCommands, DoNothingElseWithARecording) {
    const Said done = ctl({"record", "burn", path("copy")});
    EXPECT_EQ(done.status, kBadUsage);
    EXPECT_NE(done.err.find("not 'burn'"), std::string::npos) << done.err;
}

TEST_F(RecordingCommands, SayWhatIsWrongWithAFile) {
    EXPECT_EQ(ctl({"replay", path("none")}).status, kFailed);
    std::ofstream{path("other")} << "something else";
    const Said done = ctl({"record", "save", "-r", path("other"), path("copy")});
    EXPECT_EQ(done.status, kFailed);
    EXPECT_NE(done.err.find("is no recording: it is of another format or version"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(path("copy")));
}

TEST_F(RecordingCommands, ReplayUpToATime) {
    write_recording();
    EXPECT_NE(ctl({"replay", path("kept")}).out.find("3 events, 0 different"), std::string::npos);
    const Said none = ctl({"replay", path("kept"), "--until", "2025-01-01T00:00:00"});
    EXPECT_EQ(none.out, "0 events, 0 different\n");
    EXPECT_EQ(ctl({"replay", path("kept"), "--until", "noon"}).status, kBadUsage);
    EXPECT_EQ(ctl({"replay", path("kept"), "-q"}).out, "");
}

TEST_F(RecordingCommands, ExplainEveryEvent) {
    write_recording();
    const Said done = ctl({"replay", path("kept"), "--explain"});
    EXPECT_NE(done.out.find("- saw the kernel: 0 interfaces, 0 addresses"), std::string::npos) << done.out;
}

std::string hex(const std::string& octets) {
    std::string text;
    for (const char octet : octets) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        const auto value = static_cast<unsigned char>(octet);
        text += kDigits[value >> 4];
        text += kDigits[value & 15];
    }
    return text;
}

TEST(CaptureFile, HoldsIpv4PacketsAsTheyAre) {
    CaptureFile file;
    EXPECT_EQ(hex(file.content()),
              "a1b2c3d4000200040000000000000000"
              "0000ffff00000065");
    agent::PacketHeard heard;
    const std::array packet{std::byte{0x45}, std::byte{0x01}};
    heard.bytes = packet;
    const std::size_t head = file.content().size();
    file.add(WallTime{seconds{258} + microseconds{3}}, heard);
    EXPECT_EQ(hex(file.content().substr(head)),
              "00000102000000030000000200000002"
              "4501");
    EXPECT_EQ(file.packets(), 1u);
}

TEST(CaptureFile, PutsAHeaderBeforeMessagesOverIpv6) {
    CaptureFile file;
    const std::size_t head = file.content().size();
    agent::SendPacket sent;
    sent.family = net::Family::Ipv6;
    sent.source = net::Address::parse("fe80::1").value();
    sent.destination = net::vrrp_group(net::Family::Ipv6);
    sent.bytes = {std::byte{0x31}};
    file.add(WallTime{}, sent);
    EXPECT_EQ(hex(file.content().substr(head + 16)),
              "6c00000000"
              "01"
              "70"
              "ff"
              "fe800000000000000000000000000001"
              "ff020000000000000000000000000012"
              "31");
}

TEST(Story, TellsWhatAnswersSay) {
    EXPECT_EQ(text_of(agent::Event{agent::ChangesAnswered{{0, 1, 0}, {}}}),
              "the kernel refused 1 of 3 changes");
    EXPECT_EQ(text_of(agent::Event{agent::ProgramEnded{7, false, -9}}), "program 7 was ended by signal 9");
    EXPECT_EQ(text_of(agent::Action{agent::ReadKernel{}}), "ReadKernel");
}

}  // namespace
}  // namespace understudy::cli
