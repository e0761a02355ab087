#include "control.hpp"

#include <gtest/gtest.h>

#include "understudy/os/users.hpp"

namespace understudy::daemon {
namespace {

constexpr gid_t kGroup = 4711;
constexpr uid_t kSomebody = 65533;

os::Peer somebody(std::vector<gid_t> groups) { return {1, kSomebody, std::move(groups)}; }

TEST(ControlSocketPath, IsOneForTheHostUnlessSomethingSetsTheDaemonApart) {
    EXPECT_EQ(control_socket_path({}, {}), "/run/understudy/control.sock");
    Options options;
    options.network_namespace = "blue";
    model::Globals globals;
    globals.instance_name = "one";
    EXPECT_EQ(control_socket_path(options, globals), "/run/understudy/blue_one_control.sock");
}

TEST(ControlSocketPath, FollowsThePidFileOfTheCommandLine) {
    Options options;
    options.pid_file = "/srv/a/agent.pid";
    EXPECT_EQ(control_socket_path(options, {}), "/srv/a/agent.sock");
    options.pid_file = "/srv/a/agent";
    EXPECT_EQ(control_socket_path(options, {}), "/srv/a/agent.sock");
    options.pid_file = "/srv/a/agent.pid2";
    EXPECT_EQ(control_socket_path(options, {}), "/srv/a/agent.pid2.sock");
}

TEST(ControlSocketPath, IsWhatTheOptionSays) {
    Options options;
    options.pid_file = "/srv/a/agent.pid";
    options.control_socket = "/srv/b.sock";
    EXPECT_EQ(control_socket_path(options, {}), "/srv/b.sock");
    options.control_socket = "";
    EXPECT_EQ(control_socket_path(options, {}), std::nullopt);
}

TEST(Permission, ToReadIsWithWhoeverConnects) {
    EXPECT_TRUE(is_allowed(ctl::Ping{}, somebody({}), std::nullopt));
    EXPECT_TRUE(is_allowed(ctl::Status{}, somebody({}), std::nullopt));
}

TEST(Permission, ToAskIsWithTheReadersWhereThereAreSome) {
    EXPECT_TRUE(may_ask(somebody({}), std::nullopt, std::nullopt));
    EXPECT_FALSE(may_ask(somebody({kGroup + 1}), kGroup, kGroup + 2));
    EXPECT_TRUE(may_ask(somebody({kGroup + 2}), kGroup, kGroup + 2));
    EXPECT_TRUE(may_ask(somebody({kGroup}), kGroup, kGroup + 2));
    EXPECT_TRUE(may_ask({1, 0, {}}, kGroup, kGroup + 2));
    EXPECT_FALSE(is_allowed(ctl::Reload{}, somebody({kGroup + 2}), kGroup));
}

TEST(Permission, ToReloadIsWithRootAndTheGroup) {
    EXPECT_FALSE(is_allowed(ctl::Reload{}, somebody({kGroup}), std::nullopt));
    EXPECT_FALSE(is_allowed(ctl::Reload{true}, somebody({kGroup + 1}), kGroup));
    EXPECT_TRUE(is_allowed(ctl::Reload{}, somebody({1, kGroup}), kGroup));
    EXPECT_TRUE(is_allowed(ctl::Reload{}, {1, 0, {}}, std::nullopt));
    EXPECT_TRUE(is_allowed(ctl::Reload{}, {1, os::current_identity().uid, {}}, std::nullopt));
}

TEST(Permission, ToReadTheFilesIsWithRootAlone) {
    EXPECT_FALSE(is_allowed(ctl::ShowConfig{}, somebody({kGroup}), kGroup));
    EXPECT_TRUE(is_allowed(ctl::ShowConfig{}, {1, 0, {}}, std::nullopt));
}

}  // namespace
}  // namespace understudy::daemon
