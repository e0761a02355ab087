#include "namespaces.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "understudy/os/netlink.hpp"

#include "run_until.hpp"

namespace understudy::os::test {
namespace {

UniqueFd present_namespace() { return UniqueFd{::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)}; }

void configure(const Namespace& home, const std::string& number) {
    home.enter();
    ip("link set eth0 addrgenmode none");
    ip("addr add 192.0.2." + number + "/24 dev eth0");
    ip("addr add 2001:db8::" + number + "/64 dev eth0 nodad");
    ip("addr add fe80::" + number + "/64 dev eth0 nodad");
    ip("link set eth0 up");
}

// The kernel notices a veth's carrier some time after its other end came up; before that IPv6 sends nothing.
void await_carrier(const Namespace& home, net::LinkIndex link) {
    home.enter();
    boost::asio::io_context loop{1};
    bool up = false;
    const auto look = [&](const net::Link& one) { up |= one.index == link && one.is_up(); };
    KernelMirrorHandlers handlers;
    handlers.resync_started = [] {};
    handlers.failed = [](const SysError&) {};
    handlers.resynchronised = [&](const KernelPicture& picture) {
        std::ranges::for_each(picture.links, look);
    };
    handlers.changed = [&](std::span<const wire::RtnlMessage> messages) {
        for (const wire::RtnlMessage& message : messages)
            if (const auto* const heard = std::get_if<wire::LinkHeard>(&message)) look(heard->link);
    };
    const auto mirror = KernelMirror::open(loop, std::move(handlers));
    ASSERT_TRUE(run_until(loop, [&] { return up; }));
}

}  // namespace

Namespace::Namespace() {
    const UniqueFd before = present_namespace();
    EXPECT_EQ(::unshare(CLONE_NEWNET), 0);
    fd_ = present_namespace();
    ip("link set lo up");
    EXPECT_EQ(::setns(before.get(), CLONE_NEWNET), 0);
}

void Namespace::enter() const { ASSERT_EQ(::setns(fd_.get(), CLONE_NEWNET), 0); }

std::string Namespace::path() const {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd_.get());
}

void ip(const std::string& arguments) {
    ASSERT_EQ(::system(("ip " + arguments).c_str()), 0) << "ip " << arguments;
}

net::LinkIndex link_index(const std::string& name) { return {::if_nametoindex(name.c_str())}; }

void NamespaceTest::SetUp() {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can make network namespaces: NOT TESTED";
    home_ = present_namespace();
}

void NamespaceTest::TearDown() {
    if (!home_) return;
    EXPECT_EQ(::setns(home_.get(), CLONE_NEWNET), 0);
}

void TwoHosts::SetUp() {
    NamespaceTest::SetUp();
    if (IsSkipped()) return;
    left_ = std::make_unique<Host>();
    right_ = std::make_unique<Host>();
    left_->home.enter();
    // With one index at both ends the kernel takes the veth for an ordinary link and its carrier for no
    // urgent matter, which costs each test a second.
    ip("link add eth0 index 7 type veth peer name eth0 netns " + right_->home.path());
    configure(left_->home, "1");
    left_->link = link_index("eth0");
    configure(right_->home, "2");
    right_->link = link_index("eth0");
    await_carrier(left_->home, left_->link);
    await_carrier(right_->home, right_->link);
}

void TwoHosts::TearDown() {
    NamespaceTest::TearDown();
    left_.reset();
    right_.reset();
}

}  // namespace understudy::os::test
