#include "understudy/wire/hmac_trailer.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "understudy/base/secret.hpp"

#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

// The keys of the vectors: 00 to 1f, 64 times a5, and a phrase.
Packet counting_key() {
    Packet key(32);
    unsigned char next = 0;
    for (std::byte& octet : key) octet = std::byte{next++};
    return key;
}
const Packet kCounting = counting_key();
const Packet kLongest(64, std::byte{0xa5});
constexpr std::string_view kPhrase = "understudy-test-passphrase-00032";

// Packets that keepalived 2.4.3 accepts, whose digests Python's hmac module gives as well.
constexpr std::string_view kVersion3 =
    "45c000400001 0000ff701879c0000201e0000012 3133960200641107c0000264c0000265"
    "010100006955b9008000000046507033d5f71223a6ce7c5aba20271b";
constexpr std::string_view kIpv6 =
    "3133000200640a8f fe800000000000000000000000000100 20010db8000000000000000000000100"
    "010200006955b900ffff0007ea4c519c49d3e18c143c80b1c2ecb4cf";
constexpr std::string_view kVersion2 =
    "45c0004800010000ff703681c0000201c0000202 213396020001c3fec0000264c0000265 0000000000000000"
    "01ff00007fffffff0001ffffe9e07be88b0407c59c1dfe0e21cf1c3b";

const std::vector<net::Address> kV4{address("192.0.2.100"), address("192.0.2.101")};
const std::vector<net::Address> kV6{address("fe80::100"), address("2001:db8::100")};

Outgoing version3_signed() {
    Outgoing outgoing;
    outgoing.version = net::VrrpVersion::V3;
    outgoing.vrid = net::Vrid{51};
    outgoing.priority = net::Priority{150};
    outgoing.source = address("192.0.2.1");
    outgoing.destination = address("224.0.0.18");
    outgoing.addresses = kV4;
    outgoing.hmac = {.key_id = 1, .secret = kCounting, .sequence = 0x6955b90080000000};
    return outgoing;
}

Outgoing ipv6_signed() {
    Outgoing outgoing = version3_signed();
    outgoing.priority = net::Priority{0};
    outgoing.source = address("fe80::1");
    outgoing.destination = address("ff02::12");
    outgoing.addresses = kV6;
    outgoing.hmac = {.key_id = 2, .secret = kLongest, .sequence = 0x6955b900ffff0007};
    return outgoing;
}

Outgoing version2_signed() {
    Outgoing outgoing = version3_signed();
    outgoing.version = net::VrrpVersion::V2;
    outgoing.destination = address("192.0.2.2");
    outgoing.hmac = {
        .key_id = 255, .secret = std::as_bytes(std::span{kPhrase}), .sequence = 0x7fffffff0001ffff};
    return outgoing;
}

Received heard(const Packet& packet) { return decode_ipv4(packet).value(); }

bool verifies(const Received& received, Bytes secret) {
    const HmacInput input{received.advert.version, received.advert.vrid, received.source,
                          received.advert.message};
    return hmac_digest(input, *received.advert.hmac, secret) == received.advert.hmac->digest;
}

TEST(HmacTrailer, IsSentAsInTheVectorOfVersion3) {
    EXPECT_EQ(to_hex(encode(version3_signed())), to_hex(from_hex(kVersion3)));
}

TEST(HmacTrailer, IsSentAsInTheVectorOfIpv6) {
    EXPECT_EQ(to_hex(encode(ipv6_signed())), to_hex(from_hex(kIpv6)));
}

TEST(HmacTrailer, IsSentAsInTheVectorOfVersion2) {
    EXPECT_EQ(to_hex(encode(version2_signed())), to_hex(from_hex(kVersion2)));
}

TEST(HmacTrailer, IsReadBack) {
    const Packet packet = from_hex(kVersion3);
    const Received received = heard(packet);
    ASSERT_TRUE(received.advert.hmac.has_value());
    EXPECT_EQ(received.advert.hmac->key_id, 1);
    EXPECT_EQ(received.advert.hmac->sequence, 0x6955b90080000000u);
    EXPECT_TRUE(received.advert.hmac->is_well_formed());
    EXPECT_EQ(received.advert.addresses.size(), 2u);
    EXPECT_EQ(received.advert.message.size(), 16u);
}

TEST(HmacTrailer, VerifiesWithItsKeyAlone) {
    const Packet packet = from_hex(kVersion3);
    EXPECT_TRUE(verifies(heard(packet), kCounting));
    EXPECT_FALSE(verifies(heard(packet), kLongest));
}

TEST(HmacTrailer, VerifiesOverIpv6AndInVersion2) {
    const Packet v6 = from_hex(kIpv6);
    const Packet v2 = from_hex(kVersion2);
    EXPECT_TRUE(verifies(decode_ipv6(v6, {address("fe80::1"), address("ff02::12"), 255}).value(), kLongest));
    EXPECT_TRUE(verifies(heard(v2), std::as_bytes(std::span{kPhrase})));
}

// Which octets of the packet the digest covers.
TEST(HmacTrailer, CoversMessageAndSourceButNotItsCarrier) {
    const Packet packet = encode(version3_signed());
    const Received received = heard(packet);
    Received other = received;
    other.destination = address("192.0.2.9");
    other.ttl = 1;
    EXPECT_TRUE(verifies(other, kCounting));
    other.source = address("192.0.2.9");
    EXPECT_FALSE(verifies(other, kCounting));
    constexpr std::size_t kMessageSize = 16;
    for (std::size_t at = 0; at < kMessageSize; ++at) {
        Packet message(received.advert.message.begin(), received.advert.message.end());
        message[at] ^= std::byte{1};
        Received changed = received;
        changed.advert.message = message;
        const bool checksum = at == 6 || at == 7;
        EXPECT_EQ(verifies(changed, kCounting), checksum) << "octet " << at;
    }
}

TEST(HmacTrailer, CoversItsOwnHead) {
    const Packet packet = encode(version3_signed());
    Received received = heard(packet);
    received.advert.hmac->sequence += 1;
    EXPECT_FALSE(verifies(received, kCounting));
    received = heard(packet);
    received.advert.hmac->key_id = 2;
    EXPECT_FALSE(verifies(received, kCounting));
}

// The checksum of version 3 over IPv4 does not count the trailer, in neither of its forms.
TEST(HmacTrailer, GoesWithBothFormsOfTheChecksum) {
    Outgoing outgoing = version3_signed();
    outgoing.checksum = ChecksumForm::MessageOnly;
    const Packet packet = encode(outgoing);
    EXPECT_EQ(heard(packet).advert.checksum, ChecksumForm::MessageOnly);
    EXPECT_TRUE(verifies(heard(packet), kCounting));
}

TEST(HmacTrailer, IsReadWhateverItHolds) {
    Packet packet = encode(version3_signed());
    packet[packet.size() - kHmacTrailerSize] = std::byte{2};  // a type that is not defined
    EXPECT_FALSE(heard(packet).advert.hmac->is_well_formed());
    packet[packet.size() - kHmacTrailerSize] = std::byte{1};
    packet[packet.size() - kHmacTrailerSize + 3] = std::byte{1};  // reserved
    EXPECT_FALSE(heard(packet).advert.hmac->is_well_formed());
}

Packet with_size_changed(Packet packet, int by) {
    packet.resize(static_cast<std::size_t>(static_cast<int>(packet.size()) + by));
    packet[3] = static_cast<std::byte>(packet.size());
    return packet;
}

TEST(HmacTrailer, HasExactlyItsLength) {
    const Packet packet = encode(version3_signed());
    for (const int by : {-27, -1, 1, 2, 28})
        EXPECT_EQ(fault_of(decode_ipv4(with_size_changed(packet, by))), PacketFault::TrailingBytes)
            << by << " octets";
    EXPECT_FALSE(heard(with_size_changed(packet, -28)).advert.hmac.has_value());
}

TEST(HmacTrailer, IsNotPossibleBehindAnAuthenticationHeader) {
    Outgoing outgoing = version2();
    outgoing.auth_type = 2;
    outgoing.password = "secret12";
    const Packet packet = with_size_changed(encode(outgoing), kHmacTrailerSize);
    EXPECT_EQ(fault_of(decode_ipv4(packet)), PacketFault::TrailingBytes);
}

}  // namespace
}  // namespace understudy::wire
