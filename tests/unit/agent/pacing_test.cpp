// The least time between gratuitous ARPs and between neighbour adverts: vrrp_garp_interval,
// vrrp_gna_interval, garp_group.
#include "pacing.hpp"

#include "desk.hpp"

namespace understudy::agent {
namespace {

using namespace test;

// One instance with two addresses on eth0, one IPv6 address there, and one address on eth1.
model::Config pair_of_links() {
    model::Instance asked = instance();
    asked.addresses.push_back(virtual_address("192.0.2.101/24"));
    asked.excluded_addresses = {virtual_address("2001:db8::100/64"), virtual_address("198.51.100.50/24")};
    asked.excluded_addresses.back().dev = "eth1";
    asked.announcing.master_repeat = 2;
    asked.announcing.master_delay = seconds{0};
    return config_of({asked});
}

struct Sent {
    microseconds after{};
    net::Address address;
    friend bool operator==(const Sent&, const Sent&) = default;
};

std::ostream& operator<<(std::ostream& out, const Sent& sent) {
    return out << sent.after.count() << " us " << sent.address.to_string();
}

// What a new master announces, by when, counted from the first.
std::vector<Sent> first_burst(Desk& desk) {
    desk.start();
    desk.hear(LinkSeen{eth1()});
    desk.run_for(seconds{4});
    desk.answer_changes();
    const Instant begin = desk.now;
    std::vector<Sent> all;
    for (int turn = 0; turn < 400; ++turn) {
        for (const SendAnnouncements& slice : desk.all<SendAnnouncements>())
            for (const Announcement& one : slice.announcements)
                all.push_back({desk.now - begin, one.address});
        desk.orders.clear();
        desk.run_for(milliseconds{10});
    }
    return all;
}

std::vector<Sent> those_of(const std::vector<Sent>& all, std::initializer_list<const char*> addresses) {
    std::vector<Sent> some;
    for (const Sent& sent : all)
        for (const char* const address : addresses)
            if (sent.address == net::Address::parse(address)) some.push_back(sent);
    return some;
}

std::vector<microseconds> times_of(const std::vector<Sent>& all) {
    std::vector<microseconds> times;
    for (const Sent& sent : all) times.push_back(sent.after);
    return times;
}

const net::Address kFirstVip = net::Address::v4(192, 0, 2, 100);
const net::Address kSecondVip = net::Address::v4(192, 0, 2, 101);

TEST(GarpInterval, KeepsGratuitousArpsOfOneInterfaceApart) {
    model::Config config = pair_of_links();
    config.globals.pacing.garp_interval = milliseconds{200};
    Desk desk{config};
    const auto sent = first_burst(desk);
    EXPECT_EQ(those_of(sent, {"192.0.2.100", "192.0.2.101"}),
              (std::vector<Sent>{{milliseconds{0}, kFirstVip},
                                 {milliseconds{200}, kSecondVip},
                                 {milliseconds{400}, kFirstVip},
                                 {milliseconds{600}, kSecondVip}}));
}

TEST(GarpInterval, CountsEachInterfaceForItselfAndLeavesNeighbourAdvertsAlone) {
    model::Config config = pair_of_links();
    config.globals.pacing.garp_interval = milliseconds{200};
    Desk desk{config};
    const auto sent = first_burst(desk);
    EXPECT_EQ(times_of(those_of(sent, {"198.51.100.50"})),
              (std::vector<microseconds>{milliseconds{0}, milliseconds{200}}));
    EXPECT_EQ(times_of(those_of(sent, {"2001:db8::100"})),
              (std::vector<microseconds>{milliseconds{0}, milliseconds{0}}));
}

TEST(GnaInterval, KeepsNeighbourAdvertsOfOneInterfaceApartOnly) {
    model::Config config = pair_of_links();
    config.globals.pacing.gna_interval = milliseconds{300};
    Desk desk{config};
    const auto sent = first_burst(desk);
    EXPECT_EQ(times_of(those_of(sent, {"2001:db8::100"})),
              (std::vector<microseconds>{milliseconds{0}, milliseconds{300}}));
    EXPECT_EQ(times_of(those_of(sent, {"192.0.2.100", "192.0.2.101"})),
              std::vector<microseconds>(4, microseconds{0}));
}

TEST(GarpGroup, SharesOneLimitBetweenItsInterfacesAndBeatsTheDefault) {
    model::Config config = pair_of_links();
    config.globals.pacing = {seconds{1}, seconds{1}};
    config.announce_groups = {{milliseconds{100}, std::nullopt, {"eth0", "eth1"}}};
    Desk desk{config};
    const auto sent = first_burst(desk);
    EXPECT_EQ(times_of(those_of(sent, {"192.0.2.100", "192.0.2.101", "198.51.100.50"})),
              (std::vector<microseconds>{milliseconds{0}, milliseconds{100}, milliseconds{200},
                                         milliseconds{300}, milliseconds{400}, milliseconds{500}}));
    // Without gna_interval the group does not limit neighbour adverts, whatever the default.
    EXPECT_EQ(times_of(those_of(sent, {"2001:db8::100"})), std::vector<microseconds>(2, microseconds{0}));
}

TEST(GarpInterval, EndsWithTheRole) {
    model::Config config = pair_of_links();
    config.globals.pacing.garp_interval = seconds{1};
    Desk desk{config};
    desk.start();
    desk.hear(LinkSeen{eth1()});
    desk.run_for(seconds{4});
    desk.answer_changes();
    desk.run_for(milliseconds{1});
    desk.hear_advert(net::Priority{200});
    desk.orders.clear();
    desk.run_for(seconds{2});
    EXPECT_TRUE(desk.all<SendAnnouncements>().empty());
}

TEST(GarpInterval, FollowsAReload) {
    model::Config config = pair_of_links();
    Desk desk{config};
    first_burst(desk);
    config.globals.pacing.garp_interval = seconds{1};
    desk.hear(ConfigLoaded{std::make_shared<const model::Config>(config)});
    desk.orders.clear();
    desk.hear_advert(net::Priority{50});  // a lower one: announced again, five times by default
    EXPECT_EQ(desk.all<SendAnnouncements>().size(), 1u);
    desk.orders.clear();
    desk.run_for(milliseconds{900});
    EXPECT_TRUE(desk.all<SendAnnouncements>().empty());
    desk.run_for(milliseconds{100});
    EXPECT_EQ(desk.all<SendAnnouncements>().size(), 1u);
}

TEST(Pacing, CountsAVirtualMacForTheInterfaceBelow) {
    model::Config config;
    config.globals.pacing.garp_interval = seconds{1};
    const Pacing pacing{config};
    Links links;
    net::Link eth0{.index = kEth0, .name = "eth0", .mac = {}};
    net::Link above{.index = kVirtualLink, .name = "vrrp.51", .mac = {}};
    above.macvlan = true;
    above.base = kEth0;
    links.seen(eth0);
    links.seen(above);
    const auto below = pacing.of(eth0, net::Family::Ipv4, links);
    const auto upper = pacing.of(above, net::Family::Ipv4, links);
    ASSERT_TRUE(below && upper);
    EXPECT_EQ(below->lane, upper->lane);
}

}  // namespace
}  // namespace understudy::agent
