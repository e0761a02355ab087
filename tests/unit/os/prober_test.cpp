#include "understudy/os/prober.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "run_until.hpp"

namespace understudy::os {
namespace {

using boost::asio::ip::tcp;

// A server on the loopback that accepts, and says one thing to whoever says something.
class Server {
public:
    Server(Loop& loop, std::string answer)
        : acceptor_(loop, tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}),
          client_(loop),
          answer_(std::move(answer)) {
        acceptor_.async_accept(client_, [this](const auto& error) {
            if (!error)
                client_.async_read_some(boost::asio::buffer(heard_), [this](const auto&, std::size_t) {
                    boost::system::error_code ignored;
                    boost::asio::write(client_, boost::asio::buffer(answer_), ignored);
                    client_.close(ignored);
                });
        });
    }
    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
    tcp::acceptor acceptor_;
    tcp::socket client_;
    std::string answer_;
    std::array<char, 1024> heard_{};
};

std::size_t open_descriptors() {
    const std::filesystem::directory_iterator all{"/proc/self/fd"};
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

struct ProberTest : testing::Test {
    Question to_port(Question::Kind kind, std::uint16_t port) {
        Question question;
        question.kind = kind;
        question.host = net::Address::v4(127, 0, 0, 1);
        question.port = port;
        question.request = "GET / HTTP/1.1\r\n\r\n";
        question.least = 200;
        question.most = 299;
        return question;
    }
    std::optional<ProbeAnswer> answer_to(const Question& question) {
        prober.ask(++id, question);
        if (!test::run_until(loop, [&] { return answers.contains(id); })) return std::nullopt;
        return answers[id];
    }

    Loop loop;
    std::map<std::uint64_t, ProbeAnswer> answers;
    Prober prober{loop, [this](std::uint64_t of, const ProbeAnswer& answer) { answers[of] = answer; }};
    std::uint64_t id = 0;
};

TEST_F(ProberTest, ConnectsToWhoListens) {
    const Server server{loop, ""};
    const auto answer = answer_to(to_port(Question::Kind::Connect, server.port()));
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->good);
    EXPECT_EQ(answer->reason, "connected");
}

TEST_F(ProberTest, IsRefusedWhereNobodyListens) {
    std::uint16_t port = 0;
    {
        const Server server{loop, ""};
        port = server.port();
    }
    const auto answer = answer_to(to_port(Question::Kind::Connect, port));
    ASSERT_TRUE(answer);
    EXPECT_FALSE(answer->good);
    EXPECT_EQ(answer->reason, "connection refused");
}

TEST_F(ProberTest, JudgesTheStatusOfHttp) {
    struct Case {
        const char* says;
        bool good;
        const char* reason;
    };
    for (const Case& row : {Case{"HTTP/1.1 204 No Content\r\n\r\n", true, "status 204"},
                            Case{"HTTP/1.1 503 Busy\r\n\r\n", false, "status 503"},
                            Case{"220 mail.example ESMTP\r\n", false, "the answer is not HTTP"},
                            Case{"", false, "connection closed without an answer"}}) {
        const Server server{loop, row.says};
        const auto answer = answer_to(to_port(Question::Kind::HttpStatus, server.port()));
        ASSERT_TRUE(answer) << row.says;
        EXPECT_EQ(answer->good, row.good) << row.says;
        EXPECT_EQ(answer->reason, row.reason);
    }
}

TEST_F(ProberTest, SaysNothingAfterTheQuestionWasWithdrawn) {
    const Server server{loop, ""};
    prober.ask(++id, to_port(Question::Kind::Connect, server.port()));
    prober.withdraw(id);
    const auto other = answer_to(to_port(Question::Kind::Connect, server.port()));
    EXPECT_TRUE(other);
    EXPECT_EQ(answers.size(), 1u);
}

// A service that hangs must not cost a descriptor at each timeout.
TEST_F(ProberTest, ClosesWhatWasWithdrawnAlthoughNothingWasHeard) {
    const tcp::acceptor mute{loop, tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
    const std::size_t before = open_descriptors();
    prober.ask(++id, to_port(Question::Kind::HttpStatus, mute.local_endpoint().port()));
    EXPECT_EQ(open_descriptors(), before + 1);
    test::run_ready(loop);  // connected, asked, and waiting
    prober.withdraw(id);
    EXPECT_EQ(open_descriptors(), before);
    {
        Prober passing{loop, [](std::uint64_t, const ProbeAnswer&) {}};
        passing.ask(1, to_port(Question::Kind::HttpStatus, mute.local_endpoint().port()));
        EXPECT_EQ(open_descriptors(), before + 1);
    }
    EXPECT_EQ(open_descriptors(), before) << "nor at the end";
    test::run_ready(loop);
    EXPECT_TRUE(answers.empty());
}

TEST_F(ProberTest, ReadsNoMoreThanAFirstLineMayHold) {
    const Server server{loop, std::string(100'000, 'x')};
    const auto answer = answer_to(to_port(Question::Kind::HttpStatus, server.port()));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->reason, "the answer is not HTTP");
}

TEST_F(ProberTest, HasAReasonForAnInterfaceThatDoesNotExist) {
    Question question = to_port(Question::Kind::Connect, 9);
    question.interface = "us-none";
    const auto answer = answer_to(question);
    ASSERT_TRUE(answer);
    EXPECT_FALSE(answer->good);
    EXPECT_TRUE(answer->reason.starts_with("cannot use interface us-none")) << answer->reason;
}

}  // namespace
}  // namespace understudy::os
