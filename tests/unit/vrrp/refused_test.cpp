#include "understudy/vrrp/refused.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace understudy::vrrp {
namespace {

TEST(RefusedPackets, AreCountedByReason) {
    Stats stats;
    stats.count(Refusal::UnknownPeer);
    stats.count(Refusal::UnknownPeer);
    stats.count(wire::PacketFault::BadChecksum);
    const auto all = refused_packets(stats);
    EXPECT_EQ(std::ranges::count(all, RefusedPackets{"unknown-peer", 2}), 1);
    EXPECT_EQ(std::ranges::count(all, RefusedPackets{"bad-checksum", 1}), 1);
    EXPECT_EQ(std::ranges::count(all, 0u, &RefusedPackets::count), std::ssize(all) - 2);
}

TEST(RefusedPackets, HaveAReasonOfTheirOwnEach) {
    std::set<std::string_view> reasons;
    for (const RefusedPackets& packets : refused_packets({})) {
        EXPECT_FALSE(packets.reason.empty());
        EXPECT_TRUE(reasons.insert(packets.reason).second) << packets.reason;
    }
    EXPECT_EQ(reasons.size(), 30u);
}

TEST(Refusal, IsDescribedInWordsOfItsOwn) {
    std::set<std::string_view> words;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(Refusal::TrailerReplayed); ++i) {
        const std::string_view described = describe(static_cast<Refusal>(i));
        EXPECT_FALSE(described.empty()) << i;
        EXPECT_TRUE(words.insert(described).second) << described;
    }
    EXPECT_EQ(describe(Refusal::TrailerMalformed), "has a malformed HMAC trailer");
}

}  // namespace
}  // namespace understudy::vrrp
