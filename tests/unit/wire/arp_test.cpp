#include "understudy/wire/arp.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

Packet announcement() {
    const auto frame = gratuitous_arp(kMac, address("192.0.2.100"));
    return {frame.begin(), frame.end()};
}

TEST(GratuitousArp, NamesTheAddressAsSenderAndTarget) {
    const Arp expected{Arp::Operation::Request, kMac, address("192.0.2.100"), net::kBroadcastMac,
                       address("192.0.2.100")};
    EXPECT_EQ(decode_arp(announcement()), expected);
}

TEST(GratuitousArp, IsBroadcastFromTheMacThatAnswers) {
    EXPECT_EQ(to_hex(Bytes{announcement()}.first(14)), "ffffffffffff02005e1000010806");
}

TEST(GratuitousArpDeathTest, AnnouncesNoIpv6Address) {
    EXPECT_DEATH(static_cast<void>(gratuitous_arp(kMac, address("2001:db8::100"))), "assertion failed");
}

TEST(ArpRequest, AsksEverybodyForOneAddress) {
    const auto frame = arp_request(kMac, address("192.0.2.1"), address("192.0.2.254"));
    EXPECT_EQ(to_hex(Bytes{frame}.first(14)), "ffffffffffff02005e1000010806");
    const Arp expected{Arp::Operation::Request, kMac, address("192.0.2.1"), {}, address("192.0.2.254")};
    EXPECT_EQ(decode_arp(frame), expected);
}

TEST(DecodeArp, ReadsAPaddedReply) {
    Packet frame = announcement();
    frame[21] = std::byte{2};
    frame.resize(60);
    EXPECT_EQ(decode_arp(frame)->operation, Arp::Operation::Reply);
}

TEST(DecodeArp, PassesOverEveryTruncation) {
    const Packet frame = announcement();
    for (std::size_t size = 0; size < frame.size(); ++size)
        EXPECT_FALSE(decode_arp(Bytes{frame}.first(size))) << size;
}

// EtherType, hardware type, protocol type, both sizes and the operation, in this order.
TEST(DecodeArp, PassesOverOtherKinds) {
    for (const std::size_t offset : {12u, 13u, 14u, 15u, 16u, 17u, 18u, 19u, 20u, 21u}) {
        Packet frame = announcement();
        frame[offset] ^= std::byte{0x40};
        EXPECT_FALSE(decode_arp(frame)) << offset;
    }
}

}  // namespace
}  // namespace understudy::wire
