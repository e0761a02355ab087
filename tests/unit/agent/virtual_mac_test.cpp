// Instances on virtual MACs, and what keeps packets from the addresses of masters that do not accept them.
#include <cerrno>

#include "desk.hpp"

namespace understudy::agent {
namespace {

using namespace test;

model::Instance on_virtual_mac() {
    model::Instance asked = instance();
    asked.virtual_mac.emplace();
    return asked;
}

net::Link made() {
    net::Link link{
        .index = kVirtualLink, .name = "vrrp.51", .mac = net::virtual_mac(net::Family::Ipv4, net::Vrid{51})};
    link.admin_up = link.running = link.multicast = true;
    link.macvlan = link.private_macvlan = true;
    link.base = kEth0;
    link.alias = desired::note_of({});
    return link;
}

void answer_links(Desk& desk, int error = 0) {
    const auto orders = desk.all<ChangeLinks>();
    ASSERT_FALSE(orders.empty());
    if (error == 0) desk.hear(LinkSeen{made()});
    desk.hear(LinksAnswered{std::vector<int>(orders.back().changes.size(), error)});
}

void become_master(Desk& desk) {
    desk.start();
    answer_links(desk);
    desk.hear(ListenAnswered{kVirtualLink, net::Family::Ipv4, 0});
    desk.run_for(seconds{4});
    desk.hear(LinksAnswered{{0}});  // its settings have been looked after once more
    desk.answer_changes();
    desk.run_for(milliseconds{1});
}

TEST(VirtualMac, IsMadeBeforeTheInstanceBegins) {
    Desk desk{config_of({on_virtual_mac()})};
    desk.start();
    ASSERT_EQ(desk.all<ChangeLinks>().size(), 1u);
    EXPECT_EQ(desk.role(), vrrp::Role::Idle);
    answer_links(desk);
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(desk.all<Listen>().back().listeners.front().link, kVirtualLink);
    EXPECT_TRUE(desk.all<Listen>().back().listeners.front().speaks_for_another);
}

TEST(VirtualMac, CarriesAddressesAdvertsAndAnnouncements) {
    Desk desk{config_of({on_virtual_mac()})};
    become_master(desk);
    EXPECT_EQ(desk.all<SendPacket>().back().link, kVirtualLink);
    EXPECT_EQ(desk.all<SendPacket>().back().source, kOurs);
    EXPECT_EQ(std::get<desired::Change>(desk.all<ChangeKernel>().back().changes.front()).object.link,
              kVirtualLink);
    EXPECT_EQ(desk.all<SendAnnouncements>().front().announcements.front(),
              (Announcement{kVirtualLink, made().mac, net::Address::v4(192, 0, 2, 100)}));
}

TEST(VirtualMac, LeavesAdvertsToTheInterfaceBelowWhenAskedTo) {
    model::Instance asked = on_virtual_mac();
    asked.adverts_from_base_interface = true;
    Desk desk{config_of({asked})};
    become_master(desk);
    EXPECT_EQ(desk.all<SendPacket>().back().link, kEth0);
    EXPECT_EQ(std::get<desired::Change>(desk.all<ChangeKernel>().back().changes.front()).object.link,
              kVirtualLink);
}

TEST(VirtualMac, IsAFaultWhileItCannotBeMade) {
    Desk desk{config_of({on_virtual_mac()})};
    desk.start();
    answer_links(desk, EOPNOTSUPP);
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    EXPECT_EQ(desk.told("virtual-link-refused"), 1u);
    desk.run_for(seconds{1});
    answer_links(desk);
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(VirtualMac, ComesBackUnderAMasterThatStaysMaster) {
    Desk desk{config_of({on_virtual_mac()})};
    become_master(desk);
    desk.orders.clear();
    desk.hear(LinkVanished{kVirtualLink});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    ASSERT_EQ(desk.all<ChangeLinks>().size(), 1u);
    net::Link again = made();
    again.index = {8};
    desk.hear(LinkSeen{again});
    desk.hear(LinksAnswered{{0}});
    ASSERT_FALSE(desk.all<ChangeKernel>().empty());
    EXPECT_EQ(std::get<desired::Change>(desk.all<ChangeKernel>().back().changes.front()).object.link,
              net::LinkIndex{8});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
}

TEST(VirtualMac, GivenByAReloadCostsAMasterNoRole) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    desk.hear(ConfigLoaded{std::make_shared<const model::Config>(config_of({on_virtual_mac()}))});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    answer_links(desk);
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    EXPECT_EQ(desk.told("faults-changed"), 0u);
}

TEST(VirtualMac, GoesAfterItsAddressesAtTheEnd) {
    Desk desk{config_of({on_virtual_mac()})};
    become_master(desk);
    desk.answer_filters();
    desk.orders.clear();
    desk.hear(StopAsked{});
    EXPECT_TRUE(desk.all<ChangeLinks>().empty());
    desk.answer_changes();
    ASSERT_EQ(desk.all<ChangeLinks>().size(), 1u);
    EXPECT_EQ(desk.all<ChangeLinks>().front().changes.front().kind, desired::LinkChange::Kind::Remove);
    desk.hear(LinksAnswered{{0}});
    desk.answer_filters();
    EXPECT_EQ(desk.all<Finished>().size(), 1u);
}

model::Instance refusing() {
    model::Instance asked = instance();
    asked.accept = false;
    return asked;
}

TEST(AcceptMode, RefusesPacketsBeforeTheAddressIsThere) {
    Desk desk{config_of({refusing()})};
    desk.start();
    desk.answer_filters();
    desk.orders.clear();
    desk.run_for(seconds{4});
    const auto is_filter = [](const Action& a) { return std::holds_alternative<SetFilter>(a); };
    const auto is_change = [](const Action& a) { return std::holds_alternative<ChangeKernel>(a); };
    const auto filter = std::ranges::find_if(desk.orders, is_filter);
    const auto change = std::ranges::find_if(desk.orders, is_change);
    ASSERT_NE(filter, desk.orders.end());
    ASSERT_NE(change, desk.orders.end());
    EXPECT_LT(filter, change);
    EXPECT_EQ(std::get<SetFilter>(*filter).filter.v4.refused, std::vector{net::Address::v4(192, 0, 2, 100)});
}

TEST(AcceptMode, SetsItsFilterAgainBecauseNobodyTellsWhenItIsGone) {
    Desk desk{config_of({refusing()})};
    desk.start();
    desk.answer_filters();
    desk.orders.clear();
    desk.run_for(seconds{29});
    desk.answer_filters();
    desk.orders.clear();
    desk.run_for(seconds{31});
    EXPECT_EQ(desk.all<SetFilter>().size(), 1u);
}

TEST(AcceptMode, LetsPacketsInOnceTheAddressIsGone) {
    Desk desk{config_of({refusing()})};
    desk.start();
    desk.answer_filters();
    desk.run_for(seconds{4});
    desk.answer_changes();
    desk.answer_filters();
    desk.orders.clear();
    desk.hear_advert(net::Priority{200});
    EXPECT_TRUE(desk.all<SetFilter>().empty());
    desk.answer_changes();
    ASSERT_EQ(desk.all<SetFilter>().size(), 1u);
    EXPECT_FALSE(desk.all<SetFilter>().front().filter.v4.refuses());
}

TEST(AcceptMode, OfAnOwnerIsAlwaysOn) {
    model::Instance owner = refusing();
    owner.priority = net::Priority{255};
    Desk desk{config_of({owner})};
    desk.become_master();
    EXPECT_TRUE(desk.all<SetFilter>().empty());
}

TEST(AcceptMode, TriesARefusedFilterAgainAndServesMeanwhile) {
    Desk desk{config_of({refusing()})};
    desk.start();
    desk.answer_filters(EOPNOTSUPP);
    desk.run_for(seconds{4});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    desk.answer_filters(EOPNOTSUPP);
    EXPECT_EQ(desk.told("filter-refused"), 1u);
    desk.orders.clear();
    desk.run_for(seconds{31});
    EXPECT_FALSE(desk.all<SetFilter>().empty());
}

net::InterfaceAddress left_over() {
    net::InterfaceAddress address;
    address.link = kEth0;
    address.prefix = net::Prefix::parse("192.0.2.100/24").value();
    address.protocol = net::kKeepalivedAddressProtocol;
    return address;
}

TEST(AcceptMode, RemovesTheFilterOfADeadPredecessorThatNobodyNeedsAnyMore) {
    Desk desk{config_of({instance()})};
    desk.start({left_over()});
    ASSERT_EQ(desk.all<SetFilter>().size(), 1u);
    EXPECT_TRUE(desk.all<SetFilter>().front().filter.v4.is_empty());
    desk.hear(FilterAnswered{EOPNOTSUPP});
    desk.run_for(seconds{60});
    EXPECT_EQ(desk.all<SetFilter>().size(), 1u) << "where there are no filters, none was left";
    EXPECT_EQ(desk.told("filter-refused"), 0u);
}

TEST(AcceptMode, TouchesNoFilterThatNobodyNeeds) {
    Desk desk{config_of({instance()})};
    desk.become_master();
    EXPECT_TRUE(desk.all<SetFilter>().empty());
}

}  // namespace
}  // namespace understudy::agent
