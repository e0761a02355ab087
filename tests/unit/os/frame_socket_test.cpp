#include "understudy/os/frame_socket.hpp"

#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <optional>

#include "understudy/net/mac.hpp"
#include "understudy/wire/arp.hpp"
#include "understudy/wire/ndisc.hpp"

#include "namespaces.hpp"

namespace understudy::os {
namespace {

constexpr net::Mac kMac = net::Mac::of(0x02, 0, 0, 0, 0, 1);

// Hears all frames of one type at the other end.
class Ear {
public:
    Ear(net::LinkIndex link, std::uint16_t type) : fd_(::socket(AF_PACKET, SOCK_RAW, 0)) {
        sockaddr_ll address{};
        address.sll_family = AF_PACKET;
        address.sll_ifindex = static_cast<int>(link.value);
        address.sll_protocol = htons(type);
        EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    }
    std::vector<std::byte> next() {
        pollfd readable{fd_.get(), POLLIN, 0};
        if (::poll(&readable, 1, 10'000) != 1) return {};
        std::vector<std::byte> frame(2048);
        const ssize_t size = ::recv(fd_.get(), frame.data(), frame.size(), 0);
        frame.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
        return frame;
    }

private:
    UniqueFd fd_;
};

struct FrameSocketTest : test::TwoHosts {};

TEST_F(FrameSocketTest, SendsArpAndNeighbourAdverts) {
    right().home.enter();
    Ear arp{right().link, ETH_P_ARP};
    Ear ipv6{right().link, ETH_P_IPV6};
    left().home.enter();
    FrameSocket frames = *FrameSocket::open();
    const auto announcement = wire::gratuitous_arp(kMac, *net::Address::parse("192.0.2.10"));
    const auto advert = wire::unsolicited_neighbour_advert(kMac, *net::Address::parse("2001:db8::10"), true);
    EXPECT_EQ(
        frames.send(std::array{OutgoingFrame{announcement, left().link}, OutgoingFrame{advert, left().link}}),
        (std::vector{0, 0}));
    const auto heard = arp.next();
    EXPECT_EQ(wire::decode_arp(heard)->sender, *net::Address::parse("192.0.2.10"));
    // The host may talk on its own as well.
    std::optional<wire::NeighbourAdvert> neighbour;
    while (!neighbour) {
        const auto frame = ipv6.next();
        ASSERT_FALSE(frame.empty());
        neighbour = wire::decode_neighbour_advert(frame);
    }
    EXPECT_EQ(neighbour->target, *net::Address::parse("2001:db8::10"));
}

TEST_F(FrameSocketTest, SendsManyAndTellsWhichWereRefused) {
    right().home.enter();
    Ear arp{right().link, ETH_P_ARP};
    left().home.enter();
    FrameSocket frames = *FrameSocket::open();
    std::vector<std::array<std::byte, wire::kArpFrameSize>> bytes;
    for (std::uint8_t n = 0; n < 200; ++n)
        bytes.push_back(wire::gratuitous_arp(kMac, net::Address::v4(192, 0, 2, n)));
    std::vector<OutgoingFrame> outgoing;
    for (const auto& frame : bytes) outgoing.push_back({frame, left().link});
    outgoing[0].link = outgoing[70].link = outgoing[199].link = {9999};
    const auto errors = frames.send(outgoing);
    for (std::uint8_t n = 0; n < 200; ++n) {
        const bool refused = n == 0 || n == 70 || n == 199;
        EXPECT_EQ(errors[n], refused ? ENXIO : 0) << int{n};
        if (refused) continue;
        ASSERT_EQ(wire::decode_arp(arp.next())->sender, net::Address::v4(192, 0, 2, n));
    }
}

TEST_F(FrameSocketTest, SaysThatALinkIsDown) {
    left().home.enter();
    FrameSocket frames = *FrameSocket::open();
    const auto frame = wire::gratuitous_arp(kMac, *net::Address::parse("192.0.2.10"));
    test::ip("link set eth0 down");
    EXPECT_EQ(frames.send(std::array{OutgoingFrame{frame, left().link}}), std::vector{ENETDOWN});
}

TEST_F(FrameSocketTest, SendsNothingWhenThereIsNothing) {
    left().home.enter();
    FrameSocket frames = *FrameSocket::open();
    EXPECT_TRUE(frames.send({}).empty());
}

}  // namespace
}  // namespace understudy::os
