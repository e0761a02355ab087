#include <gtest/gtest.h>

#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

constexpr std::size_t kTos = 1;
constexpr std::size_t kIdentification = 5;
constexpr std::size_t kFragmentWithAh = 6;
constexpr std::size_t kHeaderChecksum = 10;
constexpr std::size_t kNextHeader = kIpv4HeaderSize;
constexpr std::size_t kLength = kIpv4HeaderSize + 1;
constexpr std::size_t kReserved = kIpv4HeaderSize + 3;
constexpr std::size_t kSequence = kIpv4HeaderSize + 11;
constexpr std::size_t kIcv = kIpv4HeaderSize + 12;
constexpr std::size_t kMessage = kIpv4HeaderSize + 24;

Outgoing signed_advert(std::string_view destination = "224.0.0.18") {
    Outgoing outgoing = version2();
    outgoing.auth_type = 2;
    outgoing.password = "secret12";
    outgoing.ah_sequence = 7;
    outgoing.destination = address(destination);
    return outgoing;
}

bool verifies(const Packet& packet, std::string_view password = "secret12") {
    return equal_in_constant_time(ah_icv(packet, password),
                                  decode_ipv4(packet).value().advert.ah.value().icv);
}

// Whether the check value still fits when this octet arrives changed.
bool survives_change_of(std::size_t offset, std::string_view destination = "224.0.0.18") {
    Packet packet = encode(signed_advert(destination));
    const auto icv = ah_icv(packet, "secret12");
    packet[offset] ^= std::byte{0x55};
    return ah_icv(packet, "secret12") == icv;
}

TEST(AhIcv, FitsWhatTheEncoderSigned) { EXPECT_TRUE(verifies(encode(signed_advert()))); }

TEST(AhIcv, DependsOnThePassword) { EXPECT_FALSE(verifies(encode(signed_advert()), "secret13")); }

TEST(AhIcv, IsTheSameForAPasswordPaddedWithZeros) {
    Outgoing outgoing = signed_advert();
    outgoing.password = "abc";
    EXPECT_TRUE(verifies(encode(outgoing), std::string_view{"abc\0\0\0\0\0", 8}));
}

TEST(AhIcv, PassesOverWhatRoutersMayChange) {
    for (const std::size_t offset :
         {kTos, kFragmentWithAh, kFragmentWithAh + 1, kHeaderChecksum, kHeaderChecksum + 1, kIcv, kIcv + 11})
        EXPECT_TRUE(survives_change_of(offset)) << offset;
}

TEST(AhIcv, CoversEverythingElse) {
    for (const std::size_t offset :
         {kIdentification, std::size_t{12}, kSequence, kMessage + 2, kMessage + 23})
        EXPECT_FALSE(survives_change_of(offset)) << offset;
}

// RFC 2402 counts the TTL as mutable always; senders of VRRP take it as such on unicast only.
TEST(AhIcv, CoversTheTtlToTheGroupOnly) {
    EXPECT_FALSE(survives_change_of(kTtl));
    EXPECT_TRUE(survives_change_of(kTtl, "192.0.2.2"));
}

TEST(AhIcv, HasAValueForAnyPacketWhatsoever) {
    const Packet packet = encode(signed_advert());
    for (std::size_t size = 0; size < packet.size(); ++size) {
        const Packet part(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_NE(ah_icv(part, "secret12"), ah_icv(packet, "secret12")) << size;
    }
}

TEST(Ah, IsHandedOnWithTheAdvert) {
    const auto ah = decode_ipv4(encode(signed_advert())).value().advert.ah;
    ASSERT_TRUE(ah);
    EXPECT_EQ(ah->spi, 0xc0000201u);
    EXPECT_EQ(ah->sequence, 7u);
}

TEST(Ah, IsAbsentFromAPlainAdvert) { EXPECT_FALSE(decode_ipv4(encode(version2())).value().advert.ah); }

TEST(Ah, InFrontOfAnotherProtocolIsNotVrrp) {
    EXPECT_EQ(fault_of(decode_ipv4(with_octet(encode(signed_advert()), kNextHeader, 6))),
              PacketFault::NotVrrp);
}

TEST(Ah, OfAnotherLengthIsBad) {
    EXPECT_EQ(fault_of(decode_ipv4(with_octet(encode(signed_advert()), kLength, 5))),
              PacketFault::BadAhHeader);
}

TEST(Ah, WithReservedBitsSetIsBad) {
    EXPECT_EQ(fault_of(decode_ipv4(with_octet(encode(signed_advert()), kReserved, 1))),
              PacketFault::BadAhHeader);
}

TEST(Ah, IsTruncatedBelow24Octets) {
    Packet packet = encode(signed_advert());
    packet.resize(kIpv4HeaderSize + 23);
    packet[2] = std::byte{0};
    packet[3] = static_cast<std::byte>(packet.size());
    EXPECT_EQ(fault_of(decode_ipv4(packet)), PacketFault::Truncated);
}

TEST(Ah, InFrontOfVersion3IsRefused) {
    Packet packet = encode(signed_advert());
    packet.resize(kMessage);
    const Packet version3_packet = encode(version3());
    packet.insert(packet.end(), version3_packet.begin() + kIpv4HeaderSize, version3_packet.end());
    packet[3] = static_cast<std::byte>(packet.size());
    EXPECT_EQ(fault_of(decode_ipv4(packet)), PacketFault::BadVersion);
}

TEST(EqualInConstantTime, ComparesEveryOctetAndTheLength) {
    const Packet a = from_hex("0102030405060708");
    EXPECT_TRUE(equal_in_constant_time(a, from_hex("0102030405060708")));
    EXPECT_FALSE(equal_in_constant_time(a, from_hex("0002030405060708")));
    EXPECT_FALSE(equal_in_constant_time(a, from_hex("0102030405060709")));
    EXPECT_FALSE(equal_in_constant_time(a, from_hex("01020304050607")));
    EXPECT_FALSE(equal_in_constant_time(a, Bytes{a}.first(7)));
    EXPECT_FALSE(equal_in_constant_time(Bytes{a}.first(7), a));
    EXPECT_TRUE(equal_in_constant_time({}, {}));
}

}  // namespace
}  // namespace understudy::wire
