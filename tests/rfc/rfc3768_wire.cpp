// VRRP version 2 on the wire: one test for each normative sentence of RFC 3768, and of the authentication
// types of RFC 2338, that the codec alone can keep or break.
#include <gtest/gtest.h>

#include "understudy/net/checksum.hpp"

#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

constexpr std::size_t kAhIcv = kIpv4HeaderSize + 12;

Outgoing with_authentication(std::uint8_t type, std::string_view password) {
    Outgoing outgoing = version2();
    outgoing.auth_type = type;
    outgoing.password = password;
    outgoing.ah_sequence = 1;
    return outgoing;
}

// §5.2.3: an advertisement leaves with a TTL of 255.
TEST(Rfc3768, V2_HDR_03_SendsATtlOf255) { EXPECT_EQ(octet(encode(version2()), kTtl), 255u); }

// §5.2.4: the protocol is 112; behind an authentication header it is 51.
TEST(Rfc3768, V2_HDR_04_SendsProtocol112Or51) {
    EXPECT_EQ(octet(encode(version2()), kProtocol), 112u);
    EXPECT_EQ(octet(encode(with_authentication(2, "secret12")), kProtocol), 51u);
}

// §5.3.1, §5.3.2: version 2, type 1; an unknown type is discarded.
TEST(Rfc3768, V2_FLD_01_DiscardsOtherTypes) {
    EXPECT_EQ(octet(message_of(encode(version2())), 0), 0x21u);
    EXPECT_EQ(fault_of(decode_ipv4(with_message_octet(encode(version2()), 0, 0x22))), PacketFault::BadType);
}

// §5.3.4: every priority is carried; 0 says that the master leaves.
TEST(Rfc3768, V2_FLD_02_CarriesEveryPriority) {
    for (unsigned priority = 0; priority <= 255; ++priority) {
        Outgoing outgoing = version2();
        outgoing.priority = net::Priority::clamped(priority);
        EXPECT_EQ(decode_ipv4(encode(outgoing)).value().advert.priority.value(), priority);
    }
}

// §5.3.6: an unknown authentication type is for the receiver to discard, so it has to be told of it.
TEST(Rfc3768, V2_FLD_03_ReportsTheAuthenticationType) {
    for (unsigned type = 0; type <= 255; ++type) {
        const Packet packet = with_message_octet(encode(version2()), 4, static_cast<std::uint8_t>(type));
        EXPECT_EQ(decode_ipv4(packet).value().advert.auth_type, type);
    }
}

// §5.3.7: one octet of whole seconds.
TEST(Rfc3768, V2_FLD_04_CarriesTheIntervalInSeconds) {
    for (const std::int64_t interval : {1, 2, 255}) {
        Outgoing outgoing = version2();
        outgoing.interval = seconds{interval};
        const Packet packet = encode(outgoing);
        EXPECT_EQ(octet(message_of(packet), 5), static_cast<unsigned>(interval));
        EXPECT_EQ(decode_ipv4(packet).value().advert.interval, seconds{interval});
    }
}

// §5.3.8: the sum covers the whole message, authentication data included, and no pseudo-header.
TEST(Rfc3768, V2_FLD_05_SumsTheMessageWithItsAuthenticationData) {
    const Packet packet = encode(with_authentication(1, "secret12"));
    EXPECT_EQ(net::Checksum{}.add(message_of(packet)).value(), 0);
    Packet changed = packet;
    changed.back() ^= std::byte{1};
    EXPECT_EQ(fault_of(decode_ipv4(changed)), PacketFault::BadChecksum);
}

// §5.3.9: the authentication data is always there.
TEST(Rfc3768, V2_FLD_06_DiscardsAMessageWithoutAuthenticationData) {
    EXPECT_EQ(message_of(encode(version2())).size(), 24u);
    Packet packet = encode(version2());
    packet.resize(packet.size() - 8);
    packet[3] = static_cast<std::byte>(packet.size());
    EXPECT_EQ(fault_of(decode_ipv4(packet)), PacketFault::Truncated);
}

// §5.3.10: sent as zero without authentication, and no reason to refuse if not.
TEST(Rfc3768, V2_FLD_07_SendsZerosAndIgnoresOthers) {
    EXPECT_EQ(to_hex(message_of(encode(version2())).last(8)), "0000000000000000");
    EXPECT_EQ(fault_of(decode_ipv4(with_message_octet(encode(version2()), 23, 0xff))), std::nullopt);
}

// §1: version 2 is for IPv4 only.
TEST(Rfc3768, V2_FLD_08_DiscardsVersion2OverIpv6) {
    Packet message = encode(version3_ipv6());
    message[0] = std::byte{0x21};
    EXPECT_EQ(fault_of(decode_ipv6(message, carrier_of(version3_ipv6()))), PacketFault::BadVersion);
}

TEST(Rfc3768, V2_AUTH_01_SendsType0WithoutAuthentication) {
    EXPECT_EQ(octet(message_of(encode(version2())), 4), 0u);
}

// RFC 2338 §5.3.6.2: up to eight characters, padded with zeros.
TEST(Rfc2338, V2_AUTH_02_PadsASimplePasswordWithZeros) {
    EXPECT_EQ(to_hex(message_of(encode(with_authentication(1, "abc"))).last(8)), "6162630000000000");
    EXPECT_EQ(to_hex(message_of(encode(with_authentication(1, "secret12"))).last(8)), "7365637265743132");
}

// RFC 2338 §5.3.10: the receiver compares the string, so all eight octets are handed on.
TEST(Rfc2338, V2_AUTH_03_HandsOnAllEightOctets) {
    const Advert advert = decode_ipv4(encode(with_authentication(1, "secret12"))).value().advert;
    EXPECT_EQ(to_hex(advert.auth_data), "7365637265743132");
    EXPECT_FALSE(equal_in_constant_time(advert.auth_data, from_hex("7365637265743100")));
}

// RFC 2338 §5.3.6.3, RFC 2402 §2: next header 112, length 4, reserved 0; the authentication data is zero.
TEST(Rfc2338, V2_AUTH_04_PutsAnAuthenticationHeaderInFront) {
    const Packet packet = encode(with_authentication(2, "secret12"));
    EXPECT_EQ(to_hex(Bytes{packet}.subspan(kIpv4HeaderSize, 4)), "70040000");
    EXPECT_EQ(packet.size(), kIpv4HeaderSize + 24 + 24);
    EXPECT_EQ(to_hex(Bytes{packet}.last(8)), "0000000000000000");
}

// RFC 2338 §5.3.6.3: the receiver computes the value again, and finds any forgery.
TEST(Rfc2338, V2_AUTH_05_TellsAForgedPacket) {
    Packet packet = encode(with_authentication(2, "secret12"));
    packet[kAhIcv] ^= std::byte{1};
    const Advert advert = decode_ipv4(packet).value().advert;
    EXPECT_FALSE(equal_in_constant_time(advert.ah.value().icv, ah_icv(packet, "secret12")));
}

// The security parameter index is the source address.
TEST(Rfc2338, V2_AUTH_06_NamesTheSourceAsItsIndex) {
    EXPECT_EQ(decode_ipv4(encode(with_authentication(2, "secret12"))).value().advert.ah.value().spi,
              0xc0000201u);
}

// RFC 2403: HMAC-MD5-96 under the password over the packet without its mutable fields.
TEST(Rfc2338, V2_AUTH_07_SignsWhatDoesNotChangeOnTheWay) {
    Packet packet = encode(with_authentication(2, "secret12"));
    EXPECT_EQ(to_hex(Bytes{packet}.subspan(kAhIcv, 12)), "26d3b0ff4db6fdbd1cfc2a4e");
    packet[1] = std::byte{0};                   // another router's idea of the type of service
    packet[10] = packet[11] = std::byte{0xff};  // and the header checksum that follows from it
    EXPECT_EQ(to_hex(ah_icv(packet, "secret12")), "26d3b0ff4db6fdbd1cfc2a4e");
}

// Senders count from 1 up; the number goes out and comes in as it is.
TEST(Rfc2338, V2_AUTH_08_CarriesTheSequence) {
    Outgoing outgoing = with_authentication(2, "secret12");
    for (const std::uint32_t sequence : {1u, 4u, 0xfffffffdu}) {
        outgoing.ah_sequence = sequence;
        EXPECT_EQ(decode_ipv4(encode(outgoing)).value().advert.ah.value().sequence, sequence);
    }
}

// §7.1: incomplete packets and wrong checksums are discarded.
TEST(Rfc3768, V2_RX_01_DiscardsWhatIsIncompleteOrWrong) {
    Packet packet = encode(version2());
    packet[kIpv4HeaderSize + 3] = std::byte{3};
    EXPECT_EQ(fault_of(decode_ipv4(packet)), PacketFault::Truncated);
    packet[kIpv4HeaderSize + 3] = std::byte{1};
    EXPECT_EQ(fault_of(decode_ipv4(packet)), PacketFault::TrailingBytes);
    packet[kIpv4HeaderSize + 3] = std::byte{2};
    packet[kIpv4HeaderSize + 6] ^= std::byte{1};
    EXPECT_EQ(fault_of(decode_ipv4(packet)), PacketFault::BadChecksum);
}

}  // namespace
}  // namespace understudy::wire
