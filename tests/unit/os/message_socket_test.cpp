#include "understudy/os/message_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <vector>

#include "run_until.hpp"

namespace understudy::os {
namespace {

using test::run_until;

constexpr MessageLimits kLimits{.longest = 4096, .most_unsent = 40960};
const std::string kLarge(4096, 'x');

Bytes octets(const std::string& text) { return std::as_bytes(std::span{text.data(), text.size()}); }

struct MessageSocketTest : testing::Test {
    boost::asio::io_context loop{1};
    SocketPair pair = *open_message_sockets();
    std::vector<std::string> heard;
    bool ended = false;

    std::optional<MessageSocket> sender = side(std::move(pair.one));

    std::optional<MessageSocket> side(UniqueFd fd) {
        return MessageSocket{loop,
                             std::move(fd),
                             kLimits,
                             {[this](Bytes message) {
                                  heard.emplace_back(reinterpret_cast<const char*>(message.data()),
                                                     message.size());
                              },
                              [this] { ended = true; }}};
    }
    // What the kernel takes and, behind it, what waits: as much as is allowed.
    std::size_t fill() {
        std::size_t sent = 0;
        while (sender->send(octets(kLarge))) ++sent;
        return sent;
    }
    std::size_t drain() {
        std::vector<char> room(kLarge.size());
        std::size_t received = 0;
        while (::recv(pair.other.get(), room.data(), room.size(), MSG_DONTWAIT) > 0) ++received;
        return received;
    }
    UniqueFd copy_of_the_other_end() { return UniqueFd{::dup(pair.other.get())}; }
};

TEST_F(MessageSocketTest, KeepsMessagesWholeAndInOrder) {
    const auto receiver = side(std::move(pair.other));
    ASSERT_TRUE(sender->send(octets("one")));
    ASSERT_TRUE(sender->send(octets("two, longer")));
    ASSERT_TRUE(run_until(loop, [&] { return heard.size() == 2; }));
    EXPECT_EQ(heard, (std::vector<std::string>{"one", "two, longer"}));
}

TEST_F(MessageSocketTest, KeepsWhatTheOtherSideDoesNotTakeYet) {
    const std::size_t sent = fill();
    const auto receiver = side(std::move(pair.other));
    ASSERT_TRUE(run_until(loop, [&] { return heard.size() == sent; }));
    EXPECT_EQ(heard.back(), kLarge);
}

TEST_F(MessageSocketTest, RefusesWhatIsTooLongOrTooMuch) {
    EXPECT_EQ(sender->send(octets(std::string(4097, 'x'))).error().code, EMSGSIZE);
    fill();
    EXPECT_EQ(sender->send(octets(kLarge)).error().code, ENOBUFS);
}

TEST_F(MessageSocketTest, KeepsWhatIsUnderWayForTheNextProcess) {
    {
        const auto dying = side(copy_of_the_other_end());
        ASSERT_TRUE(sender->send(octets("first")));
        ASSERT_TRUE(run_until(loop, [&] { return heard.size() == 1; }));
        ASSERT_TRUE(sender->send(octets("second")));
    }
    const auto successor = side(std::move(pair.other));
    ASSERT_TRUE(run_until(loop, [&] { return heard.size() == 2; }));
    EXPECT_EQ(heard.back(), "second");
    EXPECT_FALSE(ended);
}

TEST_F(MessageSocketTest, TellsTheEndAfterTheLastMessage) {
    const auto receiver = side(std::move(pair.other));
    ASSERT_TRUE(sender->send(octets("last")));
    sender.reset();
    ASSERT_TRUE(run_until(loop, [&] { return ended; }));
    EXPECT_EQ(heard, std::vector<std::string>{"last"});
}

TEST_F(MessageSocketTest, RefusesToSendAfterTheEnd) {
    pair.other = UniqueFd{};
    ASSERT_TRUE(run_until(loop, [&] { return ended; }));
    EXPECT_EQ(sender->send(octets("x")).error().code, EPIPE);
}

TEST_F(MessageSocketTest, FlushesBeforeTheEndOfTheProcess) {
    const std::size_t sent = fill();
    std::size_t received = drain();
    EXPECT_LT(received, sent);
    sender->flush(milliseconds{0});
    received += drain();
    EXPECT_EQ(received, sent);
}

}  // namespace
}  // namespace understudy::os
