// What is told of programs, pipes, files and processes. How a program is started is in
// tests/unit/os/child_test.cpp.
#include "hook_runner.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <utility>

#include "run_until.hpp"
#include "temporary_directory.hpp"

namespace understudy::daemon {
namespace {

using os::test::run_until;

struct HookRunnerTest : testing::Test {
    boost::asio::io_context loop{1};
    os::test::TemporaryDirectory directory;
    std::vector<ctl::NumberedAnswer> told;
    std::vector<pid_t> services;
    HookRunner runner{loop, *os::Children::open(loop),
                      [this](const ctl::NumberedAnswer& answer) { told.push_back(answer); }};

    void order(const ctl::HookOrder& wanted, std::uint32_t process = 1) {
        runner.carry_out({process, wanted});
    }
    void shell(std::uint64_t run, const std::string& script) {
        order(ctl::StartProgram{run, {"sh", "-c", script}, "", "", false});
    }
    ~HookRunnerTest() override { end_services(); }

    // A program of a name that no other process has.
    std::string start_service() {
        const std::string name = "us-" + std::to_string(::getpid());
        const std::string path = directory.path(name);
        if (!std::filesystem::exists(path)) std::filesystem::create_symlink("/bin/sleep", path);
        const pid_t service = ::fork();
        if (service == 0) {
            ::execl(path.c_str(), path.c_str(), "600", nullptr);
            ::_exit(1);
        }
        services.push_back(service);
        return name;
    }
    void end_services() {
        for (const pid_t service : std::exchange(services, {})) {
            ::kill(service, SIGKILL);
            ::waitpid(service, nullptr, 0);
        }
    }
    [[nodiscard]] bool has_told(const ctl::HookAnswer& answer, std::uint32_t process = 1) const {
        return std::ranges::find(told, ctl::NumberedAnswer{process, answer}) != told.end();
    }
    [[nodiscard]] bool tells(const ctl::HookAnswer& answer, std::uint32_t process = 1) {
        return run_until(loop, [&] { return has_told(answer, process); });
    }
};

TEST_F(HookRunnerTest, TellsThatAProgramBeganAndHowItEnded) {
    shell(7, "exit 3");
    EXPECT_TRUE(has_told(ctl::ProgramBegun{7}));
    EXPECT_TRUE(tells(ctl::ProgramOver{7, 3}));
    EXPECT_EQ(told.size(), 2u);
}

TEST_F(HookRunnerTest, TellsWhyAProgramCannotRun) {
    order(ctl::StartProgram{1, {"/nowhere/at/all"}, "", "", false});
    EXPECT_TRUE(has_told(ctl::ProgramRefused{1, ENOENT}));
    order(ctl::StartProgram{2, {"true"}, "nobody_of_this_name", "", false});
    EXPECT_TRUE(has_told(ctl::ProgramRefused{2, ENOENT}));
    order(ctl::StartProgram{3, {}, "", "", false});
    EXPECT_TRUE(has_told(ctl::ProgramRefused{3, EINVAL}));
}

TEST_F(HookRunnerTest, EndsAProgramAsOrdered) {
    const std::string trapped = directory.path("trapped");
    order(ctl::FollowFiles{{{trapped, {}}}, false});
    shell(1, "sleep 600");
    shell(2, "trap '' TERM; echo 1 > " + trapped + "; sleep 600");
    ASSERT_TRUE(tells(ctl::FileHeld{trapped, "1\n", 0}));
    order(ctl::SignalProgram{1, false});
    order(ctl::SignalProgram{2, true});
    order(ctl::SignalProgram{99, true});
    EXPECT_TRUE(tells(ctl::ProgramOver{1, -SIGTERM}));
    EXPECT_TRUE(tells(ctl::ProgramOver{2, -SIGKILL}));
}

TEST_F(HookRunnerTest, ReachesAMarkWhenAllBeforeItHasBegun) {
    shell(1, "true");
    order(ctl::SetMark{5});
    ASSERT_EQ(told.size(), 2u);
    EXPECT_EQ(told.back().answer, ctl::HookAnswer{ctl::MarkReached{5}});
}

TEST_F(HookRunnerTest, TellsANewProcessNothingOfTheProgramsOfItsPredecessor) {
    const std::string fifo = directory.path("fifo");
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    shell(1, "read line < " + fifo);
    order(ctl::StartProgram{1, {"sh", "-c", "echo > " + fifo}, "", "", false}, 2);
    EXPECT_TRUE(tells(ctl::ProgramOver{1, 0}, 2));
    EXPECT_FALSE(has_told(ctl::ProgramOver{1, 0}, 1));
}

TEST_F(HookRunnerTest, AnswersForAPipeOnce) {
    const ctl::WantedPipe pipe{directory.path("pipe"), "", "", 0600};
    order(ctl::KeepPipes{{pipe}});
    order(ctl::KeepPipes{{pipe}});
    EXPECT_EQ(told.size(), 1u);
    EXPECT_TRUE(has_told(ctl::PipeOpened{pipe.path, 0}));
}

TEST_F(HookRunnerTest, LeavesThePipesOfADeadProcessToItsSuccessor) {
    const ctl::WantedPipe pipe{directory.path("pipe"), "", "", 0600};
    order(ctl::KeepPipes{{pipe}});
    order(ctl::SetMark{1}, 2);
    struct stat facts{};
    EXPECT_EQ(::stat(pipe.path.c_str(), &facts), 0);
    order(ctl::KeepPipes{{pipe}}, 2);
    EXPECT_TRUE(has_told(ctl::PipeOpened{pipe.path, 0}, 2));
}

TEST_F(HookRunnerTest, LeavesItsPipesToWhoeverComesNextIfItIsTold) {
    const ctl::WantedPipe kept{directory.path("kept"), "", "", 0600};
    const ctl::WantedPipe left{directory.path("left"), "", "", 0600};
    {
        HookRunner stays{loop, *os::Children::open(loop), [](const ctl::NumberedAnswer&) {}};
        HookRunner leaves{loop, *os::Children::open(loop), [](const ctl::NumberedAnswer&) {}};
        stays.carry_out({1, ctl::KeepPipes{{kept}}});
        leaves.carry_out({1, ctl::KeepPipes{{left}}});
        leaves.carry_out({1, ctl::LeavePipes{}});
    }
    struct stat facts{};
    EXPECT_NE(::stat(kept.path.c_str(), &facts), 0);
    EXPECT_EQ(::stat(left.path.c_str(), &facts), 0);
}

TEST_F(HookRunnerTest, SaysWhyAPipeCannotBeOpened) {
    order(ctl::KeepPipes{{{"/nowhere/pipe", "", "", 0600}}});
    EXPECT_TRUE(has_told(ctl::PipeOpened{"/nowhere/pipe", ENOENT}));
    const auto* const remark = std::get_if<ctl::HookRemark>(&told.back().answer);
    ASSERT_NE(remark, nullptr);
    EXPECT_EQ(remark->level, ctl::LogLevel::Error);
}

TEST_F(HookRunnerTest, TellsWhatTheFollowedFilesHold) {
    const std::string made = directory.path("made");
    order(ctl::FollowFiles{{{"/nowhere/file", {}}}, true});
    order(ctl::FollowFiles{{{made, ctl::FirstNumber{12, false}}}, false});
    EXPECT_TRUE(tells(ctl::FileHeld{made, "12\n", 0}));
    EXPECT_TRUE(tells(ctl::FileHeld{"/nowhere/file", "", ENOENT}));
}

ctl::CountProcesses count_of(std::uint32_t list, std::vector<ctl::CountedProcess> processes,
                             bool more = false) {
    return {list, 0, false, std::move(processes), more};
}

TEST_F(HookRunnerTest, CountsProcessesAndTellsOfEachChange) {
    const std::string service = start_service();
    order(count_of(4, {{"named", {service}, ParameterMatch::None, false}}, true));
    order(count_of(4, {{"exact", {directory.path(service), "600"}, ParameterMatch::Exact, false},
                       {"other", {directory.path(service), "601"}, ParameterMatch::Exact, false},
                       {"longer", {directory.path(service), "6"}, ParameterMatch::Initial, false},
                       {"more", {directory.path(service)}, ParameterMatch::None, true}}));
    EXPECT_TRUE(tells(ctl::ProcessesCounted{4, "named", 1}));
    for (const char* const name : {"exact", "longer", "more"})
        EXPECT_TRUE(tells(ctl::ProcessesCounted{4, name, 1})) << name;
    EXPECT_TRUE(tells(ctl::ProcessesCounted{4, "other", 0}));
    start_service();
    EXPECT_TRUE(tells(ctl::ProcessesCounted{4, "named", 2}));
    end_services();
    EXPECT_TRUE(tells(ctl::ProcessesCounted{4, "named", 0}));
}

TEST_F(HookRunnerTest, SaysOfWhichListACountIs) {
    const std::string service = start_service();
    order(count_of(1, {{"service", {service}, ParameterMatch::None, false}}));
    EXPECT_TRUE(tells(ctl::ProcessesCounted{1, "service", 1}));
    order(count_of(2, {{"service", {"no-such-program"}, ParameterMatch::None, false}}));
    EXPECT_TRUE(tells(ctl::ProcessesCounted{2, "service", 0}));
    EXPECT_FALSE(has_told(ctl::ProcessesCounted{2, "service", 1}));
}

TEST_F(HookRunnerTest, CountsForASuccessorOnlyWhatThatAsksFor) {
    const std::string service = start_service();
    order(count_of(1, {{"half", {service}, ParameterMatch::None, false}}, true));
    order(count_of(1, {{"whole", {service}, ParameterMatch::None, false}}), 2);
    EXPECT_TRUE(tells(ctl::ProcessesCounted{1, "whole", 1}, 2));
    EXPECT_FALSE(has_told(ctl::ProcessesCounted{1, "half", 1}, 2));
    order(count_of(2, {}), 2);
    told.clear();
    start_service();
    order(count_of(3, {{"again", {service}, ParameterMatch::None, false}}), 2);
    EXPECT_TRUE(tells(ctl::ProcessesCounted{3, "again", 2}, 2));
    EXPECT_FALSE(has_told(ctl::ProcessesCounted{2, "whole", 2}, 2));
}

TEST_F(HookRunnerTest, TellsOfEachProcessThoughNoneCanBeCounted) {
    order(ctl::SetMark{1});  // sanitizers take descriptors to look at what is called for the first time
    told.clear();
    rlimit files{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
    const rlimit none{0, files.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    order(
        count_of(7, {{"a", {"a"}, ParameterMatch::None, false}, {"b", {"b"}, ParameterMatch::None, false}}));
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
    ASSERT_FALSE(told.empty());
    const auto* const remark = std::get_if<ctl::HookRemark>(&told.front().answer);
    ASSERT_NE(remark, nullptr);
    EXPECT_EQ(remark->id, "process-watch-failed");
    EXPECT_TRUE(tells(ctl::ProcessesCounted{7, "a", 0}));
    EXPECT_TRUE(tells(ctl::ProcessesCounted{7, "b", 0}));
}

}  // namespace
}  // namespace understudy::daemon
