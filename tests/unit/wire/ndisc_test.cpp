#include "understudy/wire/ndisc.hpp"

#include <gtest/gtest.h>

#include "understudy/net/checksum.hpp"

#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

constexpr std::size_t kPayloadLength = 18;
constexpr std::size_t kIpv6NextHeader = 20;
constexpr std::size_t kHopLimit = 21;
constexpr std::size_t kDestination = 38;
constexpr std::size_t kIcmpMessage = 54;
constexpr std::size_t kCode = kIcmpMessage + 1;
constexpr std::size_t kChecksum = kIcmpMessage + 2;
constexpr std::size_t kFlags = kIcmpMessage + 4;
constexpr std::size_t kTarget = kIcmpMessage + 8;
constexpr std::size_t kOption = kIcmpMessage + 24;

Packet neighbour_advert() {
    const auto frame = unsolicited_neighbour_advert(kMac, address("2001:db8::100"), true);
    return {frame.begin(), frame.end()};
}

// Length and checksum made to fit, so that nothing but the change can be the reason for what follows.
Packet repaired(Packet frame) {
    const std::span<std::byte> all{frame};
    const auto length = static_cast<std::uint16_t>(frame.size() - kIcmpMessage);
    Writer{all.subspan(kPayloadLength, 2)}.u16(length);
    Writer{all.subspan(kChecksum, 2)}.u16(0);
    net::Checksum sum;
    sum.add(all.subspan(22, 32)).add_word(58).add_word(length).add(all.subspan(kIcmpMessage));
    Writer{all.subspan(kChecksum, 2)}.u16(sum.value());
    return frame;
}

Packet changed(std::size_t offset, std::uint8_t value) {
    return repaired(with_octet(neighbour_advert(), offset, value));
}

TEST(SolicitedNode, EndsLikeTheAddress) {
    EXPECT_EQ(solicited_node(address("2001:db8::1234:5678")), address("ff02::1:ff34:5678"));
    EXPECT_EQ(solicited_node(address("fe80::")), address("ff02::1:ff00:0"));
}

// RFC 4861 §4.3: type 135, the target, and the option with the sender's link-layer address.
TEST(NeighbourSolicitation, NamesItsTargetAndWhoAsks) {
    EXPECT_EQ(to_hex(neighbour_solicitation(kMac, address("2001:db8::1"))),
              "870000000000000020010db8000000000000000000000001010102005e100001");
}

// RFC 4862 §5.4.2: from the unspecified address to the solicited-node group, without the option.
TEST(NeighbourProbe, AsksTheGroupOfTheAddressForNobody) {
    const auto frame = neighbour_probe(kMac, address("2001:db8::1234:5678"));
    const std::string sent = to_hex(frame);
    EXPECT_EQ(sent.substr(0, 28), "3333ff34567802005e10000186dd");
    EXPECT_EQ(sent.substr(28, 16), "6000000000183aff");
    EXPECT_EQ(sent.substr(44, 64), "00000000000000000000000000000000ff0200000000000000000001ff345678");
    EXPECT_EQ(sent.substr(116), "0000000020010db8000000000000000012345678");
    EXPECT_EQ(sent.substr(108, 4), "8700");
    const std::span<const std::byte> all{frame};
    net::Checksum sum;
    sum.add(all.subspan(22, 32)).add_word(58).add_word(24).add(all.subspan(kIcmpMessage));
    EXPECT_EQ(sum.value(), 0);
}

TEST(UnsolicitedNeighbourAdvert, OverridesFromTheAddressItselfToAllNodes) {
    const NeighbourAdvert expected{.source = address("2001:db8::100"),
                                   .destination = address("ff02::1"),
                                   .target = address("2001:db8::100"),
                                   .mac = kMac,
                                   .router = true,
                                   .solicited = false,
                                   .override_flag = true};
    EXPECT_EQ(decode_neighbour_advert(neighbour_advert()), expected);
}

// As a raw ICMPv6 socket gives it.
TEST(UnsolicitedNeighbourAdvert, IsReadWithoutItsHeadersAsWell) {
    const auto frame = unsolicited_neighbour_advert(kMac, address("2001:db8::100"), true);
    const Bytes message = Bytes{frame}.subspan(54);
    const auto advert =
        decode_neighbour_advert_message(message, address("2001:db8::100"), address("ff02::1"));
    EXPECT_EQ(advert, decode_neighbour_advert(frame));
    EXPECT_EQ(decode_neighbour_advert_message(message.first(20), {}, {}), std::nullopt);
    EXPECT_EQ(decode_neighbour_advert_message({}, {}, {}), std::nullopt);
}

TEST(UnsolicitedNeighbourAdvert, ClaimsToBeARouterOnlyWhenTold) {
    EXPECT_FALSE(
        decode_neighbour_advert(unsolicited_neighbour_advert(kMac, address("fe80::100"), false))->router);
}

TEST(UnsolicitedNeighbourAdvertDeathTest, AnnouncesNoIpv4Address) {
    EXPECT_DEATH(static_cast<void>(unsolicited_neighbour_advert(kMac, address("192.0.2.100"), true)),
                 "assertion failed");
}

TEST(DecodeNeighbourAdvert, PassesOverEveryTruncation) {
    const Packet frame = neighbour_advert();
    for (std::size_t size = 0; size < frame.size(); ++size)
        EXPECT_FALSE(decode_neighbour_advert(Bytes{frame}.first(size))) << size;
}

TEST(DecodeNeighbourAdvert, ReadsAPaddedFrame) {
    Packet frame = neighbour_advert();
    frame.resize(frame.size() + 10);
    EXPECT_TRUE(decode_neighbour_advert(frame));
}

TEST(DecodeNeighbourAdvert, PassesOverOtherEtherTypesVersionsAndProtocols) {
    EXPECT_FALSE(decode_neighbour_advert(changed(12, 0x08)));
    EXPECT_FALSE(decode_neighbour_advert(changed(14, 0x40)));
    EXPECT_FALSE(decode_neighbour_advert(changed(kIpv6NextHeader, 59)));
}

// RFC 4861 §7.1.2, one condition a test.
TEST(DecodeNeighbourAdvert, WantsAHopLimitOf255) {
    EXPECT_FALSE(decode_neighbour_advert(changed(kHopLimit, 254)));
}

TEST(DecodeNeighbourAdvert, WantsARightChecksum) {
    EXPECT_FALSE(decode_neighbour_advert(with_octet(neighbour_advert(), kChecksum, 0xaa)));
}

TEST(DecodeNeighbourAdvert, WantsTheType) {
    EXPECT_FALSE(decode_neighbour_advert(changed(kIcmpMessage, 135)));
}

TEST(DecodeNeighbourAdvert, WantsCode0) { EXPECT_FALSE(decode_neighbour_advert(changed(kCode, 1))); }

TEST(DecodeNeighbourAdvert, WantsATarget) {
    Packet frame = neighbour_advert();
    frame.resize(kOption - 1);
    EXPECT_FALSE(decode_neighbour_advert(repaired(frame)));
}

TEST(DecodeNeighbourAdvert, WantsNoMulticastTarget) {
    EXPECT_FALSE(decode_neighbour_advert(changed(kTarget, 0xff)));
}

TEST(DecodeNeighbourAdvert, WantsNoSolicitedFlagToAGroup) {
    EXPECT_FALSE(decode_neighbour_advert(changed(kFlags, 0x60)));
}

TEST(DecodeNeighbourAdvert, TakesTheSolicitedFlagToOneHost) {
    Packet frame = with_octet(neighbour_advert(), kFlags, 0x60);
    frame[kDestination] = std::byte{0xfe};
    frame[kDestination + 1] = std::byte{0x80};
    EXPECT_TRUE(decode_neighbour_advert(repaired(frame))->solicited);
}

TEST(DecodeNeighbourAdvert, WantsNoOptionOfLength0) {
    EXPECT_FALSE(decode_neighbour_advert(changed(kOption + 1, 0)));
}

TEST(DecodeNeighbourAdvert, WantsNoOptionBeyondTheMessage) {
    EXPECT_FALSE(decode_neighbour_advert(changed(kOption + 1, 2)));
}

TEST(DecodeNeighbourAdvert, NeedsNoOption) {
    Packet frame = neighbour_advert();
    frame.resize(kOption);
    const auto advert = decode_neighbour_advert(repaired(frame));
    ASSERT_TRUE(advert);
    EXPECT_FALSE(advert->mac);
}

TEST(DecodeNeighbourAdvert, PassesOverUnknownOptions) {
    Packet frame = neighbour_advert();
    const Packet nonce = from_hex("0e01010203040506");
    frame.insert(frame.begin() + kOption, nonce.begin(), nonce.end());
    EXPECT_EQ(decode_neighbour_advert(repaired(frame))->mac, kMac);
}

TEST(DecodeNeighbourAdvert, TakesTheFirstOfTwoAddresses) {
    Packet frame = neighbour_advert();
    const Packet second = from_hex("020102005e100002");
    frame.insert(frame.end(), second.begin(), second.end());
    EXPECT_EQ(decode_neighbour_advert(repaired(frame))->mac, kMac);
}

TEST(DecodeNeighbourAdvert, SeesNoEthernetAddressInALongerOne) {
    Packet frame = with_octet(neighbour_advert(), kOption + 1, 2);
    frame.resize(frame.size() + 8);
    EXPECT_FALSE(decode_neighbour_advert(repaired(frame)).value().mac);
}

}  // namespace
}  // namespace understudy::wire
