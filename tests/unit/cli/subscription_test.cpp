#include "subscription.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <string_view>
#include <thread>

#include "understudy/ctl/reply.hpp"

#include "ctl.hpp"
#include "files.hpp"

namespace understudy::cli {
namespace {

using nlohmann::json;

constexpr seconds kPatience{20};
constexpr milliseconds kGenerous{20'000};

// A daemon for one client: hears one line, says what it was given, and hangs up.
class OneClientDaemon {
public:
    explicit OneClientDaemon(std::string says)
        : path_(folder_.path("s")), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path_.data(), path_.size());
        EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(listener_.get(), 1), 0);
        thread_ = std::thread{[this, text = std::move(says)] { serve(text); }};
    }
    OneClientDaemon(const OneClientDaemon&) = delete;
    ~OneClientDaemon() {
        if (thread_.joinable()) thread_.join();
    }

    [[nodiscard]] const std::string& path() const { return path_; }
    // Once it has been spoken with.
    [[nodiscard]] std::string heard() {
        thread_.join();
        return heard_;
    }

private:
    void serve(std::string_view says) {
        const os::UniqueFd client{::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        std::array<char, 1024> buffer{};
        while (!heard_.ends_with('\n')) {
            const ssize_t size = ::recv(client.get(), buffer.data(), buffer.size(), 0);
            if (size <= 0) return;
            heard_.append(buffer.data(), static_cast<std::size_t>(size));
        }
        static_cast<void>(::send(client.get(), says.data(), says.size(), MSG_NOSIGNAL));
    }

    Folder folder_;
    std::string path_;
    os::UniqueFd listener_;
    std::string heard_;
    std::thread thread_;
};

const std::string kTaken = ctl::line_around(1, R"({"subscribed":true})") + "\n";

std::string event(int number) { return ctl::event_around(1, json{{"number", number}}.dump()) + "\n"; }

TEST(Subscription, GivesWhatComesUntilTheDaemonHangsUp) {
    OneClientDaemon daemon{kTaken + event(1) + event(2)};
    auto subscription = Subscription::open(daemon.path(), {"VI_1"}, kPatience);
    ASSERT_TRUE(subscription) << subscription.error();
    EXPECT_EQ(ctl::parse_request(daemon.heard()).value().question, ctl::Question{ctl::Subscribe{"VI_1"}});
    const auto entries = subscription->wait(kGenerous);
    ASSERT_TRUE(entries) << entries.error();
    EXPECT_EQ(*entries, (std::vector{json{{"number", 1}}, json{{"number", 2}}}));
    const auto after = subscription->wait(kGenerous);
    ASSERT_FALSE(after);
    EXPECT_EQ(after.error(), "the daemon has hung up");
}

TEST(Subscription, SaysWhyTheDaemonEndsIt) {
    const std::string enough = ctl::to_line(ctl::failure(0, ctl::kUnsubscribed, "32 others")) + "\n";
    OneClientDaemon daemon{kTaken + event(1) + enough};
    auto subscription = Subscription::open(daemon.path(), {}, kPatience);
    ASSERT_TRUE(subscription) << subscription.error();
    static_cast<void>(daemon.heard());
    EXPECT_EQ(subscription->wait(kGenerous).value().size(), 1u);
    EXPECT_EQ(subscription->wait(milliseconds{0}).error(), "32 others");
}

TEST(Subscription, IsNoneWhereItIsRefused) {
    OneClientDaemon daemon{ctl::to_line(ctl::failure(1, ctl::kNoSuchInstance, "there is none")) + "\n"};
    const auto subscription = Subscription::open(daemon.path(), {"VI_9"}, kPatience);
    ASSERT_FALSE(subscription);
    EXPECT_EQ(subscription.error(), "there is none");
}

TEST(Subscription, BearsWhateverAnswers) {
    for (const char* const odd : {"nonsense\n", "{}\n", "[1]\n", ""}) {
        OneClientDaemon daemon{odd};
        EXPECT_FALSE(Subscription::open(daemon.path(), {}, kPatience)) << odd;
    }
    OneClientDaemon daemon{kTaken + "nonsense\n"};
    auto subscription = Subscription::open(daemon.path(), {}, kPatience);
    ASSERT_TRUE(subscription) << subscription.error();
    EXPECT_EQ(subscription->wait(kGenerous).error(), "what answers there does not speak our language");
}

TEST(Follow, EndsWhenItIsRefused) {
    OneClientDaemon daemon{ctl::to_line(ctl::failure(1, ctl::kNoSuchInstance, "there is none")) + "\n"};
    const Said said = ctl({"follow", "VI_9", "-s", daemon.path()});
    EXPECT_EQ(said.status, 1);
    EXPECT_EQ(said.err, "understudyctl: there is none\n");
}

TEST(Follow, RefusesATimeThatIsNone) {
    const Said said = ctl({"follow", "--since", "soon", "-s", "/nowhere"});
    EXPECT_EQ(said.status, 2);
    EXPECT_TRUE(said.err.contains("'soon' is no time"));
}

}  // namespace
}  // namespace understudy::cli
