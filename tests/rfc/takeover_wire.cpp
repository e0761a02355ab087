// The frames that announce an address after a takeover: what RFC 9568 §6.4.2, RFC 5227, RFC 4861 and the
// usage of other implementations ask of gratuitous ARP and of unsolicited neighbour advertisements.
#include <gtest/gtest.h>

#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

const net::Mac kVirtualMac = net::virtual_mac(net::Family::Ipv4, net::Vrid{51});

Packet neighbour_advert(bool router = true) {
    const auto frame = unsolicited_neighbour_advert(net::virtual_mac(net::Family::Ipv6, net::Vrid{51}),
                                                    address("2001:db8::100"), router);
    return {frame.begin(), frame.end()};
}

// RFC 9568 §6.4.2, erratum 7949: sender and target are the address, and the sender's MAC is the one that
// answers for it.
TEST(GratuitousArp, GA_02_NamesTheAddressTwiceAndTheMacThatAnswers) {
    const Arp arp = decode_arp(gratuitous_arp(kVirtualMac, address("192.0.2.100"))).value();
    EXPECT_EQ(arp.sender, address("192.0.2.100"));
    EXPECT_EQ(arp.target, address("192.0.2.100"));
    EXPECT_EQ(arp.sender_mac, kVirtualMac);
}

// The usual form: a request whose target hardware address is broadcast.
TEST(GratuitousArp, GA_03_HasABroadcastTargetHardwareAddress) {
    EXPECT_EQ(decode_arp(gratuitous_arp(kVirtualMac, address("192.0.2.100")))->target_mac,
              net::kBroadcastMac);
}

// RFC 5227 §3: announcements are requests, because every stack has to process one.
TEST(GratuitousArp, GA_04_IsARequest) {
    EXPECT_EQ(decode_arp(gratuitous_arp(kVirtualMac, address("192.0.2.100")))->operation,
              Arp::Operation::Request);
}

// RFC 9568 §6.4.2: target and virtual MAC.
TEST(UnsolicitedNeighbourAdvert, NA_01_NamesTheAddressAndTheVirtualMac) {
    const NeighbourAdvert advert = decode_neighbour_advert(neighbour_advert()).value();
    EXPECT_EQ(advert.target, address("2001:db8::100"));
    EXPECT_EQ(advert.mac, mac("00:00:5e:00:02:33"));
    EXPECT_TRUE(advert.router);
}

// RFC 4861 §4.4: S is 0 without solicitation.
TEST(UnsolicitedNeighbourAdvert, NA_02_IsNotSolicited) {
    EXPECT_FALSE(decode_neighbour_advert(neighbour_advert())->solicited);
}

// RFC 4861 §7.2.6: R says whether the sender is a router.
TEST(UnsolicitedNeighbourAdvert, NA_03_SaysWhetherTheSenderIsARouter) {
    EXPECT_TRUE(decode_neighbour_advert(neighbour_advert(true))->router);
    EXPECT_FALSE(decode_neighbour_advert(neighbour_advert(false))->router);
}

// RFC 4861 §4.4: O is 1, so that caches take the new MAC.
TEST(UnsolicitedNeighbourAdvert, NA_04_Overrides) {
    EXPECT_TRUE(decode_neighbour_advert(neighbour_advert())->override_flag);
}

// RFC 4861 §7.1.2: a hop limit that a router has lowered makes it invalid.
TEST(ReceivedNeighbourAdvert, NA_08_NeedsAHopLimitOf255) {
    EXPECT_FALSE(decode_neighbour_advert(with_octet(neighbour_advert(), 21, 254)));
}

// RFC 5227 §2.1.1: a probe has sender address 0 and asks for its target.
TEST(ReceivedArp, AC_02_MayBeAProbe) {
    const Packet probe = from_hex(
        "ffffffffffff 02005e100001 0806 0001 0800 06 04 0001 02005e100001 00000000 000000000000 c0000264");
    const Arp arp = decode_arp(probe).value();
    EXPECT_TRUE(arp.sender.is_unspecified());
    EXPECT_EQ(arp.target, address("192.0.2.100"));
}

// RFC 5227 §2.4: our address behind a foreign MAC is a conflict, so both are handed on.
TEST(ReceivedArp, AC_11_ShowsWhoElseClaimsAnAddress) {
    const Arp arp = decode_arp(gratuitous_arp(mac("02:00:5e:10:00:02"), address("192.0.2.100"))).value();
    EXPECT_EQ(arp.sender_mac, mac("02:00:5e:10:00:02"));
    EXPECT_EQ(arp.sender, address("192.0.2.100"));
}

}  // namespace
}  // namespace understudy::wire
