#include "control.hpp"

#include <gtest/gtest.h>

#include <array>

#include "understudy/os/users.hpp"

#include "run_until.hpp"
#include "temporary_directory.hpp"
#include "unix_client.hpp"

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

// A socket of a daemon with the instances VI_1 and VI_2.
class Subscribing : public testing::Test {
protected:
    Subscribing() {
        options.control_socket = directory.path("control.sock");
        control.open(options, {});
    }

    // What the client has been told when there are so many lines of it.
    std::string lines(os::test::UnixClient& client, std::ptrdiff_t number) {
        EXPECT_TRUE(
            os::test::run_until(loop, [&] { return std::ranges::count(client.heard(), '\n') >= number; }));
        return client.heard();
    }

    static ctl::HistoryEntry entry(const std::string& instance) {
        return {.kind = ctl::HistoryKind::Repair, .instance = instance, .reason = "of " + instance};
    }

    os::test::TemporaryDirectory directory;
    os::Loop loop{1};
    os::Log log = *os::Log::open({});
    Options options;
    Control control{loop,
                    log,
                    {.ask_worker = {},
                     .reload = {},
                     .upgrade = {},
                     .config = {},
                     .lifetime = {},
                     .log_level = {},
                     .history = {},
                     .instances = [] { return std::vector<std::string>{"VI_1", "VI_2"}; }}};
};

TEST_F(Subscribing, TellsWhatHappensWithTheNumberOfTheRequest) {
    os::test::UnixClient client{*options.control_socket};
    client.send(ctl::to_line({7, ctl::Subscribe{}}) + "\n");
    EXPECT_TRUE(ctl::parse_reply(lines(client, 1)).value().outcome);
    const std::array happened{entry("VI_1"), entry("VI_2"), entry("")};
    control.tell(happened);
    const std::string told = lines(client, 4);
    const std::string first = told.substr(told.find('\n') + 1);
    EXPECT_EQ(ctl::parse_event(first.substr(0, first.find('\n'))),
              (ctl::Event{7, ctl::to_json(happened[0])}));
}

TEST_F(Subscribing, ToOneInstanceLeavesOutTheOthers) {
    os::test::UnixClient client{*options.control_socket};
    client.send(ctl::to_line({7, ctl::Subscribe{"VI_2"}}) + "\n");
    EXPECT_TRUE(ctl::parse_reply(lines(client, 1)).value().outcome);
    control.tell(std::array{entry("VI_1")});
    control.tell(std::array{entry("VI_2"), entry("")});
    const std::string told = lines(client, 3);
    EXPECT_FALSE(told.contains("of VI_1"));
    EXPECT_EQ(std::ranges::count(told, '\n'), 3);
}

TEST_F(Subscribing, ToWhatIsNotThereIsRefusedWithTheNearest) {
    os::test::UnixClient client{*options.control_socket};
    client.send(ctl::to_line({7, ctl::Subscribe{"VI_3"}}) + "\n");
    const auto outcome = ctl::parse_reply(lines(client, 1)).value().outcome;
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, ctl::kNoSuchInstance);
    control.tell(std::array{entry("")});
    os::test::run_ready(loop);
    EXPECT_EQ(std::ranges::count(client.heard(), '\n'), 1);
}

}  // namespace
}  // namespace understudy::daemon
