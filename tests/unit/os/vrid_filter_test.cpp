#include "vrid_filter.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>

#include "understudy/base/random.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {
namespace {

using Packet = std::vector<std::byte>;

// Runs the program where it belongs, in the kernel, on a socket that needs no network.
class Filtered {
public:
    explicit Filtered(std::vector<sock_filter> program) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends.data()), 0);
        in_ = UniqueFd{ends[0]};
        out_ = UniqueFd{ends[1]};
        const sock_fprog attached{static_cast<unsigned short>(program.size()), program.data()};
        EXPECT_EQ(::setsockopt(out_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &attached, sizeof attached), 0);
    }

    bool lets_through(const Packet& packet) {
        static_cast<void>(::send(in_.get(), packet.data(), packet.size(), 0));
        std::array<std::byte, 256> received;
        const ssize_t size = ::recv(out_.get(), received.data(), received.size(), 0);
        return size == static_cast<ssize_t>(packet.size());
    }

private:
    UniqueFd in_;
    UniqueFd out_;
};

Packet message(unsigned vrid) { return {std::byte{0x31}, std::byte(vrid), std::byte{100}, std::byte{1}}; }

// IP header of so many words, then as many octets of AH, then the message.
Packet ipv4(unsigned vrid, unsigned words = 5, unsigned char protocol = 112, std::size_t ah = 0) {
    Packet packet(words * 4, std::byte{0xee});
    packet[0] = std::byte(0x40 | words);
    packet[9] = std::byte{protocol};
    packet.resize(packet.size() + ah, std::byte{0xdd});
    const Packet inner = message(vrid);
    packet.insert(packet.end(), inner.begin(), inner.end());
    return packet;
}

VridSet set_of(std::initializer_list<std::size_t> vrids) {
    VridSet set;
    for (const std::size_t vrid : vrids) set.set(vrid);
    return set;
}

TEST(VridFilter, LetsExactlyItsSetThrough) {
    Random random{Seed{20240101}};
    for (int round = 0; round < 8; ++round) {
        VridSet set;
        for (std::size_t vrid = 1; vrid < 256; ++vrid) set.set(vrid, random.chance(50));
        Filtered v4{vrid_filter(net::Family::Ipv4, set)};
        Filtered v6{vrid_filter(net::Family::Ipv6, set)};
        for (unsigned vrid = 0; vrid < 256; ++vrid) {
            ASSERT_EQ(v4.lets_through(ipv4(vrid)), set.test(vrid)) << "VRID " << vrid;
            ASSERT_EQ(v6.lets_through(message(vrid)), set.test(vrid)) << "VRID " << vrid;
        }
    }
}

TEST(VridFilter, FindsTheVridBehindIpOptions) {
    Filtered filtered{vrid_filter(net::Family::Ipv4, set_of({51}))};
    for (unsigned words = 5; words <= 15; ++words) {
        EXPECT_TRUE(filtered.lets_through(ipv4(51, words))) << words;
        EXPECT_FALSE(filtered.lets_through(ipv4(52, words))) << words;
    }
}

TEST(VridFilter, FindsTheVridBehindAnAuthenticationHeader) {
    Filtered filtered{vrid_filter(net::Family::Ipv4, set_of({51}))};
    for (unsigned words = 5; words <= 15; ++words) {
        EXPECT_TRUE(filtered.lets_through(ipv4(51, words, 51, 24))) << words;
        EXPECT_FALSE(filtered.lets_through(ipv4(52, words, 51, 24))) << words;
    }
}

TEST(VridFilter, RejectsWhatEndsBeforeTheVrid) {
    Filtered filtered{vrid_filter(net::Family::Ipv4, VridSet{}.set())};
    Packet packet = ipv4(51);
    for (packet.resize(21); !packet.empty(); packet.pop_back()) EXPECT_FALSE(filtered.lets_through(packet));
}

TEST(VridFilter, RejectsAllWhenNothingIsWanted) {
    Filtered filtered{vrid_filter(net::Family::Ipv6, VridSet{})};
    for (unsigned vrid = 0; vrid < 256; ++vrid) EXPECT_FALSE(filtered.lets_through(message(vrid)));
}

}  // namespace
}  // namespace understudy::os
