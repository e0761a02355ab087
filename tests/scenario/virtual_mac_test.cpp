// Pairs on virtual MACs: nothing about elections changes, and the interface survives agents and strangers.
#include "pair.hpp"

namespace understudy::sim {
namespace {

constexpr const char* kLink = "vrrp.51";
const Plan kStrongOnVirtualMac{.priority = 200, .virtual_mac = true};
const Plan kWeakOnVirtualMac{.priority = 100, .virtual_mac = true};

TEST(VirtualMacPair, FailsOverAsEveryPairDoes) {
    Pair pair{kStrongOnVirtualMac, kWeakOnVirtualMac};
    pair.await_advert(pair.strong);
    pair.strong.power_off();
    EXPECT_EQ(pair.takeover_of(pair.weak), 3s + skew_of(100));
    pair.lan.run_for(kMoment);
    EXPECT_TRUE(pair.weak.holds(kVip));
    const net::Mac expected = net::virtual_mac(net::Family::Ipv4, net::Vrid{51});
    EXPECT_EQ(pair.weak.announcements().back().mac, expected);
}

TEST(VirtualMacPair, KeepsItsMasterWhenAStrangerRemovesTheInterface) {
    Pair pair{kStrongOnVirtualMac, kWeakOnVirtualMac};
    pair.lan.run_for(10s);
    pair.strong.stranger_removes_link(kLink);
    EXPECT_LT(pair.lan.run_until([&] { return pair.strong.holds(kVip); }), 10ms);
    pair.lan.run_for(10s);
    EXPECT_TRUE(pair.strong.is_master());
    EXPECT_FALSE(pair.weak.is_master());
    EXPECT_EQ(pair.strong.told("virtual-link-lost"), 1u);
}

TEST(VirtualMacPair, LeavesNothingBehindAtTheEnd) {
    Pair pair{{.priority = 200, .virtual_mac = true, .accept = false}, kWeakOnVirtualMac};
    EXPECT_TRUE(pair.strong.filter().v4.refuses());
    pair.strong.stop_agent();
    pair.lan.run_for(1s);
    EXPECT_FALSE(pair.strong.has_agent());
    EXPECT_TRUE(pair.strong.kernel().virtual_links().empty());
    EXPECT_TRUE(pair.strong.filter().v4.is_empty());
}

}  // namespace
}  // namespace understudy::sim
