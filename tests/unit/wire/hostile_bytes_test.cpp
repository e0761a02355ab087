// Any octets whatsoever: random ones, good frames with octets changed, and good frames cut short. Each sample
// lies in memory of exactly its size, so that a sanitizer build sees a read past either end. What decodes is
// looked at to its last octet.
#include <gtest/gtest.h>

#include <functional>

#include "understudy/base/random.hpp"
#include "understudy/wire/rtnl.hpp"

#include "rtnl_support.hpp"
#include "support.hpp"

namespace understudy::wire {
namespace {

using namespace test;

constexpr Seed kSeed{0x5eed};
constexpr int kRounds = 20'000;
const net::Mac kAnyMac = net::Mac::of(0x02, 0x00, 0x5e, 0x10, 0x00, 0x01);

Packet random_octets(Random& random) {
    Packet octets(random.below(160));
    for (std::byte& octet : octets) octet = static_cast<std::byte>(random.below(256));
    return octets;
}

Packet mutated(Random& random, Packet octets) {
    for (std::uint64_t changes = random.below(4); changes > 0 && !octets.empty(); --changes)
        octets[random.below(octets.size())] = static_cast<std::byte>(random.below(256));
    if (random.chance(30)) octets.resize(random.below(octets.size() + 1));
    octets.shrink_to_fit();
    return octets;
}

template <std::size_t Size>
Packet packet_of(const std::array<std::byte, Size>& frame) {
    return {frame.begin(), frame.end()};
}

// Calls `decode` with every sample that is made from these good frames, and says with which seed.
void expose(const std::vector<Packet>& good, const std::function<void(Bytes)>& decode) {
    Random random{kSeed};
    for (int round = 0; round < kRounds; ++round) {
        SCOPED_TRACE(testing::Message() << "seed " << kSeed.value << ", round " << round);
        const bool from_nothing = random.chance(20);
        const Packet sample =
            from_nothing ? random_octets(random) : mutated(random, good[random.below(good.size())]);
        decode(sample);
        if (testing::Test::HasFailure()) return;
    }
}

Outgoing with_authentication(std::uint8_t type) {
    Outgoing outgoing = version2();
    outgoing.auth_type = type;
    outgoing.password = "secret12";
    return outgoing;
}

TEST(HostileBytes, AreAnIpv4AdvertOrOneFault) {
    const std::vector<Packet> good{encode(version2()), encode(with_authentication(1)),
                                   encode(with_authentication(2)), encode(version3())};
    int accepted = 0;
    expose(good, [&](Bytes sample) {
        const auto decoded = decode_ipv4(sample);
        const std::string text = text_of(decoded);
        EXPECT_FALSE(text.empty());
        if (decoded && decoded->advert.ah) {
            EXPECT_FALSE(equal_in_constant_time(ah_icv(sample, "another"), decoded->advert.ah->icv));
        }
        accepted += decoded.has_value();
    });
    EXPECT_GT(accepted, 0);
}

TEST(HostileBytes, AreAnIpv6AdvertOrOneFault) {
    int accepted = 0;
    expose({encode(version3_ipv6())}, [&](Bytes sample) {
        const auto decoded = decode_ipv6(sample, carrier_of(version3_ipv6()));
        const std::string text = text_of(decoded);
        EXPECT_FALSE(text.empty());
        accepted += decoded.has_value();
    });
    EXPECT_GT(accepted, 0);
}

TEST(HostileBytes, AreAnArpFrameOrNone) {
    int accepted = 0;
    expose({packet_of(gratuitous_arp(kAnyMac, address("192.0.2.100")))}, [&](Bytes sample) {
        if (const auto arp = decode_arp(sample)) accepted += !text_of(*arp).empty();
    });
    EXPECT_GT(accepted, 0);
}

TEST(HostileBytes, AreANeighbourAdvertOrNone) {
    int accepted = 0;
    expose({packet_of(unsolicited_neighbour_advert(kAnyMac, address("2001:db8::100"), true))},
           [&](Bytes sample) {
               if (const auto advert = decode_neighbour_advert(sample)) accepted += !text_of(*advert).empty();
           });
    EXPECT_GT(accepted, 0);
}

TEST(HostileBytes, AreRtnetlinkMessagesOrSkipped) {
    KernelAddress full;
    full.link = net::LinkIndex{3};
    full.prefix = {address("192.0.2.100"), 24};
    full.label = "eth0:vip";
    full.broadcast = address("192.0.2.255");
    full.no_prefix_route = true;
    full.valid_lifetime = seconds{3};
    Packet batch;
    append_add_address(batch, full, 1);
    append_remove_address(batch, full, 2);
    append_dump_links(batch, 3);
    std::size_t accepted = 0;
    expose({batch}, [&](Bytes sample) {
        std::vector<RtnlMessage> out;
        decode_rtnl(sample, out);
        EXPECT_LE(out.size(), sample.size() / sizeof(nlmsghdr));
        accepted += out.size();
    });
    EXPECT_GT(accepted, 0u);
}

}  // namespace
}  // namespace understudy::wire
