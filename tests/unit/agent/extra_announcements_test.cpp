// Announcements by interfaces that no adverts leave by (garp_extra_if), so that switches keep their MACs.
#include "desk.hpp"

namespace understudy::agent {
namespace {

using namespace test;

const net::Address kFirstAddress = net::Address::v4(198, 51, 100, 50);

model::Config with_addresses_elsewhere(bool all, seconds interval = seconds{60}) {
    model::Instance asked = instance();
    for (const char* const prefix : {"198.51.100.50/24", "198.51.100.51/24"}) {
        asked.addresses.push_back(virtual_address(prefix));
        asked.addresses.back().dev = "eth1";
    }
    asked.extra_announcing = {interval, all};
    return config_of({asked});
}

// Master, its bursts over.
void settle_as_master(Desk& desk) {
    desk.start();
    desk.hear(LinkSeen{eth1()});
    desk.run_for(seconds{4});
    desk.answer_changes();
    desk.run_for(seconds{20});
    desk.orders.clear();
}

std::vector<Announcement> announced(const Desk& desk) {
    std::vector<Announcement> all;
    for (const SendAnnouncements& slice : desk.all<SendAnnouncements>())
        all.insert(all.end(), slice.announcements.begin(), slice.announcements.end());
    return all;
}

TEST(ExtraAnnouncements, TellOneAddressOfEachOtherInterfaceAtEachInterval) {
    Desk desk{with_addresses_elsewhere(true)};
    settle_as_master(desk);
    desk.run_for(seconds{60});
    EXPECT_EQ(announced(desk), (std::vector{Announcement{kEth1, eth1().mac, kFirstAddress}}));
    desk.run_for(seconds{60});
    EXPECT_EQ(announced(desk).size(), 2u);
}

TEST(ExtraAnnouncements, LeaveOutInterfacesWithoutAVirtualMacUnlessAllAreAskedFor) {
    Desk desk{with_addresses_elsewhere(false)};
    settle_as_master(desk);
    desk.run_for(seconds{120});
    EXPECT_TRUE(announced(desk).empty());
}

TEST(ExtraAnnouncements, EndWithTheRole) {
    Desk desk{with_addresses_elsewhere(true)};
    settle_as_master(desk);
    for (int i = 0; i < 200; ++i) {
        desk.hear_advert(net::Priority{200});
        desk.run_for(seconds{1});
    }
    EXPECT_TRUE(announced(desk).empty());
}

TEST(ExtraAnnouncements, FollowAReload) {
    Desk desk{with_addresses_elsewhere(true, seconds{0})};
    settle_as_master(desk);
    desk.run_for(seconds{60});
    EXPECT_TRUE(announced(desk).empty());
    desk.hear(ConfigLoaded{shared(with_addresses_elsewhere(true, seconds{10}))});
    desk.run_for(seconds{10});
    EXPECT_EQ(announced(desk).size(), 1u);
}

TEST(Refresh, OfAMasterBeginsWithAReload) {
    Desk desk{config_of({instance()})};
    settle_as_master(desk);
    model::Instance asked = instance();
    asked.announcing.master_refresh = seconds{10};
    desk.hear(loaded(config_of({asked})));
    desk.orders.clear();
    desk.run_for(seconds{30});
    EXPECT_EQ(desk.announced(), 3U);
}

TEST(ExtraAnnouncements, KeepAVirtualMacKnownThatAdvertsDoNotComeFrom) {
    model::Instance asked = instance();
    asked.virtual_mac.emplace();
    asked.adverts_from_base_interface = true;
    asked.extra_announcing = {seconds{60}, false};
    Desk desk{config_of({asked})};
    desk.start();
    net::Link made{
        .index = kVirtualLink, .name = "vrrp.51", .mac = net::virtual_mac(net::Family::Ipv4, net::Vrid{51})};
    made.admin_up = made.running = made.macvlan = made.private_macvlan = true;
    made.base = kEth0;
    made.alias = desired::note_of({});
    desk.hear(LinkSeen{made});
    desk.hear(LinksAnswered{{0}});
    desk.run_for(seconds{4});
    desk.answer_changes();
    desk.run_for(seconds{20});
    desk.orders.clear();
    desk.run_for(seconds{60});
    EXPECT_EQ(announced(desk),
              (std::vector{Announcement{kVirtualLink, made.mac, net::Address::v4(192, 0, 2, 100)}}));
}

}  // namespace
}  // namespace understudy::agent
