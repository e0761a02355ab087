// Instances on ipvlans (use_ipvlan).
#include <cerrno>

#include "desk.hpp"

namespace understudy::agent {
namespace {

using namespace test;

constexpr net::LinkIndex kIpvlan{7};
const net::Address kItsOwn = net::Address::v4(192, 0, 2, 55);

model::Instance on_ipvlan() {
    model::Instance asked = instance();
    asked.ipvlan.emplace();
    asked.ipvlan->address = net::Prefix{kItsOwn, 24};
    return asked;
}

net::Link made() {
    net::Link link{.index = kIpvlan, .name = "vrrp.51", .mac = net::Mac::of(2, 0, 0, 0, 0, 1)};
    link.admin_up = link.running = link.multicast = link.ipvlan = true;
    link.base = kEth0;
    link.alias = desired::note_of({});
    return link;
}

// The addresses asked for, by the last batch of changes.
std::vector<net::InterfaceAddress> added(const Desk& desk) {
    std::vector<net::InterfaceAddress> all;
    const std::vector<ChangeKernel> batches = desk.all<ChangeKernel>();
    if (batches.empty()) return all;
    for (const KernelChange& change : batches.back().changes)
        if (const auto* const address = std::get_if<desired::Change>(&change)) all.push_back(address->object);
    return all;
}

TEST(Ipvlan, HoldsItsOwnAddressAsLongAsTheInstanceRuns) {
    Desk desk{config_of({on_ipvlan()})};
    desk.start();
    ASSERT_EQ(desk.all<ChangeLinks>().size(), 1u);
    EXPECT_TRUE(desk.all<ChangeLinks>().front().changes.front().link.ipvlan);
    desk.hear(LinkSeen{made()});
    desk.hear(LinksAnswered{{0}});
    ASSERT_EQ(added(desk).size(), 1u);
    EXPECT_EQ(added(desk).front().prefix, (net::Prefix{kItsOwn, 24}));
    EXPECT_EQ(added(desk).front().link, kIpvlan);
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(Ipvlan, SendsAdvertsFromItsOwnAddressAndCarriesTheVirtualOnes) {
    Desk desk{config_of({on_ipvlan()})};
    desk.start();
    desk.hear(LinkSeen{made()});
    desk.hear(LinksAnswered{{0}});
    desk.answer_changes();
    desk.hear(ListenAnswered{kIpvlan, net::Family::Ipv4, 0});
    desk.run_for(seconds{4});
    ASSERT_FALSE(desk.all<SendPacket>().empty());
    EXPECT_EQ(desk.all<SendPacket>().back().link, kIpvlan);
    EXPECT_EQ(desk.all<SendPacket>().back().source, kItsOwn);
    ASSERT_FALSE(added(desk).empty());
    EXPECT_EQ(added(desk).front().prefix.address, net::Address::v4(192, 0, 2, 100));
    EXPECT_EQ(added(desk).front().link, kIpvlan);
}

TEST(Ipvlan, KeepsTheInstanceInFaultWhereTheKernelHasNone) {
    Desk desk{config_of({on_ipvlan()})};
    desk.start();
    desk.hear(LinksAnswered{{EOPNOTSUPP}});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    ASSERT_EQ(desk.told("virtual-link-refused"), 1u);
    bool named = false;
    const std::vector<Tell> lines = desk.all<Tell>();
    for (const Tell& tell : lines) named |= tell.record.text.contains("no ipvlan");
    EXPECT_TRUE(named);
    desk.run_for(seconds{60});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
}

TEST(Ipvlan, NeedsAnAddressForIpv4) {
    model::Instance asked = on_ipvlan();
    asked.ipvlan->address.reset();
    Desk desk{config_of({asked})};
    desk.start();
    desk.hear(LinkSeen{made()});
    desk.hear(LinksAnswered{{0}});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
}

}  // namespace
}  // namespace understudy::agent
