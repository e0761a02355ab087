// That neighbours may have been misled, and what the agent does about it.
#include "desk.hpp"

namespace understudy::agent::test {
namespace {

const net::Mac kOwnMac = net::Mac::of(2, 0, 0, 0, 0, 1);
const net::Mac kStranger = net::Mac::of(2, 0, 0, 0, 0, 9);
const net::Address kVirtual = net::Address::v4(192, 0, 2, 100);

// A master whose bursts are over.
Desk quiet_master(const model::Instance& made = instance()) {
    Desk desk{config_of({made})};
    desk.become_master();
    desk.run_for(seconds{20});
    desk.orders.clear();
    return desk;
}

AddressClaimed claim(const net::Mac& mac = kStranger) { return {kEth0, kVirtual, mac}; }

TEST(Watching, BeginsAndEndsWithTheRoleOfMaster) {
    Desk desk{config_of({instance()})};
    desk.start();
    EXPECT_TRUE(desk.all<WatchNeighbours>().empty());
    desk.run_for(seconds{4});
    desk.answer_changes();
    ASSERT_EQ(desk.all<WatchNeighbours>().size(), 1u);
    EXPECT_EQ(desk.all<WatchNeighbours>()[0].links, (std::vector<GuardedLink>{{kEth0, {kVirtual}}}));
    desk.hear_advert(net::Priority{200});
    ASSERT_EQ(desk.all<WatchNeighbours>().size(), 2u);
    EXPECT_TRUE(desk.all<WatchNeighbours>()[1].links.empty());
}

TEST(Watching, FollowsWhatAReloadMakesOfTheAddresses) {
    Desk desk = quiet_master();
    model::Instance other = instance();
    const net::Address added = net::Address::v4(192, 0, 2, 101);
    other.addresses.push_back(virtual_address("192.0.2.101/24"));
    for (int i = 0; i < 100; ++i) desk.hear(claim());
    desk.hear(loaded(config_of({other})));
    ASSERT_EQ(desk.all<WatchNeighbours>().size(), 1u);
    EXPECT_EQ(desk.all<WatchNeighbours>()[0].links, (std::vector<GuardedLink>{{kEth0, {kVirtual, added}}}));
    desk.hear(claim());
    EXPECT_EQ(desk.told("address-claimed"), 1u) << "what stays keeps the memory of earlier claims";
    desk.hear(loaded(config_of({instance()})));
    desk.orders.clear();
    desk.hear(AddressClaimed{kEth0, added, kStranger});
    EXPECT_EQ(desk.told("address-claimed"), 0u);
}

TEST(Watching, GoesOnWhileOneOfTwoWithTheSameAddressIsMaster) {
    Desk desk{config_of({instance(51), instance(52)})};
    desk.become_master();
    EXPECT_EQ(desk.all<WatchNeighbours>().back().links, (std::vector<GuardedLink>{{kEth0, {kVirtual}}}));
    desk.orders.clear();
    desk.hear_advert(net::Priority{200});  // only the first hears it
    EXPECT_TRUE(desk.all<WatchNeighbours>().empty());
    desk.hear(claim());
    EXPECT_EQ(desk.told("address-claimed"), 1u);
}

TEST(ClaimedAddress, IsAnnouncedAtOnceAndOnceMore) {
    Desk desk = quiet_master();
    desk.hear(claim());
    EXPECT_EQ(desk.all<SendAnnouncements>(),
              (std::vector<SendAnnouncements>{{{{kEth0, kOwnMac, kVirtual}}}}));
    desk.run_for(seconds{30});
    EXPECT_EQ(desk.announced(), 2u);
}

TEST(ClaimedAddress, IsToldOnceWithTheMac) {
    Desk desk = quiet_master();
    for (int i = 0; i < 100; ++i) desk.hear(claim());
    EXPECT_EQ(desk.told("address-claimed"), 1u);
    EXPECT_EQ(desk.all<Tell>()[0].record.text,
              "(VI_51) 192.0.2.100 on eth0 is claimed by 02:00:00:00:00:09, announcing it again");
    EXPECT_EQ(desk.agent.report()[0].stats.addresses_claimed, 100u);
}

TEST(ClaimedAddress, ByAnInterfaceOfOurOwnIsNothing) {
    Desk desk = quiet_master();
    desk.hear(claim(kOwnMac));
    EXPECT_EQ(desk.announced(), 0u);
    EXPECT_EQ(desk.told("address-claimed"), 0u);
}

TEST(ClaimedAddress, ThatIsNotOursOrOnAnotherLinkIsNothing) {
    Desk desk = quiet_master();
    desk.hear(AddressClaimed{kEth0, kOurs, kStranger});
    desk.hear(AddressClaimed{net::LinkIndex{7}, kVirtual, kStranger});
    EXPECT_EQ(desk.announced(), 0u);
}

TEST(ClaimedAddress, OfABackupIsNothing) {
    Desk desk = quiet_master();
    desk.hear_advert(net::Priority{200});
    desk.orders.clear();
    desk.hear(claim());
    EXPECT_EQ(desk.announced(), 0u);
}

TEST(ClaimedAddress, ThatIsNotYetInPlaceIsAnnouncedOnlyWhenItIs) {
    Desk desk{config_of({instance()})};
    desk.start();
    desk.run_for(seconds{4});
    desk.hear(claim());
    EXPECT_EQ(desk.announced(), 0u);
    desk.answer_changes();
    EXPECT_EQ(desk.announced(), 5u);
}

TEST(ClaimedAddress, ByAFloodDelaysNoAdvertAndMakesNoStorm) {
    Desk desk = quiet_master();
    for (int i = 0; i < 10'000; ++i) {
        desk.hear(claim());
        desk.run_for(milliseconds{1});
    }
    EXPECT_LE(desk.announced(), 11u);
    EXPECT_GE(desk.announced(), 10u);
    EXPECT_EQ(desk.all<SendPacket>().size(), 10u);
}

model::Instance with_three_addresses() {
    model::Instance made = instance();
    made.addresses.push_back(virtual_address("192.0.2.101/24"));
    made.addresses.push_back(virtual_address("192.0.2.102/24"));
    return made;
}

std::size_t announced(const Desk& desk, const net::Address& address) {
    std::size_t count = 0;
    for (const SendAnnouncements& sent : desk.all<SendAnnouncements>())
        count +=
            static_cast<std::size_t>(std::ranges::count(sent.announcements, address, &Announcement::address));
    return count;
}

// Another master speaks for all of them, and most of its frames may have been lost on their way to us alone.
TEST(ClaimedAddress, HasThoseBesideItAnnouncedToo) {
    Desk desk = quiet_master(with_three_addresses());
    desk.hear(claim());
    desk.run_for(milliseconds{100});
    for (const auto* const address : {"192.0.2.101", "192.0.2.102"})
        EXPECT_EQ(announced(desk, net::Address::parse(address).value()), 1u);
    desk.run_for(seconds{30});
    for (const auto* const address : {"192.0.2.101", "192.0.2.102"})
        EXPECT_EQ(announced(desk, net::Address::parse(address).value()), 2u);
}

TEST(ClaimedAddress, HasThoseOfItsWholeGroupAnnounced) {
    model::Instance other = instance(52);
    other.addresses = {virtual_address("192.0.2.110/24")};
    Desk desk{grouped({instance(), other})};
    desk.become_master();
    desk.run_for(seconds{20});
    ASSERT_EQ(desk.agent.report()[1].role, vrrp::Role::Master);
    desk.orders.clear();
    desk.hear(claim());
    desk.run_for(milliseconds{100});
    EXPECT_EQ(announced(desk, net::Address::v4(192, 0, 2, 110)), 1u);
}

TEST(ClaimedAddress, ThatSomebodyInsistsOnLeavesTheOthersAlone) {
    Desk desk = quiet_master(with_three_addresses());
    for (int i = 0; i < 120; ++i) {
        desk.hear(claim());
        desk.run_for(milliseconds{500});
    }
    EXPECT_LE(announced(desk, net::Address::v4(192, 0, 2, 101)), 12u);
    EXPECT_GE(announced(desk, kVirtual), 18u);
}

TEST(LinkReturned, MakesAMasterAnnounceThatDoesNotTrackIt) {
    model::Instance made = instance();
    made.track_primary = false;
    Desk desk = quiet_master(made);
    net::Link eth0{.index = kEth0, .name = "eth0", .mac = kOwnMac, .admin_up = true};
    desk.hear(LinkSeen{eth0});
    EXPECT_EQ(desk.announced(), 0u);
    eth0.running = true;
    desk.hear(LinkSeen{eth0});
    EXPECT_EQ(desk.announced(), 1u);
}

TEST(LinkWithANewMac, IsAnnounced) {
    Desk desk = quiet_master();
    desk.hear(
        LinkSeen{{.index = kEth0, .name = "eth0", .mac = kStranger, .admin_up = true, .running = true}});
    EXPECT_EQ(desk.all<SendAnnouncements>(),
              (std::vector<SendAnnouncements>{{{{kEth0, kStranger, kVirtual}}}}));
}

TEST(OwnerInStrictMode, AnnouncesWhenSomebodyThinksItIsGone) {
    model::Instance made = instance();
    made.priority = net::kOwner;
    made.strict = true;
    Desk desk = quiet_master(made);
    for (int i = 0; i < 10; ++i) desk.hear_advert(net::Priority{100});
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    EXPECT_EQ(desk.announced(), 1u);
}

}  // namespace
}  // namespace understudy::agent::test
