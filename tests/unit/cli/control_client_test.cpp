#include "control_client.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>

#include "understudy/ctl/reply.hpp"

namespace understudy::cli {
namespace {

// A daemon that hangs up on its first clients before it has answered, and answers the one after them.
class BusyDaemon {
public:
    enum class Refuses : std::uint8_t { Unread, Unanswered };

    explicit BusyDaemon(int refuses, Refuses how = Refuses::Unanswered) : how_(how) {
        std::array<char, 32> name{"/tmp/control-client-XXXXXX"};
        directory_ = ::mkdtemp(name.data());
        path = directory_ / "control.sock";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        listener_ = os::UniqueFd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(listener_.get(), 8), 0);
        thread_ = std::jthread{[this, refuses] {
            for (int i = 0; i < refuses; ++i) serve(false);
            serve(true);
        }};
    }
    BusyDaemon(const BusyDaemon&) = delete;
    BusyDaemon& operator=(const BusyDaemon&) = delete;
    ~BusyDaemon() {
        ::shutdown(listener_.get(), SHUT_RDWR);  // nobody is waited for any more
        thread_.join();
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    std::string path;

private:
    void serve(bool answers) {
        const os::UniqueFd client{::accept(listener_.get(), nullptr, nullptr)};
        std::array<char, 4096> request{};
        if (!client || ::recv(client.get(), request.data(), request.size(), MSG_PEEK) <= 0) return;
        if (!answers && how_ == Refuses::Unread) return;
        if (::read(client.get(), request.data(), request.size()) <= 0 || !answers) return;
        const std::string line = ctl::to_line(ctl::Reply{1, nlohmann::json{{"is", "well"}}}) + "\n";
        EXPECT_EQ(::write(client.get(), line.data(), line.size()), static_cast<ssize_t>(line.size()));
    }

    Refuses how_;
    std::filesystem::path directory_;
    os::UniqueFd listener_;
    std::jthread thread_;
};

TEST(ControlClient, AsksAgainWhenTheDaemonHangsUp) {
    const BusyDaemon daemon{2};
    const auto answer = ask(daemon.path, ctl::Ping{}, seconds{60});
    ASSERT_TRUE(answer) << answer.error();
    EXPECT_EQ(*answer, (nlohmann::json{{"is", "well"}}));
}

TEST(ControlClient, GivesAnOrderAgainThatNobodyHasRead) {
    const BusyDaemon daemon{2, BusyDaemon::Refuses::Unread};
    const auto answer = ask(daemon.path, ctl::Drain{}, seconds{60});
    ASSERT_TRUE(answer) << answer.error();
}

TEST(ControlClient, GivesNoOrderTwice) {
    const BusyDaemon daemon{1};
    const auto answer = ask_or_say_why(daemon.path, ctl::Drain{}, seconds{60});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().text, "the daemon hung up without an answer");
}

}  // namespace
}  // namespace understudy::cli
