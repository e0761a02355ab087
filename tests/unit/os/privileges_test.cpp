// A process that gives its rights up: in a child, because it cannot have them again.
#include "understudy/os/privileges.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace understudy::os {
namespace {

constexpr uid_t kStranger = 64999;
const Confinement kNetworkOnly{
    Identity{kStranger, kStranger, {}}, {Privilege::NetAdmin, Privilege::NetRaw}, false};

// Whether it holds in a process of its own.
bool holds_in_child(const std::function<bool()>& claim) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(claim() ? 0 : 1);
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct Privileges : testing::Test {
    void SetUp() override {
        if (::geteuid() != 0 || !has(Privilege::NetAdmin) || !has(Privilege::SetUid))
            GTEST_SKIP() << "only root has rights to give up";
    }
};

TEST_F(Privileges, ThatAreKeptAreAllThatIsLeft) {
    EXPECT_TRUE(holds_in_child([] {
        return confine(kNetworkOnly) && has(Privilege::NetAdmin) && has(Privilege::NetRaw) &&
               !has(Privilege::Kill) && !has(Privilege::SetUid) && !has(Privilege::SysResource);
    }));
}

TEST_F(Privileges, AreGivenUpForGood) {
    EXPECT_TRUE(holds_in_child([] {
        return confine(kNetworkOnly) && ::geteuid() == kStranger && ::getegid() == kStranger &&
               ::getgroups(0, nullptr) == 0 && ::setuid(0) < 0 &&
               ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 && ::prctl(PR_CAPBSET_READ, 0, 0, 0, 0) == 0;
    }));
}

TEST_F(Privileges, OfTheNetworkOutliveTheUser) {
    EXPECT_TRUE(holds_in_child([] {
        const bool confined = confine(kNetworkOnly).has_value();
        return confined && ::socket(AF_PACKET, SOCK_RAW, 0) >= 0 && ::open("/etc/shadow", O_RDONLY) < 0;
    }));
}

TEST_F(Privileges, AreGivenUpByOneWhoStaysRoot) {
    EXPECT_TRUE(holds_in_child([] {
        Confinement confinement = kNetworkOnly;
        confinement.user.reset();
        return confine(confinement) && ::geteuid() == 0 && has(Privilege::NetRaw) && !has(Privilege::SetUid);
    }));
}

TEST_F(Privileges, LeaveNoCoresUnlessAskedTo) {
    const auto may_leave_cores = [](bool asked) {
        Confinement confinement = kNetworkOnly;
        confinement.may_leave_cores = asked;
        return confine(confinement) && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1;
    };
    EXPECT_FALSE(holds_in_child([&] { return may_leave_cores(false); }));
    EXPECT_TRUE(holds_in_child([&] { return may_leave_cores(true); }));
}

TEST_F(Privileges, OfRealTimeAreLimitsThatAreRaisedBefore) {
    if (!has(Privilege::SysResource)) GTEST_SKIP() << "no limits are raised in this container";
    EXPECT_TRUE(holds_in_child([] {
        const bool allowed = allow(0, {-7, 12, true}).has_value();
        const bool nice = confine(kNetworkOnly) && ::setpriority(PRIO_PROCESS, 0, -7) == 0;
        rlimit memory{};
        rlimit priority{};
        return allowed && nice && ::setpriority(PRIO_PROCESS, 0, -8) < 0 &&
               ::getrlimit(RLIMIT_MEMLOCK, &memory) == 0 && memory.rlim_cur == RLIM_INFINITY &&
               ::getrlimit(RLIMIT_RTPRIO, &priority) == 0 && priority.rlim_cur >= 12;
    }));
}

TEST_F(Privileges, OfAnotherProcessAreRaisedToo) {
    if (!has(Privilege::SysResource)) GTEST_SKIP() << "no limits are raised in this container";
    const pid_t child = ::fork();
    if (child == 0) {
        static_cast<void>(confine(kNetworkOnly));
        for (;;) ::pause();
    }
    EXPECT_TRUE(allow(child, {0, 30, false}));
    rlimit priority{};
    EXPECT_EQ(::prlimit(child, RLIMIT_RTPRIO, nullptr, &priority), 0);
    EXPECT_GE(priority.rlim_cur, 30u);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace understudy::os
