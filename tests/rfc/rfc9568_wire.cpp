// VRRP version 3 on the wire: one test for each normative sentence of RFC 9568 that the codec alone can keep
// or break. What else a sentence asks for (a timer, a socket, the kernel) is tested where that is decided.
#include <gtest/gtest.h>

#include <array>

#include "understudy/net/checksum.hpp"
#include "understudy/net/mac.hpp"

#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

constexpr std::size_t kTos = 1;

// §5.1.1.3: an advertisement leaves with a TTL of 255.
TEST(Rfc9568, V3_HDR_04_SendsATtlOf255) { EXPECT_EQ(octet(encode(version3()), kTtl), 255u); }

// §5.1.1.4: the protocol is 112.
TEST(Rfc9568, V3_HDR_05_SendsProtocol112) { EXPECT_EQ(octet(encode(version3()), kProtocol), 112u); }

// Not in the RFC, but what every implementation does: CS6.
TEST(Rfc9568, V3_HDR_12_SendsNetworkControl) { EXPECT_EQ(octet(encode(version3()), kTos), 0xc0u); }

// §5.2.1: the version is 3.
TEST(Rfc9568, V3_FLD_01_SendsVersion3) {
    EXPECT_EQ(octet(message_of(encode(version3())), 0) >> 4, 3u);
    EXPECT_EQ(octet(encode(version3_ipv6()), 0) >> 4, 3u);
}

// §5.2.2: a packet with unknown type is discarded; the only type is 1.
TEST(Rfc9568, V3_FLD_02_DiscardsOtherTypes) {
    EXPECT_EQ(octet(message_of(encode(version3())), 0) & 0x0f, 1u);
    for (std::uint8_t type = 0; type < 16; ++type) {
        const Packet packet =
            with_message_octet(encode(version3()), 0, static_cast<std::uint8_t>(0x30 | type));
        EXPECT_EQ(fault_of(decode_ipv4(packet)),
                  type == 1 ? std::nullopt : std::optional{PacketFault::BadType})
            << unsigned{type};
    }
}

// §5.2.3: a VRID is 1 to 255.
TEST(Rfc9568, V3_FLD_03_KnowsNoVrid0) {
    EXPECT_EQ(fault_of(decode_ipv4(with_message_octet(encode(version3()), 1, 0))), PacketFault::BadVrid);
    EXPECT_EQ(decode_ipv4(with_message_octet(encode(version3()), 1, 255)).value().advert.vrid,
              net::Vrid{255});
}

// §5.2.4: 255 is the owner's priority and 0 that of a master that stops.
TEST(Rfc9568, V3_FLD_04_CarriesEveryPriority) {
    for (unsigned priority = 0; priority <= 255; ++priority) {
        Outgoing outgoing = version3();
        outgoing.priority = net::Priority::clamped(priority);
        EXPECT_EQ(decode_ipv4(encode(outgoing)).value().advert.priority.value(), priority);
    }
}

// §5.2.5, erratum 8299: a count of 0 is for the receiver to ignore, so it has to be told of it.
TEST(Rfc9568, V3_FLD_08_ReportsACountOf0) {
    Outgoing outgoing = version3();
    outgoing.addresses = {};
    EXPECT_EQ(decode_ipv4(encode(outgoing)).value().advert.addresses.size(), 0u);
}

// §5.2.6: the reserved field is sent as 0, whatever the interval.
TEST(Rfc9568, V3_FLD_09_SendsReservedBitsAsZero) {
    Outgoing outgoing = version3();
    outgoing.interval = Centiseconds{4095};
    EXPECT_EQ(octet(message_of(encode(outgoing)), 4) >> 4, 0u);
}

// §5.2.6: and it is ignored on receipt.
TEST(Rfc9568, V3_FLD_10_IgnoresReservedBits) {
    const Packet packet = with_message_octet(encode(version3()), 4, 0xf0);
    EXPECT_EQ(decode_ipv4(packet).value().advert.interval, Centiseconds{100});
}

// §5.2.7: 12 bits of centiseconds.
TEST(Rfc9568, V3_FLD_11_CarriesTheIntervalInCentiseconds) {
    for (const std::int64_t interval : {1, 255, 256, 4095}) {
        Outgoing outgoing = version3();
        outgoing.interval = Centiseconds{interval};
        EXPECT_EQ(decode_ipv4(encode(outgoing)).value().advert.interval, Centiseconds{interval});
    }
}

// §5.2.9: the addresses have the family of the IP header.
TEST(Rfc9568, V3_FLD_13_ReadsAddressesOfTheCarriersFamily) {
    const Packet over_ipv4 = encode(version3());
    const Packet over_ipv6 = encode(version3_ipv6());
    EXPECT_TRUE(decode_ipv4(over_ipv4).value().advert.addresses[0].is_v4());
    EXPECT_TRUE(decode_ipv6(over_ipv6, carrier_of(version3_ipv6())).value().advert.addresses[0].is_v6());
}

// §5.2.9: over IPv6 the first address is the link-local one, which is a matter of the order that was
// configured.
TEST(Rfc9568, V3_FLD_14_SendsTheFirstAddressFirst) {
    const Packet message = encode(version3_ipv6());
    EXPECT_TRUE(
        decode_ipv6(message, carrier_of(version3_ipv6())).value().advert.addresses[0].is_link_local());
}

// §5.2.9: the order is the configured one.
TEST(Rfc9568, V3_FLD_15_KeepsTheConfiguredOrder) {
    const std::array addresses{address("192.0.2.101"), address("192.0.2.7"), address("192.0.2.100")};
    Outgoing outgoing = version3();
    outgoing.addresses = addresses;
    const Packet packet = encode(outgoing);
    const Advert advert = decode_ipv4(packet).value().advert;
    for (std::size_t i = 0; i < addresses.size(); ++i) EXPECT_EQ(advert.addresses[i], addresses[i]);
}

// §5.2.8: the sum of RFC 1071 with the checksum field as zero; over IPv4 of the VRRP message alone.
TEST(Rfc9568, V3_CK_01_SumsWithTheFieldAsZero) {
    Outgoing outgoing = version3();
    outgoing.checksum = ChecksumForm::MessageOnly;
    Packet packet = encode(outgoing);
    const std::uint16_t sent = Reader{message_of(packet).subspan(6)}.u16();
    packet[kIpv4HeaderSize + 6] = packet[kIpv4HeaderSize + 7] = std::byte{0};
    EXPECT_EQ(net::Checksum{}.add(message_of(packet)).value(), sent);
}

TEST(Rfc9568, V3_CK_02_CoversTheMessageOnlyOverIpv4WhenAsked) {
    Outgoing outgoing = version3();
    outgoing.checksum = ChecksumForm::MessageOnly;
    const Packet to_the_group = encode(outgoing);
    outgoing.destination = address("192.0.2.2");
    const Packet to_a_peer = encode(outgoing);
    EXPECT_EQ(to_hex(message_of(to_the_group)), to_hex(message_of(to_a_peer)));
    EXPECT_EQ(decode_ipv4(to_a_peer).value().advert.checksum, ChecksumForm::MessageOnly);
}

// §5.2.8: over IPv6 with the pseudo-header of RFC 8200 §8.1, whatever form is asked for.
TEST(Rfc9568, V3_CK_03_CoversThePseudoHeaderOverIpv6) {
    Outgoing outgoing = version3_ipv6();
    outgoing.checksum = ChecksumForm::MessageOnly;
    const Packet message = encode(outgoing);
    const std::uint16_t sum = net::Checksum{}
                                  .add(outgoing.source.bytes())
                                  .add(outgoing.destination.bytes())
                                  .add_word(static_cast<std::uint16_t>(message.size()))
                                  .add_word(112)
                                  .add(message)
                                  .value();
    EXPECT_EQ(sum, 0);
}

// §7.1: a wrong checksum discards the packet.
TEST(Rfc9568, V3_CK_04_DiscardsAWrongChecksum) {
    const Packet good = encode(version3());
    for (unsigned value = 1; value <= 255; ++value) {
        Packet packet = good;
        packet[kIpv4HeaderSize + 7] ^= static_cast<std::byte>(value);
        EXPECT_EQ(fault_of(decode_ipv4(packet)), PacketFault::BadChecksum) << value;
    }
}

// The older reading: source, destination, 0, 112 and the length go before the message.
TEST(Rfc9568, V3_CK_05_KnowsTheFormWithPseudoHeader) {
    const Packet packet = encode(version3());
    const std::uint16_t sum = net::Checksum{}
                                  .add(Bytes{packet}.subspan(12, 8))
                                  .add_word(112)
                                  .add_word(static_cast<std::uint16_t>(message_of(packet).size()))
                                  .add(message_of(packet))
                                  .value();
    EXPECT_EQ(sum, 0);
    EXPECT_EQ(decode_ipv4(packet).value().advert.checksum, ChecksumForm::PseudoHeader);
}

// The oldest one: on unicast, too, the pseudo-header has the group as destination.
TEST(Rfc9568, V3_CK_06_KnowsTheFormWithTheGroupOnUnicast) {
    Outgoing outgoing = version3();
    outgoing.checksum = ChecksumForm::OldUnicast;
    outgoing.destination = address("192.0.2.2");
    const Packet packet = encode(outgoing);
    EXPECT_EQ(to_hex(message_of(packet)), to_hex(message_of(encode(version3()))));
    EXPECT_EQ(decode_ipv4(packet).value().advert.checksum, ChecksumForm::OldUnicast);
}

// §7.1: the hop count is for the receiver to check, on multicast only, so it has to be told.
TEST(Rfc9568, V3_RX_01_ReportsTheTtl) {
    Outgoing outgoing = version3();
    outgoing.ttl = 254;
    EXPECT_EQ(decode_ipv4(encode(outgoing)).value().ttl, 254);
}

// §7.1: discard unless the version is 3 (or, here, 2: the receiver knows which one it speaks).
TEST(Rfc9568, V3_RX_02_DiscardsOtherVersions) {
    for (unsigned version = 0; version < 16; ++version) {
        if (version == 2 || version == 3) continue;
        const Packet packet =
            with_message_octet(encode(version3()), 0, static_cast<std::uint8_t>(version << 4 | 1));
        EXPECT_EQ(fault_of(decode_ipv4(packet)), PacketFault::BadVersion) << version;
    }
}

// §7.1: the type is looked at before anything that only an advertisement has.
TEST(Rfc9568, V3_RX_03_DiscardsOtherTypesBeforeCountingAddresses) {
    Packet packet = with_message_octet(encode(version3()), 0, 0x32);
    packet[kIpv4HeaderSize + 3] = std::byte{200};
    EXPECT_EQ(fault_of(decode_ipv4(packet)), PacketFault::BadType);
}

// §7.1: discard unless the fixed part and all counted addresses are there.
TEST(Rfc9568, V3_RX_04_DiscardsIncompleteMessages) {
    const Packet message = encode(version3_ipv6());
    for (std::size_t size = 0; size < message.size(); ++size)
        EXPECT_EQ(fault_of(decode_ipv6(Bytes{message}.first(size), carrier_of(version3_ipv6()))),
                  PacketFault::Truncated)
            << size;
}

TEST(Rfc9568, V3_RX_05_DiscardsAnIpv6MessageWithoutPseudoHeaderSum) {
    Packet message = encode(version3_ipv6());
    Writer{std::span{message}.subspan(6, 2)}.u16(0);
    Writer{std::span{message}.subspan(6, 2)}.u16(net::Checksum{}.add(message).value());
    EXPECT_EQ(fault_of(decode_ipv6(message, carrier_of(version3_ipv6()))), PacketFault::BadChecksum);
}

// §7.1, erratum 8301: an interval of 0 is for the receiver to discard, so it has to be told of it.
TEST(Rfc9568, V3_RX_11_ReportsAnIntervalOf0) {
    EXPECT_EQ(decode_ipv4(with_message_octet(encode(version3()), 5, 0)).value().advert.interval,
              Centiseconds{0});
}

// Not in the RFC: nothing may follow the last address, but for the 28 octets of an HMAC trailer, which only
// an instance with auth_hmac accepts.
TEST(Rfc9568, V3_RX_19_DiscardsSurplusOctets) {
    for (const std::size_t surplus : {1u, 2u, 4u, 27u, 29u, 30u}) {
        Packet message = encode(version3_ipv6());
        message.resize(message.size() + surplus);
        EXPECT_EQ(fault_of(decode_ipv6(message, carrier_of(version3_ipv6()))), PacketFault::TrailingBytes)
            << surplus;
    }
}

// §7.2: the checksum is computed when all fields are final, so no field can change without it.
TEST(Rfc9568, V3_TX_02_SumsWhatItSends) {
    Outgoing outgoing = version3();
    for (unsigned priority = 0; priority <= 255; ++priority) {
        outgoing.priority = net::Priority::clamped(priority);
        outgoing.vrid = net::Vrid::clamped(priority);
        EXPECT_EQ(fault_of(decode_ipv4(encode(outgoing))), std::nullopt);
    }
}

// §7.3: 00:00:5e:00:01:VRID and 00:00:5e:00:02:VRID.
TEST(Rfc9568, V3_MAC_01_HasAMacAddressForEachVridAndFamily) {
    EXPECT_EQ(net::virtual_mac(net::Family::Ipv4, net::Vrid{51}), mac("00:00:5e:00:01:33"));
    EXPECT_EQ(net::virtual_mac(net::Family::Ipv6, net::Vrid{51}), mac("00:00:5e:00:02:33"));
}

}  // namespace
}  // namespace understudy::wire
