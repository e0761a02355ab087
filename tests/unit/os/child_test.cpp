#include "understudy/os/child.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "understudy/os/files.hpp"
#include "understudy/os/unique_fd.hpp"

#include "run_until.hpp"
#include "temporary_directory.hpp"

namespace understudy::os {
namespace {

using test::run_until;
using test::TemporaryDirectory;

struct ChildTest : testing::Test {
    boost::asio::io_context loop{1};
    TemporaryDirectory directory;
    Children children = *Children::open(loop);
    std::optional<ChildEnd> end;

    std::expected<ChildId, SysError> spawn(const SpawnRequest& request) {
        end.reset();
        return children.spawn(request, [this](ChildId, ChildEnd how) { end = how; });
    }
    ChildId shell(const std::string& script, std::optional<Identity> identity = std::nullopt) {
        return spawn({{"sh", "-c", script}, {}, std::move(identity)}).value();
    }
    // What the script printed into the file that it is told as $0.
    std::string output_of(const std::string& script, std::optional<Identity> identity = std::nullopt) {
        const std::string file = directory.path("output");
        if (!spawn({{"sh", "-c", "exec > $0; " + script}, {file}, std::move(identity)})) return "not started";
        if (!run_until(loop, [this] { return end.has_value(); })) return "not ended";
        return directory.content("output");
    }
    // A FIFO that a script writes to when it has come to some point, so that the test need not guess when.
    std::string make_fifo() {
        const std::string path = directory.path("fifo");
        EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0);
        return path;
    }
    static std::string await_line(const std::string& fifo) {
        std::ifstream in{fifo};
        std::string line;
        std::getline(in, line);
        return line;
    }
};

TEST_F(ChildTest, TellsTheExitStatus) {
    shell("exit 7");
    ASSERT_TRUE(run_until(loop, [&] { return end.has_value(); }));
    EXPECT_EQ(end, (ChildEnd{ChildEnd::How::Exited, 7, false}));
    EXPECT_FALSE(end->succeeded());
    EXPECT_EQ(children.running(), 0u);
}

TEST_F(ChildTest, TellsTheSignalThatEndedIt) {
    shell("kill -USR1 $$");
    ASSERT_TRUE(run_until(loop, [&] { return end.has_value(); }));
    EXPECT_EQ(end, (ChildEnd{ChildEnd::How::Signalled, SIGUSR1, false}));
}

TEST_F(ChildTest, PassesTheWordsWithoutAShell) {
    const std::string file = directory.path("output");
    ASSERT_TRUE(
        spawn({{"sh", "-c", "printf '<%s>' \"$@\" > $0", file, "$HOME", "a b"}, {"", "INSTANCE"}, {}}));
    ASSERT_TRUE(run_until(loop, [&] { return end.has_value(); }));
    EXPECT_EQ(directory.content("output"), "<$HOME><a b><><INSTANCE>");
}

TEST_F(ChildTest, ReportsAProgramThatCannotBeRun) {
    const auto refusal = [&](const std::string& program) { return spawn({{program}, {}, {}}).error(); };
    EXPECT_EQ(refusal(directory.path("none")), (SysError{"run " + directory.path("none"), ENOENT}));
    const std::string before = environment("PATH").value_or("");
    ::setenv("PATH", "/usr/bin:/bin", 1);  // one that we may not enter would make it EACCES
    EXPECT_EQ(refusal("understudy-no-such-program").code, ENOENT);
    ::setenv("PATH", before.c_str(), 1);
    EXPECT_EQ(refusal(directory.write("plain", "x", 0644)).code, EACCES);
    EXPECT_EQ(refusal(directory.write("no-interpreter", "echo", 0755)).code, ENOEXEC);
    EXPECT_EQ(children.running(), 0u);
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "no zombie stays behind";
}

TEST_F(ChildTest, RunsWithAStrictMaskInOurDirectory) {
    EXPECT_EQ(output_of("umask; pwd -P"), "0177\n" + resolved_path(".").value() + "\n");
}

TEST_F(ChildTest, HasItsOwnGroupAndNoStandardStreams) {
    EXPECT_EQ(output_of("[ $(cut -d' ' -f5 /proc/$$/stat) = $$ ] && readlink /proc/$$/fd/0 /proc/$$/fd/2"),
              "/dev/null\n/dev/null\n");
}

TEST_F(ChildTest, InheritsNoOtherDescriptor) {
    const UniqueFd inherited{::open("/dev/null", O_RDONLY)};  // without O_CLOEXEC
    EXPECT_EQ(output_of("[ -e /proc/$$/fd/" + std::to_string(inherited.get()) + " ] || echo closed"),
              "closed\n");
}

TEST_F(ChildTest, HasNoSignalBlockedOrIgnored) {
    sigset_t blocked;
    sigset_t before;
    ::sigfillset(&blocked);
    ::sigprocmask(SIG_BLOCK, &blocked, &before);
    ::signal(SIGPIPE, SIG_IGN);
    // Asked of a program that is no shell: shells change their own.
    EXPECT_EQ(output_of("exec grep -E 'Sig(Blk|Ign)' /proc/self/status"),
              "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    ::signal(SIGPIPE, SIG_DFL);
    ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

TEST_F(ChildTest, GetsOurEnvironmentWithoutWhatCouldSubvertIt) {
    ::setenv("UNDERSTUDY_TEST_VARIABLE", "kept", 1);
    ::setenv("LD_LIBRARY_PATH", "/nowhere", 1);
    EXPECT_EQ(output_of("echo $UNDERSTUDY_TEST_VARIABLE$LD_LIBRARY_PATH"), "kept\n");
    ::unsetenv("UNDERSTUDY_TEST_VARIABLE");
    ::unsetenv("LD_LIBRARY_PATH");
}

TEST_F(ChildTest, RunsAsSomebodyElse) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
    const std::string file = directory.write("output", "", 0666);
    ASSERT_EQ(::chmod(directory.path().c_str(), 0755), 0);
    EXPECT_EQ(output_of("id -u; id -g; id -G", Identity{12345, 23456, {34567}}),
              "12345\n23456\n23456 34567\n");
}

TEST_F(ChildTest, CannotBecomeSomebodyElseWithoutTheRight) {
    const Identity ours = current_identity();
    EXPECT_EQ(output_of("id -u", ours), std::to_string(ours.uid) + "\n") << "ourselves we can always be";
    if (ours.uid == 0) GTEST_SKIP() << "root may become anybody";
    EXPECT_EQ(spawn({{"true"}, {}, Identity{0, 0, {}}}).error().code, EPERM);
}

TEST_F(ChildTest, IsTerminatedWithItsWholeGroup) {
    // The one in the background ignores TERM and must be killed once its leader is gone; it then is ours to
    // reap.
    ASSERT_EQ(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    const std::string fifo = make_fifo();
    const ChildId id = shell("(trap '' TERM; sh -c 'echo $PPID' > " + fifo +
                             "; while :; do sleep 1000; done) & exec sleep 1000");
    const pid_t background = static_cast<pid_t>(std::stol(await_line(fifo)));
    children.terminate(id);
    ASSERT_TRUE(run_until(loop, [&] { return end.has_value(); }));
    EXPECT_EQ(end, (ChildEnd{ChildEnd::How::Signalled, SIGTERM, true}));
    int status = 0;
    ASSERT_EQ(::waitpid(background, &status, 0), background);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST_F(ChildTest, IsKilledWhenItIgnoresTermination) {
    const std::string fifo = make_fifo();
    const ChildId id = shell("trap '' TERM; echo ready > " + fifo + "; while :; do :; done");
    ASSERT_EQ(await_line(fifo), "ready");
    children.terminate(id);
    children.kill(id);
    ASSERT_TRUE(run_until(loop, [&] { return end.has_value(); }));
    EXPECT_EQ(end, (ChildEnd{ChildEnd::How::Signalled, SIGKILL, true}));
}

TEST_F(ChildTest, HearsOtherSignalsWithoutBeingTerminated) {
    const std::string fifo = make_fifo();
    const ChildId id = shell("trap 'exit 3' HUP; echo ready > " + fifo + "; while :; do :; done");
    ASSERT_EQ(await_line(fifo), "ready");
    children.signal(id, SIGHUP);
    ASSERT_TRUE(run_until(loop, [&] { return end.has_value(); }));
    EXPECT_EQ(end, (ChildEnd{ChildEnd::How::Exited, 3, false}));
}

TEST_F(ChildTest, IsUnknownAfterItsEnd) {
    const ChildId id = shell("exit 0");
    EXPECT_TRUE(children.pid(id).has_value());
    ASSERT_TRUE(run_until(loop, [&] { return end.has_value(); }));
    EXPECT_FALSE(children.pid(id).has_value());
    children.terminate(id);
    children.kill(id);
}

TEST_F(ChildTest, MayStartTheNextFromTheEndOfTheLast) {
    int count = 0;
    std::move_only_function<void()> next = [&] {
        static_cast<void>(children.spawn({{"true"}, {}, {}}, [&](ChildId, ChildEnd how) {
            ASSERT_TRUE(how.succeeded());
            if (++count < 20) next();
        }));
    };
    next();
    EXPECT_TRUE(run_until(loop, [&] { return count == 20; }));
}

TEST_F(ChildTest, ManyRunAtOnce) {
    int ended = 0;
    for (int i = 0; i < 50; ++i)
        ASSERT_TRUE(children.spawn({{"sh", "-c", "exit 0"}, {}, {}}, [&](ChildId, ChildEnd) { ++ended; }));
    EXPECT_EQ(children.running(), 50u);
    EXPECT_TRUE(run_until(loop, [&] { return ended == 50; }));
}

}  // namespace
}  // namespace understudy::os
