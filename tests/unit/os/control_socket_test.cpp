#include "understudy/os/control_socket.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "run_until.hpp"
#include "temporary_directory.hpp"
#include "unix_client.hpp"

namespace understudy::os {
namespace {

using test::run_ready;
using test::run_until;
using test::TemporaryDirectory;
using test::UnixClient;

// A socket that keeps what it is asked, and repeats it as the answer if that is wished.
class Desk {
public:
    explicit Desk(bool answers = true) : answers_(answers) {
        options.path = directory.path("run/control.sock");
    }

    std::expected<void, SysError> open() {
        auto opened = ControlSocket::open(loop, options,
                                          {[this](ClientId client, const Peer& peer, std::string_view line) {
                                              heard.emplace_back(client, line);
                                              last_peer = peer;
                                              if (answers_)
                                                  socket->answer(client, "re: " + std::string{line});
                                          }});
        if (!opened) return std::unexpected(opened.error());
        socket.emplace(*std::move(opened));
        return {};
    }

    [[nodiscard]] mode_t mode() const {
        struct stat facts{};
        ::stat(options.path.c_str(), &facts);
        return facts.st_mode;
    }

    TemporaryDirectory directory;
    boost::asio::io_context loop{1};
    ControlSocketOptions options;
    std::optional<ControlSocket> socket;
    std::vector<std::pair<ClientId, std::string>> heard;
    Peer last_peer;

private:
    bool answers_;
};

TEST(ControlSocket, AnswersWhoAsks) {
    Desk desk;
    ASSERT_TRUE(desk.open());
    UnixClient client{desk.options.path};
    ASSERT_TRUE(client.connected());
    client.send("how are you\n");
    EXPECT_TRUE(run_until(desk.loop, [&] { return client.heard() == "re: how are you\n"; }));
    EXPECT_EQ(desk.last_peer.uid, ::getuid());
    EXPECT_EQ(desk.last_peer.process, ::getpid());
    EXPECT_TRUE(desk.last_peer.belongs_to(::getgid()));
    EXPECT_FALSE(desk.last_peer.belongs_to(::getgid() + 12345));
}

TEST(ControlSocket, MakesItsDirectoryAndIsClosedToOthers) {
    Desk desk;
    ASSERT_TRUE(desk.open());
    EXPECT_TRUE(S_ISSOCK(desk.mode()));
    EXPECT_EQ(desk.mode() & 07777, 0660u);
}

TEST(ControlSocket, HasTheModeThatIsAskedFor) {
    Desk desk;
    desk.options.open_to_all = true;
    ASSERT_TRUE(desk.open());
    EXPECT_EQ(desk.mode() & 07777, 0666u);
    desk.socket.reset();
    desk.options.mode = 0600;
    ASSERT_TRUE(desk.open());
    EXPECT_EQ(desk.mode() & 07777, 0600u);
}

TEST(ControlSocket, BelongsToTheNamedGroup) {
    if (::getuid() != 0) GTEST_SKIP() << "needs root";
    Desk desk;
    desk.options.group = 12345;
    ASSERT_TRUE(desk.open());
    struct stat facts{};
    ASSERT_EQ(::stat(desk.options.path.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_gid, 12345u);
}

TEST(ControlSocket, RemovesItsFileAtTheEnd) {
    Desk desk;
    ASSERT_TRUE(desk.open());
    desk.socket.reset();
    EXPECT_EQ(::access(desk.options.path.c_str(), F_OK), -1);
}

TEST(ControlSocket, LeavesTheFileToItsParentWhenItIsAbandoned) {
    Desk desk;
    ASSERT_TRUE(desk.open());
    desk.socket->abandon();
    desk.socket.reset();
    EXPECT_EQ(::access(desk.options.path.c_str(), F_OK), 0);
    EXPECT_FALSE(UnixClient{desk.options.path}.connected());
}

TEST(ControlSocket, ReplacesThatOfADeadPredecessor) {
    Desk desk;
    ASSERT_TRUE(desk.open());
    desk.socket->abandon();
    ASSERT_TRUE(desk.open());
    EXPECT_TRUE(UnixClient{desk.options.path}.connected());
}

TEST(ControlSocket, DoesNotStealThatOfTheLiving) {
    Desk first;
    ASSERT_TRUE(first.open());
    Desk second;
    second.options.path = first.options.path;
    const auto opened = second.open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, EADDRINUSE);
    UnixClient client{first.options.path};
    client.send("still there?\n");
    EXPECT_TRUE(run_until(first.loop, [&] { return client.heard() == "re: still there?\n"; }));
}

TEST(ControlSocket, DoesNotRemoveWhatIsNoSocket) {
    Desk desk;
    desk.options.path = desk.directory.write("control.sock", "precious");
    const auto opened = desk.open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, EEXIST);
    EXPECT_EQ(desk.directory.content("control.sock"), "precious");
}

TEST(ControlSocket, SaysSoWhenThePathCannotBe) {
    Desk desk;
    desk.options.path = desk.directory.path(std::string(200, 'x'));
    EXPECT_EQ(desk.open().error().code, ENAMETOOLONG);
    desk.options.path = desk.directory.path("a/b/control.sock");
    EXPECT_EQ(desk.open().error().code, ENOENT);
}

TEST(ControlSocket, TakesOneQuestionOfAClientAtATime) {
    Desk desk{false};
    ASSERT_TRUE(desk.open());
    UnixClient client{desk.options.path};
    client.send("one\ntwo\n");
    EXPECT_TRUE(run_until(desk.loop, [&] { return desk.heard.size() == 1; }));
    run_ready(desk.loop);
    EXPECT_EQ(desk.heard.size(), 1u);
    desk.socket->answer(desk.heard.front().first, "first");
    EXPECT_TRUE(run_until(desk.loop, [&] { return desk.heard.size() == 2; }));
    EXPECT_EQ(desk.heard.back().second, "two");
}

TEST(ControlSocket, AnswersAClientThatHasNothingMoreToSay) {
    Desk desk{false};
    ASSERT_TRUE(desk.open());
    UnixClient client{desk.options.path};
    client.send("one\n");
    client.say_no_more();
    EXPECT_TRUE(run_until(desk.loop, [&] { return !desk.heard.empty(); }));
    run_ready(desk.loop);
    desk.socket->answer(desk.heard.front().first, "late");
    EXPECT_TRUE(run_until(desk.loop, [&] { return client.dropped(); }));
    EXPECT_EQ(client.heard(), "late\n");
    EXPECT_EQ(desk.socket->clients(), 0u);
}

TEST(ControlSocket, DropsAClientWhoseLineIsTooLong) {
    Desk desk;
    desk.options.limits.longest_line = 100;
    desk.options.too_long = "too long";
    ASSERT_TRUE(desk.open());
    UnixClient client{desk.options.path};
    client.send(std::string(101, 'x'));
    EXPECT_TRUE(run_until(desk.loop, [&] { return client.dropped(); }));
    EXPECT_EQ(client.heard(), "too long\n");
}

TEST(ControlSocket, MakesRoomForANewClientByDroppingTheQuietest) {
    Desk desk;
    desk.options.most_clients = 3;
    ASSERT_TRUE(desk.open());
    std::vector<UnixClient> clients;
    for (int i = 0; i < 3; ++i) {
        clients.emplace_back(desk.options.path);
        clients.back().send("hello\n");
        EXPECT_TRUE(run_until(desk.loop, [&] { return !clients.back().heard().empty(); }));
    }
    clients[0].send("again\n");
    EXPECT_TRUE(run_until(desk.loop, [&] { return desk.heard.size() == 4; }));
    UnixClient late{desk.options.path};
    late.send("me too\n");
    EXPECT_TRUE(run_until(desk.loop, [&] { return late.heard() == "re: me too\n"; }));
    EXPECT_EQ(desk.socket->clients(), 3u);
    EXPECT_FALSE(clients[0].dropped());
    EXPECT_TRUE(clients[1].dropped());
    EXPECT_FALSE(clients[2].dropped());
}

TEST(ControlSocket, LetsANewClientWaitWhileAllOthersWaitForUs) {
    Desk desk{false};
    desk.options.most_clients = 1;
    ASSERT_TRUE(desk.open());
    UnixClient first{desk.options.path};
    first.send("long question\n");
    EXPECT_TRUE(run_until(desk.loop, [&] { return desk.heard.size() == 1; }));
    UnixClient second{desk.options.path};
    second.send("me too\n");
    UnixClient third{desk.options.path};
    third.send("and me\n");
    run_ready(desk.loop);
    EXPECT_EQ(desk.heard.size(), 1u);
    desk.socket->answer(desk.heard[0].first, "the answer");
    EXPECT_TRUE(run_until(desk.loop, [&] { return desk.heard.size() == 2; }));
    EXPECT_EQ(first.heard(), "the answer\n");
    EXPECT_EQ(desk.heard[1].second, "me too");
    desk.socket->answer(desk.heard[1].first, "yours");
    EXPECT_TRUE(run_until(desk.loop, [&] { return desk.heard.size() == 3; }));
    EXPECT_EQ(second.heard(), "yours\n");
}

TEST(ControlSocket, HearsWhoeverSpeaksAtOnceInAnyCrowd) {
    Desk desk;
    desk.options.most_clients = 4;
    ASSERT_TRUE(desk.open());
    std::vector<UnixClient> crowd;
    for (int i = 0; i < 40; ++i) {
        crowd.emplace_back(desk.options.path);
        crowd.back().send(i % 2 == 0 ? "hello\n" : "");
    }
    EXPECT_TRUE(run_until(desk.loop, [&] { return desk.heard.size() == 20; }));
    for (std::size_t i = 0; i < crowd.size(); i += 2) EXPECT_EQ(crowd[i].heard(), "re: hello\n") << i;
}

TEST(ControlSocket, DropsAClientThatNeverReads) {
    Desk desk{false};
    desk.options.patience = seconds{0};
    ASSERT_TRUE(desk.open());
    UnixClient deaf{desk.options.path};
    deaf.send("tell me everything\n");
    EXPECT_TRUE(run_until(desk.loop, [&] { return desk.heard.size() == 1; }));
    desk.socket->answer(desk.heard.front().first, std::string(4000000, 'x'));
    EXPECT_TRUE(run_until(desk.loop, [&] { return desk.socket->clients() == 0; }));
    EXPECT_TRUE(deaf.dropped());
}

TEST(ControlSocket, ForgetsAnAnswerToAClientThatHasGone) {
    Desk desk{false};
    ASSERT_TRUE(desk.open());
    {
        UnixClient client{desk.options.path};
        client.send("one\n");
        EXPECT_TRUE(run_until(desk.loop, [&] { return desk.heard.size() == 1; }));
    }
    desk.socket->answer(desk.heard.front().first, "to nobody");
    EXPECT_TRUE(run_until(desk.loop, [&] { return desk.socket->clients() == 0; }));
    desk.socket->answer(desk.heard.front().first, "to nobody at all");
    desk.socket->answer(12345, "nor here");
    run_ready(desk.loop);
    EXPECT_EQ(desk.socket->clients(), 0u);
}

// Clients that have said a word, and subscribed by it.
class Subscribers : public testing::Test {
protected:
    void open() { ASSERT_TRUE(desk.open()); }

    ClientId subscribe(UnixClient& client) {
        const std::size_t before = desk.heard.size();
        client.send("me too\n");
        EXPECT_TRUE(run_until(desk.loop, [&] { return desk.heard.size() > before; }));
        const ClientId id = desk.heard.back().first;
        desk.socket->subscribe(id);
        EXPECT_TRUE(run_until(desk.loop, [&] { return client.heard().ends_with("re: me too\n"); }));
        return id;
    }

    Desk desk;
};

TEST_F(Subscribers, AreToldWithoutAsking) {
    open();
    UnixClient client{desk.options.path};
    const ClientId id = subscribe(client);
    EXPECT_TRUE(desk.socket->tell(id, "one\ntwo"));
    EXPECT_TRUE(run_until(desk.loop, [&] { return client.heard() == "re: me too\none\ntwo\n"; }));
    client.send("and now?\n");
    EXPECT_TRUE(run_until(desk.loop, [&] { return client.heard().ends_with("re: and now?\n"); }));
    EXPECT_TRUE(desk.socket->is_subscribed(id));
}

TEST_F(Subscribers, AreOnlyThoseWhoAskedForIt) {
    open();
    UnixClient client{desk.options.path};
    client.send("hello\n");
    ASSERT_TRUE(run_until(desk.loop, [&] { return client.heard() == "re: hello\n"; }));
    EXPECT_FALSE(desk.socket->tell(desk.heard.back().first, "one"));
    EXPECT_FALSE(desk.socket->tell(12345, "one"));
    desk.socket->subscribe(12345);
    EXPECT_FALSE(desk.socket->is_subscribed(12345));
}

TEST_F(Subscribers, AreForgottenWhenTheyLeave) {
    open();
    auto client = std::make_unique<UnixClient>(desk.options.path);
    const ClientId id = subscribe(*client);
    client.reset();
    EXPECT_TRUE(run_until(desk.loop, [&] { return desk.socket->clients() == 0; }));
    EXPECT_FALSE(desk.socket->tell(id, "one"));
}

TEST_F(Subscribers, TakeNoPlaceFromThoseWhoAsk) {
    desk.options.most_clients = 1;
    open();
    UnixClient listening{desk.options.path};
    const ClientId id = subscribe(listening);
    UnixClient asking{desk.options.path};
    asking.send("hello\n");
    EXPECT_TRUE(run_until(desk.loop, [&] { return asking.heard() == "re: hello\n"; }));
    UnixClient another{desk.options.path};
    another.send("hello\n");
    EXPECT_TRUE(run_until(desk.loop, [&] { return another.heard() == "re: hello\n"; }));
    EXPECT_TRUE(asking.dropped());
    EXPECT_TRUE(desk.socket->is_subscribed(id));
}

TEST_F(Subscribers, MakeRoomForTheNextByHowLongTheyHaveListened) {
    desk.options.most_subscribers = 2;
    desk.options.unsubscribed = "enough";
    open();
    UnixClient first{desk.options.path};
    UnixClient second{desk.options.path};
    UnixClient third{desk.options.path};
    subscribe(first);
    const ClientId id = subscribe(second);
    const ClientId last = subscribe(third);
    EXPECT_EQ(first.heard(), "re: me too\nenough\n");
    EXPECT_TRUE(first.dropped());
    EXPECT_TRUE(desk.socket->is_subscribed(id));
    EXPECT_TRUE(desk.socket->is_subscribed(last));
}

TEST_F(Subscribers, AreDroppedWhenTooMuchWaitsForThem) {
    desk.options.most_untold = 4096;
    open();
    UnixClient client{desk.options.path};
    const ClientId id = subscribe(client);
    // First the kernel's own buffer is filled, in pieces that are each no more than may wait.
    const std::string piece(4000, 'x');
    std::size_t told = 0;
    while (told < 10'000 && desk.socket->tell(id, piece)) {
        run_ready(desk.loop);
        ++told;
    }
    EXPECT_LT(told, 10'000u);
    EXPECT_GT(told, 1u);
    EXPECT_EQ(desk.socket->clients(), 0u);
}

TEST_F(Subscribers, AreDroppedWhenTheyTakeTooLong) {
    desk.options.patience = seconds{0};
    open();
    UnixClient client{desk.options.path};
    const ClientId id = subscribe(client);
    const std::string piece(std::size_t{4} * 1024 * 1024, 'x');  // more than the kernel keeps
    ASSERT_TRUE(desk.socket->tell(id, piece));
    EXPECT_TRUE(run_until(desk.loop, [&] { return !desk.socket->is_subscribed(id); }));
}

}  // namespace
}  // namespace understudy::os
