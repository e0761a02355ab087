#include <gtest/gtest.h>

#include <array>

#include "understudy/base/random.hpp"
#include "understudy/net/checksum.hpp"

#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

TEST(Encode, PutsTheSimpleTextIntoTheAuthenticationData) {
    Outgoing outgoing = version2();
    outgoing.auth_type = 1;
    outgoing.password = "abc";
    EXPECT_EQ(to_hex(Bytes{encode(outgoing)}.last(8)), "6162630000000000");
}

TEST(Encode, KeepsThePasswordToItselfWithoutSimpleText) {
    Outgoing outgoing = version2();
    outgoing.password = "secret12";
    for (const std::uint8_t type : {std::uint8_t{0}, std::uint8_t{2}}) {
        outgoing.auth_type = type;
        EXPECT_EQ(to_hex(Bytes{encode(outgoing)}.last(8)), "0000000000000000") << int{type};
    }
}

TEST(Encode, SendsNoAuthenticationInVersion3) {
    Outgoing outgoing = version3();
    outgoing.auth_type = 2;
    outgoing.password = "secret12";
    EXPECT_EQ(encode(outgoing), encode(version3()));
}

TEST(Encode, CountsVersion2InWholeSeconds) {
    Outgoing outgoing = version2();
    outgoing.interval = seconds{255};
    EXPECT_EQ(message_of(encode(outgoing))[5], std::byte{255});
}

TEST(Encode, SpreadsTheIntervalOfVersion3OverTwelveBits) {
    Outgoing outgoing = version3();
    outgoing.interval = Centiseconds{4095};
    EXPECT_EQ(to_hex(message_of(encode(outgoing)).subspan(4, 2)), "0fff");
}

TEST(Encode, MarksThePacketAsNetworkControl) { EXPECT_EQ(encode(version3())[1], std::byte{0xc0}); }

TEST(Encode, GivesTheHeaderARightChecksum) {
    for (const Outgoing& outgoing : {version2(), version3()})
        EXPECT_EQ(net::Checksum{}.add(Bytes{encode(outgoing)}.first(kIpv4HeaderSize)).value(), 0);
}

TEST(Encode, TakesIdentificationAndTtlFromTheSender) {
    Outgoing outgoing = version3();
    outgoing.identification = 0xfffe;
    outgoing.ttl = 17;
    const Packet packet = encode(outgoing);
    EXPECT_EQ(to_hex(Bytes{packet}.subspan(4, 2)), "fffe");
    EXPECT_EQ(packet[8], std::byte{17});
}

TEST(Encode, KeepsTheOrderOfTheAddresses) {
    const std::array addresses{address("192.0.2.9"), address("192.0.2.3"), address("192.0.2.7")};
    Outgoing outgoing = version3();
    outgoing.addresses = addresses;
    EXPECT_EQ(to_hex(message_of(encode(outgoing)).subspan(8)), "c0000209c0000203c0000207");
}

TEST(EncodeDeathTest, RefusesAnIntervalVersion2CannotSay) {
    Outgoing outgoing = version2();
    outgoing.interval = Centiseconds{150};
    EXPECT_DEATH(static_cast<void>(encode(outgoing)), "assertion failed");
}

TEST(EncodeDeathTest, RefusesVersion2OverIpv6) {
    Outgoing outgoing = version3_ipv6();
    outgoing.version = net::VrrpVersion::V2;
    EXPECT_DEATH(static_cast<void>(encode(outgoing)), "assertion failed");
}

TEST(EncodeDeathTest, RefusesAddressesOfTheOtherFamily) {
    Outgoing outgoing = version3();
    outgoing.addresses = version3_ipv6().addresses;
    EXPECT_DEATH(static_cast<void>(encode(outgoing)), "assertion failed");
}

TEST(EncodeDeathTest, RefusesAPasswordOfNineOctets) {
    Outgoing outgoing = version2();
    outgoing.password = "secret123";
    EXPECT_DEATH(static_cast<void>(encode(outgoing)), "assertion failed");
}

net::Address random_ipv4(Random& random) {
    return net::Address::v4(192, 0, 2, static_cast<std::uint8_t>(random.below(256)));
}

net::Address random_ipv6(Random& random) {
    std::array<std::byte, 16> octets{std::byte{0x20}, std::byte{0x01}, std::byte{0x0d}, std::byte{0xb8}};
    for (std::size_t i = 8; i < octets.size(); ++i) octets[i] = static_cast<std::byte>(random.below(256));
    return *net::Address::from_bytes(octets);
}

struct RandomAdvert {
    std::vector<net::Address> addresses;
    Outgoing outgoing;
};

RandomAdvert random_advert(Random& random) {
    RandomAdvert made;
    const bool version2 = random.chance(40);
    const bool ipv6 = !version2 && random.chance(50);
    const auto draw = [&] { return ipv6 ? random_ipv6(random) : random_ipv4(random); };
    for (std::uint64_t count = random.below(256); count > 0; --count) made.addresses.push_back(draw());
    made.outgoing.version = version2 ? net::VrrpVersion::V2 : net::VrrpVersion::V3;
    made.outgoing.vrid = net::Vrid::clamped(1 + random.below(255));
    made.outgoing.priority = net::Priority::clamped(random.below(256));
    made.outgoing.interval =
        version2 ? Centiseconds{seconds{1 + random.below(255)}} : Centiseconds{1 + random.below(4095)};
    made.outgoing.checksum = static_cast<ChecksumForm>(random.below(3));
    made.outgoing.auth_type = static_cast<std::uint8_t>(version2 ? random.below(3) : 0);
    made.outgoing.password = "abcdefgh";
    made.outgoing.ah_sequence = static_cast<std::uint32_t>(random.next());
    made.outgoing.source = draw();
    made.outgoing.destination =
        random.chance(50) ? net::vrrp_group(ipv6 ? net::Family::Ipv6 : net::Family::Ipv4) : draw();
    return made;
}

void expect_same(const Outgoing& sent, const Received& heard) {
    EXPECT_EQ(heard.advert.version, sent.version);
    EXPECT_EQ(heard.advert.vrid, sent.vrid);
    EXPECT_EQ(heard.advert.priority, sent.priority);
    EXPECT_EQ(heard.advert.interval, sent.interval);
    EXPECT_EQ(heard.advert.auth_type, sent.auth_type);
    EXPECT_EQ(heard.advert.ah.has_value(), sent.auth_type == 2);
    EXPECT_EQ(heard.advert.ah ? heard.advert.ah->sequence : sent.ah_sequence, sent.ah_sequence);
    EXPECT_EQ(heard.source, sent.source);
    EXPECT_EQ(heard.destination, sent.destination);
    ASSERT_EQ(heard.advert.addresses.size(), sent.addresses.size());
    for (std::size_t i = 0; i < sent.addresses.size(); ++i)
        EXPECT_EQ(heard.advert.addresses[i], sent.addresses[i]);
}

TEST(Encode, IsUndoneByDecode) {
    constexpr Seed kSeed{20240409};
    Random random{kSeed};
    for (int round = 0; round < 2000; ++round) {
        SCOPED_TRACE(testing::Message() << "seed " << kSeed.value << ", round " << round);
        const RandomAdvert made = random_advert(random);
        Outgoing outgoing = made.outgoing;
        outgoing.addresses = made.addresses;
        const Packet packet = encode(outgoing);
        const auto decoded =
            outgoing.source.is_v6() ? decode_ipv6(packet, carrier_of(outgoing)) : decode_ipv4(packet);
        ASSERT_EQ(fault_of(decoded), std::nullopt);
        expect_same(outgoing, *decoded);
    }
}

}  // namespace
}  // namespace understudy::wire
