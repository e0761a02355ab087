#include "understudy/os/advert_socket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <optional>
#include <thread>

#include "understudy/net/virtual_router.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/wire/advert.hpp"

#include "namespaces.hpp"
#include "run_until.hpp"

namespace understudy::os {
namespace {

using net::Address;
using net::Family;
using test::ip;
using test::run_until;

Address address(std::string_view text) { return *Address::parse(text); }

VridSet set_of(std::initializer_list<std::size_t> vrids) {
    VridSet set;
    for (const std::size_t vrid : vrids) set.set(vrid);
    return set;
}

struct Heard {
    std::vector<std::byte> bytes;
    ReceivedPacket packet;  // its bytes are gone
};

// A socket and what it has heard. Not moved: the socket's callback knows where it is.
struct Station {
    std::vector<Heard> heard;
    std::vector<std::size_t> slices;  // so many were heard at the end of each
    std::optional<AdvertSocket> socket;
};

class AdvertSocketTest : public test::TwoHosts {
protected:
    static AdvertSocketOptions options(const Host& host, Family family) {
        AdvertSocketOptions result;
        result.family = family;
        result.link = host.link;
        result.groups = {net::vrrp_group(family)};
        result.vrids = set_of({51});
        return result;
    }

    std::unique_ptr<Station> open(const Host& host, const AdvertSocketOptions& wanted) {
        host.home.enter();
        auto station = std::make_unique<Station>();
        const auto received = [raw = station.get()](const ReceivedPacket& packet) {
            raw->heard.push_back({{packet.bytes.begin(), packet.bytes.end()}, packet});
        };
        const auto failed = [](const SysError& error) { ADD_FAILURE() << error.to_string(); };
        const auto all = [raw = station.get()] { raw->slices.push_back(raw->heard.size()); };
        auto socket = AdvertSocket::open(loop_, wanted, {received, failed, all});
        EXPECT_TRUE(socket) << (socket ? "" : socket.error().to_string());
        if (socket) station->socket.emplace(*std::move(socket));
        return station;
    }
    std::unique_ptr<Station> open(const Host& host, Family family) {
        return open(host, options(host, family));
    }

    [[nodiscard]] bool has_heard(const Station& station, std::size_t count) {
        return run_until(loop_, [&] { return station.heard.size() >= count; });
    }

    boost::asio::io_context loop_{1};
};

// An advert and the packet that carries it.
struct Letter {
    explicit Letter(wire::Outgoing outgoing) : bytes(wire::encode(outgoing)) {
        packet.bytes = bytes;
        packet.destination = outgoing.destination;
        packet.source = outgoing.source;
    }
    Letter(std::string_view from, Address to, net::Vrid vrid = net::Vrid{51})
        : Letter(advert(from, to, vrid)) {}

    static wire::Outgoing advert(std::string_view from, const Address& to, net::Vrid vrid = net::Vrid{51}) {
        static const Address v4 = address("192.0.2.100");
        static const Address v6 = address("fe80::100");
        wire::Outgoing outgoing;
        outgoing.version = to.is_v4() ? net::VrrpVersion::V2 : net::VrrpVersion::V3;
        outgoing.vrid = vrid;
        outgoing.source = address(from);
        outgoing.destination = to;
        outgoing.addresses = std::span{to.is_v4() ? &v4 : &v6, 1};
        return outgoing;
    }

    std::vector<std::byte> bytes;
    OutgoingPacket packet;
};

std::vector<int> send(Station& from, const Letter& letter) {
    return from.socket->send(std::span{&letter.packet, 1});
}

TEST_F(AdvertSocketTest, CarriesIpv4Multicast) {
    const auto sender = open(left(), Family::Ipv4);
    const auto hearer = open(right(), Family::Ipv4);
    const Letter letter{"192.0.2.1", net::vrrp_group(Family::Ipv4)};
    EXPECT_EQ(send(*sender, letter), std::vector{0});
    ASSERT_TRUE(has_heard(*hearer, 1));
    const Heard& heard = hearer->heard.front();
    EXPECT_EQ(heard.bytes, letter.bytes) << "not an octet of the packet is the kernel's";
    EXPECT_EQ(heard.packet.source, address("192.0.2.1"));
    EXPECT_EQ(heard.packet.destination, address("224.0.0.18"));
    EXPECT_EQ(heard.packet.hop_limit, 255);
    EXPECT_EQ(heard.packet.link, right().link);
    EXPECT_EQ(heard.packet.family, Family::Ipv4);
}

TEST_F(AdvertSocketTest, TellsWhenAnAdvertCame) {
    for (const Family family : {Family::Ipv4, Family::Ipv6}) {
        const auto sender = open(left(), family);
        const auto hearer = open(right(), family);
        const Letter letter{family == Family::Ipv4 ? "192.0.2.1" : "fe80::1", net::vrrp_group(family)};
        // The kernel begins to note it a moment after the first socket has asked.
        const auto is_told_of_one = [&] {
            hearer->heard.clear();
            const WallTime before = wall_time();
            EXPECT_EQ(send(*sender, letter), std::vector{0});
            std::this_thread::sleep_for(milliseconds{20});
            const WallTime looked = wall_time();
            EXPECT_TRUE(has_heard(*hearer, 1));
            const auto arrived = hearer->heard.front().packet.arrived;
            return arrived && before <= *arrived && *arrived < looked;
        };
        bool told = false;
        for (int i = 0; i < 100 && !told; ++i) told = is_told_of_one();
        EXPECT_TRUE(told);
    }
}

TEST_F(AdvertSocketTest, DoesNotTellWhenAdvertsCameThatHaveWaitedTogether) {
    const auto sender = open(left(), Family::Ipv4);
    const auto hearer = open(right(), Family::Ipv4);
    const Letter letter{"192.0.2.1", net::vrrp_group(Family::Ipv4)};
    EXPECT_EQ(send(*sender, letter), std::vector{0});
    EXPECT_EQ(send(*sender, letter), std::vector{0});
    ASSERT_TRUE(has_heard(*hearer, 2));
    for (const Heard& heard : hearer->heard) EXPECT_FALSE(heard.packet.arrived);
}

TEST_F(AdvertSocketTest, CarriesIpv4Unicast) {
    const auto sender = open(left(), Family::Ipv4);
    const auto hearer = open(right(), Family::Ipv4);
    auto outgoing = Letter::advert("192.0.2.1", address("192.0.2.2"));
    outgoing.ttl = 7;
    EXPECT_EQ(send(*sender, Letter{outgoing}), std::vector{0});
    ASSERT_TRUE(has_heard(*hearer, 1));
    EXPECT_EQ(hearer->heard.front().packet.destination, address("192.0.2.2"));
    EXPECT_EQ(hearer->heard.front().packet.hop_limit, 7);
}

TEST_F(AdvertSocketTest, CarriesUnicastByWhateverLink) {
    auto any = options(right(), Family::Ipv4);
    any.link = {};
    any.groups = {};
    const auto sender = open(left(), Family::Ipv4);
    const auto hearer = open(right(), any);
    send(*sender, Letter{"192.0.2.1", net::vrrp_group(Family::Ipv4)});
    send(*sender, Letter{"192.0.2.1", address("192.0.2.2")});
    ASSERT_TRUE(has_heard(*hearer, 1));
    EXPECT_EQ(hearer->heard.front().packet.destination, address("192.0.2.2")) << "it has joined no group";
    EXPECT_EQ(hearer->heard.front().packet.link, right().link);
    EXPECT_EQ(send(*hearer, Letter{"192.0.2.2", address("192.0.2.1")}), std::vector{0});
    ASSERT_TRUE(has_heard(*sender, 1));
}

TEST_F(AdvertSocketTest, CarriesIpv6Multicast) {
    const auto sender = open(left(), Family::Ipv6);
    const auto hearer = open(right(), Family::Ipv6);
    const Letter letter{"fe80::1", net::vrrp_group(Family::Ipv6)};
    EXPECT_EQ(send(*sender, letter), std::vector{0});
    ASSERT_TRUE(has_heard(*hearer, 1));
    const Heard& heard = hearer->heard.front();
    EXPECT_EQ(heard.bytes, letter.bytes);
    EXPECT_EQ(heard.packet.source, address("fe80::1"));
    EXPECT_EQ(heard.packet.destination, address("ff02::12"));
    EXPECT_EQ(heard.packet.hop_limit, 255);
    EXPECT_EQ(heard.packet.link, right().link);
    EXPECT_EQ(heard.packet.family, Family::Ipv6);
}

TEST_F(AdvertSocketTest, CarriesIpv6UnicastFromTheGivenSource) {
    const auto sender = open(left(), Family::Ipv6);
    auto any = options(right(), Family::Ipv6);
    any.link = {};
    any.groups = {};
    const auto hearer = open(right(), any);
    Letter letter{"2001:db8::1", address("fe80::2")};
    letter.packet.hop_limit = 9;
    send(*sender, Letter{"fe80::1", net::vrrp_group(Family::Ipv6)});
    EXPECT_EQ(send(*sender, letter), std::vector{0});
    ASSERT_TRUE(has_heard(*hearer, 1));
    EXPECT_EQ(hearer->heard.front().packet.source, address("2001:db8::1"));
    EXPECT_EQ(hearer->heard.front().packet.destination, address("fe80::2")) << "it has joined no group";
    EXPECT_EQ(hearer->heard.front().packet.hop_limit, 9);
}

TEST_F(AdvertSocketTest, AnswersALinkLocalPeerWithoutBeingBound) {
    auto any = options(left(), Family::Ipv6);
    any.link = {};
    any.groups = {};
    const auto sender = open(left(), any);
    const auto hearer = open(right(), Family::Ipv6);
    Letter letter{"fe80::1", address("fe80::2")};
    letter.packet.link = left().link;
    EXPECT_EQ(send(*sender, letter), std::vector{0});
    EXPECT_TRUE(has_heard(*hearer, 1));
}

TEST_F(AdvertSocketTest, HearsAuthenticatedAdvertsOnlyIfAsked) {
    auto both = options(right(), Family::Ipv4);
    both.hear_ah = true;
    const auto sender = open(left(), Family::Ipv4);
    const auto deaf = open(right(), Family::Ipv4);
    const auto hearer = open(right(), both);
    auto outgoing = Letter::advert("192.0.2.1", net::vrrp_group(Family::Ipv4));
    outgoing.auth_type = 2;
    outgoing.password = "secret";
    outgoing.ah_sequence = 1;
    const Letter authenticated{outgoing};
    outgoing.vrid = net::Vrid{52};
    EXPECT_EQ(send(*sender, Letter{outgoing}), std::vector{0});
    EXPECT_EQ(send(*sender, authenticated), std::vector{0});
    EXPECT_EQ(send(*sender, Letter{"192.0.2.1", net::vrrp_group(Family::Ipv4)}), std::vector{0});
    ASSERT_TRUE(has_heard(*hearer, 2) && has_heard(*deaf, 1));
    EXPECT_EQ(hearer->heard.size(), 2u) << "the other VRID is filtered behind the header, too";
    EXPECT_TRUE(std::ranges::any_of(hearer->heard,
                                    [&](const Heard& one) { return one.bytes == authenticated.bytes; }));
    EXPECT_EQ(deaf->heard.front().bytes[9], std::byte{112});
}

TEST_F(AdvertSocketTest, FiltersByVridAndTheSetCanBeReplaced) {
    for (const Family family : {Family::Ipv4, Family::Ipv6}) {
        const std::string_view from = family == Family::Ipv4 ? "192.0.2.1" : "fe80::1";
        const auto sender = open(left(), family);
        const auto hearer = open(right(), family);
        const auto say = [&](net::Vrid vrid) { send(*sender, Letter{from, net::vrrp_group(family), vrid}); };
        const auto vrid_of = [&](const Heard& heard) { return heard.bytes[family == Family::Ipv4 ? 21 : 1]; };
        say(net::Vrid{52});
        say(net::Vrid{51});
        ASSERT_TRUE(has_heard(*hearer, 1));
        EXPECT_EQ(vrid_of(hearer->heard[0]), std::byte{51});
        ASSERT_TRUE(hearer->socket->hear(set_of({52, 255})));
        say(net::Vrid{51});
        say(net::Vrid{255});
        say(net::Vrid{52});
        ASSERT_TRUE(has_heard(*hearer, 3));
        EXPECT_EQ(vrid_of(hearer->heard[1]), std::byte{255});
        EXPECT_EQ(vrid_of(hearer->heard[2]), std::byte{52});
    }
}

TEST_F(AdvertSocketTest, FindsTheVridBehindIpOptions) {
    const auto sender = open(left(), Family::Ipv4);
    const auto hearer = open(right(), Family::Ipv4);
    const auto with_option = [](net::Vrid vrid) {
        Letter letter{"192.0.2.1", net::vrrp_group(Family::Ipv4), vrid};
        letter.bytes.insert(letter.bytes.begin() + 20, 4, std::byte{1});  // four times "no operation"
        letter.bytes[0] = std::byte{0x46};
        letter.bytes[3] = std::byte(letter.bytes.size());
        letter.packet.bytes = letter.bytes;
        return letter;
    };
    const Letter unwanted = with_option(net::Vrid{52});
    const Letter wanted = with_option(net::Vrid{51});
    EXPECT_EQ(sender->socket->send(std::array{unwanted.packet, wanted.packet}), (std::vector{0, 0}));
    ASSERT_TRUE(has_heard(*hearer, 1));
    EXPECT_EQ(hearer->heard.front().bytes.size(), wanted.bytes.size());
    EXPECT_EQ(hearer->heard.front().bytes[25], std::byte{51});
}

TEST_F(AdvertSocketTest, DoesNotHearItself) {
    for (const Family family : {Family::Ipv4, Family::Ipv6}) {
        const auto one = open(left(), family);
        const auto other = open(right(), family);
        send(*one, Letter{family == Family::Ipv4 ? "192.0.2.1" : "fe80::1", net::vrrp_group(family)});
        send(*other, Letter{family == Family::Ipv4 ? "192.0.2.2" : "fe80::2", net::vrrp_group(family)});
        ASSERT_TRUE(has_heard(*one, 1) && has_heard(*other, 1));
        EXPECT_EQ(one->heard.size(), 1u);
        EXPECT_EQ(one->heard.front().packet.source,
                  address(family == Family::Ipv4 ? "192.0.2.2" : "fe80::2"));
    }
}

TEST_F(AdvertSocketTest, LosesNoneOfABurst) {
    auto roomy = options(right(), Family::Ipv4);
    roomy.receive_buffer = {1u << 20, true};
    const auto sender = open(left(), Family::Ipv4);
    const auto hearer = open(right(), roomy);
    std::vector<Letter> letters;
    for (std::uint16_t n = 1; n <= 255; ++n) {
        auto outgoing = Letter::advert("192.0.2.1", net::vrrp_group(Family::Ipv4));
        outgoing.identification = n;
        letters.emplace_back(outgoing);
    }
    std::vector<OutgoingPacket> packets;
    for (Letter& letter : letters) packets.push_back({letter.bytes, letter.packet.destination, {}, 255, {}});
    EXPECT_EQ(sender->socket->send(packets), std::vector<int>(255, 0));
    ASSERT_TRUE(has_heard(*hearer, 255));
    for (std::size_t n = 0; n < 255; ++n) EXPECT_EQ(hearer->heard[n].bytes, letters[n].bytes) << n;
}

TEST_F(AdvertSocketTest, KeepsWhatIsWaitingWhenItsBufferChanges) {
    const auto sender = open(left(), Family::Ipv4);
    const auto hearer = open(right(), Family::Ipv4);
    const Letter letter{"192.0.2.1", net::vrrp_group(Family::Ipv4)};
    send(*sender, letter);
    ASSERT_TRUE(hearer->socket->resize_buffer(ReceiveBuffer{1u << 20, true}));
    sender->socket->send(std::vector<OutgoingPacket>(1000, letter.packet));
    EXPECT_TRUE(has_heard(*hearer, 1001)) << "more than the first buffer has room for";
    ASSERT_TRUE(hearer->socket->resize_buffer(std::nullopt));
    send(*sender, letter);
    EXPECT_TRUE(has_heard(*hearer, 1002));
}

TEST_F(AdvertSocketTest, TellsWhichPacketsWereRefused) {
    auto any = options(left(), Family::Ipv4);
    any.link = {};
    any.groups = {};
    const auto sender = open(left(), any);
    const auto hearer = open(right(), Family::Ipv4);
    const Letter reachable{"192.0.2.1", address("192.0.2.2")};
    const Letter unreachable{"192.0.2.1", address("203.0.113.1")};
    const std::array packets{unreachable.packet, reachable.packet, unreachable.packet, reachable.packet};
    EXPECT_EQ(sender->socket->send(packets), (std::vector{ENETUNREACH, 0, ENETUNREACH, 0}));
    EXPECT_TRUE(has_heard(*hearer, 2));
}

TEST_F(AdvertSocketTest, RefusesASourceThatIsNotOurs) {
    const auto sender = open(left(), Family::Ipv6);
    EXPECT_EQ(send(*sender, Letter{"fe80::99", net::vrrp_group(Family::Ipv6)}), std::vector{EINVAL});
}

// The link of a virtual MAC has no address of its own, so its adverts have that of the link below.
TEST_F(AdvertSocketTest, SendsFromAnIpv6AddressThatItsLinkDoesNotHave) {
    AdvertSocketOptions foreign = options(left(), Family::Ipv6);
    foreign.foreign_source = true;
    const auto sender = open(left(), foreign);
    const auto hearer = open(right(), Family::Ipv6);
    EXPECT_EQ(send(*sender, Letter{"fe80::99", net::vrrp_group(Family::Ipv6)}), std::vector{0});
    ASSERT_TRUE(has_heard(*hearer, 1));
    EXPECT_EQ(hearer->heard.front().packet.source, address("fe80::99"));
}

TEST_F(AdvertSocketTest, SaysThatItsLinkIsDownOrGone) {
    const auto v4 = open(left(), Family::Ipv4);
    const auto v6 = open(left(), Family::Ipv6);
    const auto hearer = open(right(), Family::Ipv4);
    const Letter letter{"192.0.2.1", net::vrrp_group(Family::Ipv4)};
    const Letter letter6{"fe80::1", net::vrrp_group(Family::Ipv6)};
    left().home.enter();
    ip("link set eth0 down");
    EXPECT_EQ(send(*v4, letter), std::vector{ENETUNREACH});
    EXPECT_NE(send(*v6, letter6), std::vector{0});
    ip("link set eth0 up");
    EXPECT_EQ(send(*v4, letter), std::vector{0});
    EXPECT_TRUE(has_heard(*hearer, 1)) << "it need not join again";
    ip("link del eth0");
    EXPECT_EQ(send(*v4, letter), std::vector{ENODEV});
    EXPECT_EQ(send(*v6, letter6), std::vector{ENODEV});
}

TEST_F(AdvertSocketTest, CannotBeOpenedOnALinkThatIsNotThere) {
    left().home.enter();
    for (const Family family : {Family::Ipv4, Family::Ipv6}) {
        auto wanted = options(left(), family);
        wanted.link = {9999};
        const auto socket =
            AdvertSocket::open(loop_, wanted, {[](const ReceivedPacket&) {}, [](const SysError&) {}});
        ASSERT_FALSE(socket);
        EXPECT_EQ(socket.error().code, ENODEV);
    }
}

TEST_F(AdvertSocketTest, HearsNothingMoreOnceDestroyedFromItsCallback) {
    const auto sender = open(left(), Family::Ipv4);
    right().home.enter();
    std::optional<AdvertSocket> socket;
    int count = 0;
    socket.emplace(*AdvertSocket::open(loop_, options(right(), Family::Ipv4),
                                       {[&](const ReceivedPacket&) {
                                            ++count;
                                            socket.reset();
                                        },
                                        [](const SysError&) {}}));
    const Letter letter{"192.0.2.1", net::vrrp_group(Family::Ipv4)};
    sender->socket->send(std::array{letter.packet, letter.packet, letter.packet});
    ASSERT_TRUE(run_until(loop_, [&] { return count > 0; }));
    test::run_ready(loop_);
    EXPECT_EQ(count, 1);
}

TEST_F(AdvertSocketTest, DeliversAFloodInSlices) {
    auto roomy = options(right(), Family::Ipv4);
    roomy.receive_buffer = {1u << 20, true};
    const auto sender = open(left(), Family::Ipv4);
    const auto hearer = open(right(), roomy);
    const Letter letter{"192.0.2.1", net::vrrp_group(Family::Ipv4)};
    sender->socket->send(std::vector<OutgoingPacket>(200, letter.packet));
    ASSERT_TRUE(has_heard(*hearer, 1));
    EXPECT_LE(hearer->heard.size(), 64u) << "then others had their turn";
    EXPECT_TRUE(has_heard(*hearer, 200));
}

TEST_F(AdvertSocketTest, TellsWhatCameTogetherAndWhenThatIsAll) {
    const auto sender = open(left(), Family::Ipv4);
    const auto hearer = open(right(), Family::Ipv4);
    const Letter letter{"192.0.2.1", net::vrrp_group(Family::Ipv4)};
    for (std::size_t count = 2; count <= 6; count += 2) {
        sender->socket->send(std::array{letter.packet, letter.packet});
        ASSERT_TRUE(run_until(loop_, [&] { return hearer->slices.size() == count / 2; }));
        EXPECT_EQ(hearer->slices.back(), count);
        EXPECT_FALSE(hearer->heard[count - 2].packet.together);
        EXPECT_TRUE(hearer->heard[count - 1].packet.together);
    }
}

}  // namespace
}  // namespace understudy::os
