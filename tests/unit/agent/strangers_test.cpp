// log_unknown_vrids, and what an instance with debug tells.
#include "strangers.hpp"

#include "desk.hpp"

namespace understudy::agent {
namespace {

using namespace test;

// An advert of the peer for any virtual router.
std::vector<std::byte> packet_of(int vrid, const net::Address& source = kPeer) {
    static const std::vector<net::Address> addresses{net::Address::v4(192, 0, 2, 100)};
    wire::Outgoing advert;
    advert.version = net::VrrpVersion::V3;
    advert.vrid = net::Vrid::from(vrid).value();
    advert.priority = net::Priority{100};
    advert.source = source;
    advert.destination = net::vrrp_group(net::Family::Ipv4);
    advert.addresses = addresses;
    return wire::encode(advert);
}

model::Config curious(std::vector<model::Instance> instances) {
    model::Config config = config_of(std::move(instances));
    config.globals.log_unknown_vrids = true;
    return config;
}

TEST(UnknownVrids, AreToldOnceAMinuteWithTheirSender) {
    Desk desk{curious({instance()})};
    desk.start();
    for (int i = 0; i < 70; ++i) {
        const auto packet = packet_of(99);
        desk.hear(heard(packet));
        desk.run_for(seconds{1});
    }
    EXPECT_EQ(desk.told("unknown-vrid"), 2u);
}

TEST(UnknownVrids, LetEveryVridPassTheKernelsFilter) {
    Desk desk{curious({instance()})};
    desk.start();
    EXPECT_EQ(desk.all<Listen>().back().listeners.at(0).vrids.size(), 255u);
}

// It hears what all others hear as well, and would hand in their adverts a second time.
TEST(UnknownVrids, DoNotPassOnASocketWithoutInterface) {
    model::Instance anywhere = instance(52);
    anywhere.interface.clear();
    anywhere.source = kOurs;
    anywhere.unicast_peers = {{kPeer, {}, {}}};
    Desk desk{curious({instance(51), anywhere})};
    desk.start();
    const std::vector<Listener> listeners = desk.all<Listen>().back().listeners;
    EXPECT_EQ(listeners.size(), 2u);
    for (const Listener& listener : listeners)
        EXPECT_EQ(listener.vrids.size(), listener.link == net::LinkIndex{0} ? 1u : 255u);
}

TEST(UnknownVrids, AreNotToldUnlessAskedFor) {
    Desk desk{config_of({instance()})};
    desk.start();
    const auto packet = packet_of(99);
    desk.hear(heard(packet));
    EXPECT_EQ(desk.told("unknown-vrid"), 0u);
    EXPECT_EQ(desk.all<Listen>().back().listeners.at(0).vrids, std::vector{net::Vrid{51}});
}

TEST(UnknownVrids, AreNotThoseOfOtherInstancesNorOurOwnAdverts) {
    Desk desk{curious({instance(51), instance(52)})};
    desk.start();
    const auto of_another_instance = packet_of(52);
    const auto our_own = packet_of(99, kOurs);
    desk.hear(heard(of_another_instance));
    desk.hear(heard(our_own));
    EXPECT_EQ(desk.told("unknown-vrid"), 0u);
}

// The socket of one virtual MAC hears what is for the other.
TEST(UnknownVrids, AreNotThoseOfAnotherVirtualMacOnTheSameWire) {
    model::Instance above = instance(52);
    above.virtual_mac.emplace();
    Desk desk{curious({instance(51), above})};
    desk.start();
    net::Link made{
        .index = kVirtualLink, .name = "vrrp.52", .mac = net::virtual_mac(net::Family::Ipv4, net::Vrid{52})};
    made.admin_up = made.running = made.macvlan = made.private_macvlan = true;
    made.base = kEth0;
    made.alias = desired::note_of({});
    desk.hear(LinkSeen{made});
    desk.hear(LinksAnswered{{0}});
    for (const int vrid : {51, 52, 99}) {
        const auto packet = packet_of(vrid);
        for (const net::LinkIndex link : {kEth0, kVirtualLink}) {
            PacketHeard event = heard(packet);
            event.link = link;
            desk.hear(event);
        }
    }
    EXPECT_EQ(desk.told("unknown-vrid"), 1u);
}

TEST(Strangers, AreBoundedHoweverManySendersAreInvented) {
    Strangers strangers;
    std::size_t told = 0;
    for (std::uint8_t i = 0; i < 200; ++i)
        told += strangers.is_news(kEth0, net::Vrid{9}, net::Address::v4(192, 0, 2, i), kBoot);
    EXPECT_EQ(told, Strangers::kMost);
    EXPECT_TRUE(strangers.is_news(kEth0, net::Vrid{9}, net::Address::v4(192, 0, 2, 250),
                                  kBoot + Strangers::kToldAgain));
}

std::size_t told_with_debug(std::uint8_t level, std::string_view id) {
    model::Instance asked = instance();
    asked.debug = level;
    asked.auth_type = model::AuthType::None;
    Desk desk{config_of({asked})};
    desk.become_master();
    for (int i = 0; i < 3; ++i) {
        desk.hear_advert(net::Priority{50});  // a weaker master: a quarrel
        desk.run_for(seconds{1});
    }
    return desk.told(id);
}

TEST(Debug, OfTwoTellsEveryAdvertThatIsHeard) {
    EXPECT_EQ(told_with_debug(1, "advert-heard"), 0u);
    EXPECT_EQ(told_with_debug(2, "advert-heard"), 3u);
}

TEST(Debug, OfThreeTellsEveryAdvertThatIsSent) {
    EXPECT_EQ(told_with_debug(2, "advert-sent"), 0u);
    EXPECT_GE(told_with_debug(3, "advert-sent"), 4u);
}

TEST(Debug, OfFourTellsAQuarrelAtEachAdvert) {
    EXPECT_EQ(told_with_debug(3, "weaker-master-heard"), 1u);
    EXPECT_EQ(told_with_debug(4, "weaker-master-heard"), 3u);
}

TEST(Debug, OfOneTellsEveryRefusal) {
    const auto refusals = [](std::uint8_t level) {
        model::Instance asked = instance();
        asked.debug = level;
        asked.unicast_peers = {{net::Address::v4(192, 0, 2, 9), {}, {}}};
        asked.source = kOurs;
        asked.check_unicast_source = true;
        Desk desk{config_of({asked})};
        desk.start();
        for (int i = 0; i < 3; ++i) desk.hear_unicast(net::Priority{50}, wire::ChecksumForm::PseudoHeader);
        return desk.told("advert-refused");
    };
    EXPECT_EQ(refusals(0), 1u);
    EXPECT_EQ(refusals(1), 3u);
}

TEST(Vrf, IsTheWayOutOfAnInstanceWithoutInterface) {
    model::Instance asked = instance();
    asked.interface.clear();
    asked.vrf = "blue";
    asked.source = kOurs;
    asked.unicast_peers = {{kPeer, {}, {}}};
    Desk desk{config_of({asked})};
    desk.start();
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    net::Link blue{.index = {9}, .name = "blue", .mac = {}};
    blue.admin_up = blue.running = true;
    desk.hear(LinkSeen{blue});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(desk.all<Listen>().back().listeners.at(0).link, blue.index);
    desk.run_for(seconds{4});
    ASSERT_FALSE(desk.all<SendPacket>().empty());
    EXPECT_EQ(desk.all<SendPacket>().back().link, blue.index);
}

}  // namespace
}  // namespace understudy::agent
