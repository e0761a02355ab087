#include <gtest/gtest.h>

#include <algorithm>

#include "understudy/net/checksum.hpp"

#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

// Offsets within an IPv4 header.
constexpr std::size_t kVersionAndSize = 0;
constexpr std::size_t kTotalLength = 2;
constexpr std::size_t kFragment = 6;

Packet with_total_length(Packet packet, std::size_t length) {
    Writer{std::span{packet}.subspan(kTotalLength, 2)}.u16(static_cast<std::uint16_t>(length));
    return packet;
}

Packet without_last(Packet packet, std::size_t octets) {
    const std::size_t size = packet.size() - octets;
    packet.resize(size);
    return with_total_length(std::move(packet), size);
}

Packet lengthened(Packet packet, std::size_t octets) {
    const std::size_t size = packet.size() + octets;
    packet.resize(size);
    return with_total_length(std::move(packet), size);
}

TEST(DecodeIpv4, RefusesLessThanAnIpHeader) {
    Packet packet = encode(version3());
    packet.resize(19);
    EXPECT_EQ(fault_of(decode_ipv4(packet)), PacketFault::Truncated);
}

TEST(DecodeIpv4, RefusesAnotherIpVersion) {
    EXPECT_EQ(fault_of(decode_ipv4(with_octet(encode(version3()), kVersionAndSize, 0x65))),
              PacketFault::BadIpHeader);
}

TEST(DecodeIpv4, RefusesAHeaderOfLessThanFiveWords) {
    EXPECT_EQ(fault_of(decode_ipv4(with_octet(encode(version3()), kVersionAndSize, 0x44))),
              PacketFault::BadIpHeader);
}

TEST(DecodeIpv4, RefusesAHeaderLongerThanThePacket) {
    EXPECT_EQ(fault_of(decode_ipv4(with_octet(encode(version3()), kVersionAndSize, 0x4f))),
              PacketFault::BadIpHeader);
}

TEST(DecodeIpv4, RefusesATotalLengthBeyondThePacket) {
    const Packet packet = encode(version3());
    EXPECT_EQ(fault_of(decode_ipv4(with_total_length(packet, packet.size() + 1))), PacketFault::BadIpHeader);
}

TEST(DecodeIpv4, RefusesATotalLengthShortOfThePacket) {
    const Packet packet = encode(version3());
    EXPECT_EQ(fault_of(decode_ipv4(with_total_length(packet, packet.size() - 1))), PacketFault::BadIpHeader);
}

TEST(DecodeIpv4, RefusesTheFirstFragment) {
    EXPECT_EQ(fault_of(decode_ipv4(with_octet(encode(version3()), kFragment, 0x20))),
              PacketFault::BadIpHeader);
}

TEST(DecodeIpv4, RefusesALaterFragment) {
    EXPECT_EQ(fault_of(decode_ipv4(with_octet(encode(version3()), kFragment + 1, 0x01))),
              PacketFault::BadIpHeader);
}

TEST(DecodeIpv4, AcceptsDontFragment) {
    EXPECT_EQ(fault_of(decode_ipv4(with_octet(encode(version3()), kFragment, 0x40))), std::nullopt);
}

TEST(DecodeIpv4, FindsTheMessageBehindIpOptions) {
    Packet packet = encode(version3());
    // Router alert (RFC 2113), the one option that a multicast protocol might carry.
    const Packet option = from_hex("94040000");
    packet.insert(packet.begin() + kIpv4HeaderSize, option.begin(), option.end());
    packet = with_octet(with_total_length(packet, packet.size()), kVersionAndSize, 0x46);
    const auto decoded = decode_ipv4(packet);
    ASSERT_EQ(fault_of(decoded), std::nullopt);
    EXPECT_EQ(decoded->advert.addresses[1], address("192.0.2.101"));
}

TEST(DecodeIpv4, RefusesAnotherProtocol) {
    EXPECT_EQ(fault_of(decode_ipv4(with_octet(encode(version3()), kProtocol, 17))), PacketFault::NotVrrp);
}

TEST(DecodeIpv4, RefusesLessThanTheFixedPart) {
    EXPECT_EQ(fault_of(decode_ipv4(without_last(encode(version3()), 9))), PacketFault::Truncated);
}

TEST(DecodeIpv4, RefusesOneMissingOctet) {
    EXPECT_EQ(fault_of(decode_ipv4(without_last(encode(version3()), 1))), PacketFault::Truncated);
    EXPECT_EQ(fault_of(decode_ipv4(without_last(encode(version2()), 1))), PacketFault::Truncated);
}

TEST(DecodeIpv4, RefusesOneSurplusOctet) {
    EXPECT_EQ(fault_of(decode_ipv4(lengthened(encode(version3()), 1))), PacketFault::TrailingBytes);
    EXPECT_EQ(fault_of(decode_ipv4(lengthened(encode(version2()), 1))), PacketFault::TrailingBytes);
}

TEST(DecodeIpv4, RefusesUnknownVersions) {
    for (const unsigned version : {0u, 1u, 4u, 15u}) {
        const auto octet = static_cast<std::uint8_t>(version << 4 | 1);
        EXPECT_EQ(fault_of(decode_ipv4(with_message_octet(encode(version3()), 0, octet))),
                  PacketFault::BadVersion)
            << version;
    }
}

TEST(DecodeIpv4, RefusesOtherTypes) {
    for (const unsigned type : {0u, 2u, 15u}) {
        const auto octet = static_cast<std::uint8_t>(0x30 | type);
        EXPECT_EQ(fault_of(decode_ipv4(with_message_octet(encode(version3()), 0, octet))),
                  PacketFault::BadType)
            << type;
    }
}

TEST(DecodeIpv4, RefusesVrid0) {
    EXPECT_EQ(fault_of(decode_ipv4(with_message_octet(encode(version3()), 1, 0))), PacketFault::BadVrid);
}

TEST(DecodeIpv4, NamesTheVersionBeforeTheType) {
    EXPECT_EQ(fault_of(decode_ipv4(with_octet(encode(version3()), kIpv4HeaderSize, 0x42))),
              PacketFault::BadVersion);
}

TEST(DecodeIpv4, NamesTheTypeBeforeTheLength) {
    const Packet packet = lengthened(encode(version3()), 4);
    EXPECT_EQ(fault_of(decode_ipv4(with_octet(packet, kIpv4HeaderSize, 0x32))), PacketFault::BadType);
}

TEST(DecodeIpv4, NamesTheChecksumBeforeTheVrid) {
    EXPECT_EQ(fault_of(decode_ipv4(with_octet(encode(version3()), kIpv4HeaderSize + 1, 0))),
              PacketFault::BadChecksum);
}

TEST(DecodeIpv4, LeavesIntervalZeroToTheReceiver) {
    const Packet packet = with_message_octet(encode(version3()), 5, 0);
    EXPECT_EQ(decode_ipv4(packet).value().advert.interval, Centiseconds{0});
}

TEST(DecodeIpv4, LeavesAnEmptyAddressListToTheReceiver) {
    Outgoing outgoing = version3();
    outgoing.addresses = {};
    EXPECT_EQ(decode_ipv4(encode(outgoing)).value().advert.addresses.size(), 0u);
}

TEST(DecodeIpv4, LeavesTheTtlToTheReceiver) {
    Outgoing outgoing = version3();
    outgoing.ttl = 1;
    EXPECT_EQ(decode_ipv4(encode(outgoing)).value().ttl, 1);
}

TEST(DecodeIpv4, LeavesAnUnknownAuthenticationTypeToTheReceiver) {
    EXPECT_EQ(decode_ipv4(with_message_octet(encode(version2()), 4, 255)).value().advert.auth_type, 255);
}

TEST(DecodeIpv4, NamesTheChecksumFormOfEachVersion3Packet) {
    Outgoing outgoing = version3();
    outgoing.destination = address("192.0.2.2");
    for (const ChecksumForm form :
         {ChecksumForm::MessageOnly, ChecksumForm::PseudoHeader, ChecksumForm::OldUnicast}) {
        outgoing.checksum = form;
        EXPECT_EQ(decode_ipv4(encode(outgoing)).value().advert.checksum, form);
    }
}

TEST(DecodeIpv4, CallsTheOldFormToTheGroupByItsUsualName) {
    Outgoing outgoing = version3();
    outgoing.checksum = ChecksumForm::OldUnicast;
    EXPECT_EQ(decode_ipv4(encode(outgoing)).value().advert.checksum, ChecksumForm::PseudoHeader);
}

TEST(DecodeIpv4, AcceptsNoPseudoHeaderInVersion2) {
    Packet packet = encode(version2());
    net::Checksum sum = net::Checksum{}.add(Bytes{packet}.subspan(12, 8)).add_word(112).add_word(24);
    const std::span<std::byte> field = std::span{packet}.subspan(kIpv4HeaderSize + 6, 2);
    Writer{field}.u16(0);
    Writer{field}.u16(sum.add(Bytes{packet}.subspan(kIpv4HeaderSize)).value());
    EXPECT_EQ(fault_of(decode_ipv4(packet)), PacketFault::BadChecksum);
}

// Any single bit that is turned anywhere in the message is noticed, be it by the checksum or before.
TEST(DecodeIpv4, NoticesEverySingleTurnedBit) {
    const Packet good = encode(version3());
    for (std::size_t bit = 0; bit < (good.size() - kIpv4HeaderSize) * 8; ++bit) {
        Packet packet = good;
        packet[kIpv4HeaderSize + bit / 8] ^= std::byte{1} << (bit % 8);
        EXPECT_TRUE(fault_of(decode_ipv4(packet))) << "bit " << bit;
    }
}

TEST(DecodeIpv4, ReadsTheLongestAddressList) {
    const std::vector<net::Address> many(255, address("198.51.100.7"));
    Outgoing outgoing = version2();
    outgoing.addresses = many;
    const Packet packet = encode(outgoing);
    const auto decoded = decode_ipv4(packet);
    ASSERT_EQ(fault_of(decoded), std::nullopt);
    EXPECT_EQ(decoded->advert.addresses.size(), 255u);
    EXPECT_EQ(decoded->advert.addresses[254], address("198.51.100.7"));
}

TEST(DecodeIpv6, RefusesVersion2) {
    Packet message = encode(version3_ipv6());
    message[0] = std::byte{0x21};
    EXPECT_EQ(fault_of(decode_ipv6(message, carrier_of(version3_ipv6()))), PacketFault::BadVersion);
}

TEST(DecodeIpv6, RefusesTheMessageOfAnotherCarrier) {
    Ipv6Carrier carrier = carrier_of(version3_ipv6());
    carrier.source = address("fe80::2");
    EXPECT_EQ(fault_of(decode_ipv6(encode(version3_ipv6()), carrier)), PacketFault::BadChecksum);
}

TEST(DecodeIpv6, RefusesEveryTruncation) {
    const Packet message = encode(version3_ipv6());
    for (std::size_t size = 0; size < message.size(); ++size)
        EXPECT_EQ(fault_of(decode_ipv6(Bytes{message}.first(size), carrier_of(version3_ipv6()))),
                  PacketFault::Truncated)
            << size;
}

TEST(DecodeIpv6, RefusesOneSurplusOctet) {
    Packet message = encode(version3_ipv6());
    message.emplace_back();
    EXPECT_EQ(fault_of(decode_ipv6(message, carrier_of(version3_ipv6()))), PacketFault::TrailingBytes);
}

TEST(DecodeIpv6, HandsOnWhatTheCarrierSaid) {
    Outgoing outgoing = version3_ipv6();
    outgoing.ttl = 64;
    const auto decoded = decode_ipv6(encode(outgoing), carrier_of(outgoing));
    ASSERT_EQ(fault_of(decoded), std::nullopt);
    EXPECT_EQ(decoded->ttl, 64);
    EXPECT_EQ(decoded->source, address("fe80::1"));
    EXPECT_EQ(decoded->destination, address("ff02::12"));
}

TEST(AddressList, KnowsWhatItContains) {
    const Packet packet = encode(version3());
    const AddressList addresses = decode_ipv4(packet).value().advert.addresses;
    EXPECT_TRUE(addresses.contains(address("192.0.2.101")));
    EXPECT_FALSE(addresses.contains(address("192.0.2.102")));
    EXPECT_FALSE(addresses.contains(address("2001:db8::100")));
}

TEST(AddressListDeathTest, EndsAtItsSize) {
    const Packet packet = encode(version3());
    const AddressList addresses = decode_ipv4(packet).value().advert.addresses;
    EXPECT_DEATH(static_cast<void>(addresses[2]), "assertion failed");
}

TEST(PacketFault, HasItsOwnWords) {
    std::vector<std::string_view> seen;
    for (int fault = 0; fault <= static_cast<int>(PacketFault::BadChecksum); ++fault) {
        const std::string_view words = describe(static_cast<PacketFault>(fault));
        EXPECT_EQ(std::ranges::count(seen, words), 0) << words;
        seen.push_back(words);
    }
}

}  // namespace
}  // namespace understudy::wire
