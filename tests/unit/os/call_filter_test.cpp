// What a process can still do behind its filter: in a child, because it cannot take it off.
#include "understudy/os/call_filter.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <vector>

#include "run_until.hpp"
#include "temporary_directory.hpp"

namespace understudy::os {
namespace {

enum class Child : int { Claims = 0, Denies = 1, HasNoFilter = 2 };

// The child lives on to say whether the claim holds behind a filter.
bool holds_behind_filter(const std::function<bool(UniqueFd& refused)>& claim) {
    const pid_t child = ::fork();
    if (child == 0) {
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        auto refused = filter_calls();
        const Child said = !refused ? Child::HasNoFilter : claim(*refused) ? Child::Claims : Child::Denies;
        ::_exit(static_cast<int>(said));
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == static_cast<int>(Child::Claims);
}

bool is_refused(long result) { return result < 0 && errno == EPERM; }

TEST(CallFilter, LetsReadAndWriteWhatIsOpen) {
    const test::TemporaryDirectory folder;
    const UniqueFd open{::open((folder.path() + "/file").c_str(), O_RDWR | O_CREAT, 0600)};
    EXPECT_TRUE(holds_behind_filter([&](UniqueFd&) {
        const UniqueFd readable{::open("/proc/self/status", O_RDONLY)};
        char octet = 0;
        return ::read(readable.get(), &octet, 1) == 1 && ::pwrite(open.get(), "x", 1, 0) == 1 &&
               ::ftruncate(open.get(), 0) == 0;
    }));
}

TEST(CallFilter, LetsNoFileBeMadeOrRemoved) {
    const test::TemporaryDirectory folder;
    const std::string there = folder.path() + "/there";
    ::close(::open(there.c_str(), O_RDWR | O_CREAT, 0600));
    EXPECT_TRUE(holds_behind_filter([&](UniqueFd&) {
        return is_refused(::open((there + "new").c_str(), O_WRONLY | O_CREAT, 0600)) &&
               is_refused(::open(folder.path().c_str(), O_WRONLY | O_TMPFILE, 0600)) &&
               is_refused(::unlink(there.c_str())) && is_refused(::rename(there.c_str(), there.c_str())) &&
               is_refused(::mkdir((there + "new").c_str(), 0700)) && is_refused(::chmod(there.c_str(), 0666));
    }));
    EXPECT_EQ(::access(there.c_str(), F_OK), 0);
}

TEST(CallFilter, LetsNothingBeStarted) {
    EXPECT_TRUE(holds_behind_filter([](UniqueFd&) {
        char* const words[] = {nullptr};
        return is_refused(::fork()) && is_refused(::execve("/bin/true", words, words));
    }));
}

TEST(CallFilter, LetsOnlySocketsBeOpenedThatTheProtocolNeeds) {
    EXPECT_TRUE(holds_behind_filter([](UniqueFd&) {
        for (const int family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK})
            if (::socket(family, SOCK_DGRAM, 0) < 0 && errno == EPERM) return false;
        return is_refused(::socket(AF_ALG, SOCK_SEQPACKET, 0)) && is_refused(::socket(AF_KEY, SOCK_RAW, 2));
    }));
}

TEST(CallFilter, LetsNobodyElseBeLookedInto) {
    EXPECT_TRUE(holds_behind_filter([](UniqueFd&) {
        return is_refused(::syscall(SYS_ptrace, 0, 0, 0, 0)) &&
               is_refused(::syscall(SYS_bpf, 0, nullptr, 0)) && is_refused(::syscall(SYS_setns, -1, 0)) &&
               is_refused(::syscall(SYS_unshare, 0));
    }));
}

TEST(CallFilter, TellsWhatItHasRefusedOnceEach) {
    EXPECT_TRUE(holds_behind_filter([](UniqueFd& refused) {
        boost::asio::io_context loop{1};
        std::vector<std::string> told;
        const RefusedCalls calls{loop, std::move(refused),
                                 [&](const std::string& call) { told.push_back(call); }};
        static_cast<void>(::rmdir("/nowhere"));
        static_cast<void>(::rmdir("/nowhere"));
        static_cast<void>(::fork());
        return test::run_until(loop, [&] { return told.size() == 2; }) &&
               told == std::vector<std::string>{"rmdir", "clone"};
    }));
}

TEST(CallFilter, AnswersACallThatIsNewerThanItsListAsAnOlderKernel) {
    EXPECT_TRUE(holds_behind_filter(
        [](UniqueFd&) { return ::syscall(SYS_futex_waitv + 100) < 0 && errno == ENOSYS; }));
}

TEST(CallFilter, IsWhatTheKernelSaysToo) {
    EXPECT_TRUE(holds_behind_filter([](UniqueFd&) {
        const UniqueFd status{::open("/proc/self/status", O_RDONLY)};
        std::string text(8192, '\0');
        text.resize(
            static_cast<std::size_t>(std::max<ssize_t>(0, ::read(status.get(), text.data(), text.size()))));
        return text.contains("\nSeccomp:\t2\n");
    }));
}

}  // namespace
}  // namespace understudy::os
