// What is heard on the wire, and what is concluded from it.
#include "understudy/agent/protocol.hpp"
#include "understudy/wire/advert.hpp"

#include "host.hpp"

namespace understudy::doctor {
namespace {

using namespace test;

// The advert that a router with this configuration would send.
HeardAdvert advert_of(const std::string& text, const net::Address& source = kPeer) {
    const config::LoadResult theirs = loaded(text);
    const model::Instance& from = theirs.config.instances.at(0);
    const std::vector<net::Address> addresses = agent::advertised_addresses(from);
    wire::Outgoing outgoing = agent::advert(from, addresses);
    outgoing.priority = from.priority;
    outgoing.source = source;
    outgoing.destination = from.is_unicast() ? kOwn : from.multicast_group;
    HeardAdvert heard;
    heard.interface = "eth0";
    heard.bytes = wire::encode(outgoing);
    heard.source = source;
    heard.destination = outgoing.destination;
    heard.hop_limit = 255;
    return heard;
}

struct TheWire : testing::Test {
    Facts facts = fit();
    Codes hear(std::vector<HeardAdvert> heard) {
        facts.heard = std::move(heard);
        return examined(instance(), facts);
    }
};

TEST_F(TheWire, BringsAdvertsOfAGoodPeer) { EXPECT_EQ(hear({advert_of(instance())}), Codes{}); }

TEST_F(TheWire, BringsAdvertsThatTheDaemonRefuses) {
    const std::string version2 =
        "vrrp_instance VI_1 {\ninterface eth0\nvirtual_router_id 51\nversion 2\n"
        "virtual_ipaddress {\n192.0.2.50/24\n}\n}\n";
    EXPECT_EQ(hear({advert_of(version2)}), Codes{Code::AdvertRefused});
    EXPECT_EQ(hear({advert_of(instance("unicast_peer {\n192.0.2.1\n}"))}), Codes{Code::AdvertRefused});
    HeardAdvert cut = advert_of(instance());
    cut.bytes.resize(cut.bytes.size() - 2);
    EXPECT_EQ(hear({cut}), Codes{Code::AdvertFaulty});
}

TEST_F(TheWire, BringsAdvertsOfOtherVirtualRoutersThatAreNoMatter) {
    const std::string other =
        "vrrp_instance X {\ninterface eth0\nvirtual_router_id 52\nversion 2\n"
        "virtual_ipaddress {\n192.0.2.52/24\n}\n}\n";
    EXPECT_EQ(hear({advert_of(other)}), Codes{});
}

TEST_F(TheWire, BringsAdvertsThatAreOdd) {
    EXPECT_EQ(hear({advert_of(instance("", "192.0.2.51/24"))}), Codes{Code::AddressesDiffer});
    EXPECT_EQ(hear({advert_of(instance("advert_int 2"))}), Codes{Code::IntervalDiffers});
}

TEST_F(TheWire, TellsTheSameThingOnce) {
    EXPECT_EQ(hear(std::vector(5, advert_of(instance("", "192.0.2.51/24")))), Codes{Code::AddressesDiffer});
}

TEST_F(TheWire, ShowsTwoMasters) {
    const HeardAdvert one = advert_of(instance());
    const HeardAdvert other = advert_of(instance(), net::Address::v4(192, 0, 2, 3));
    EXPECT_EQ(hear({one, one, other}), Codes{}) << "one advert may be the last of a master that steps back";
    EXPECT_EQ(hear({one, other, one, other}), Codes{Code::TwoMasters});
    facts.instances->at("VI_1").master = true;
    EXPECT_EQ(hear({one, one}), Codes{Code::TwoMasters});
}

TEST_F(TheWire, ShowsAnotherProgramOfThisHost) {
    HeardAdvert own = advert_of(instance(), kOwn);
    own.outgoing = true;
    EXPECT_EQ(hear({own}), Codes{Code::OtherProgramSameVrid});
    facts.instances->at("VI_1").master = true;
    EXPECT_EQ(hear({own}), Codes{});
    facts.instances.reset();
    EXPECT_EQ(hear({own}), Codes{Code::OtherProgramSameVrid});
}

TEST_F(TheWire, HasSomebodyWhoAnswersForTheAddress) {
    facts.answered = {{"eth0", kVirtual}};
    EXPECT_EQ(hear({}), Codes{Code::AddressAnswered});
    EXPECT_EQ(hear({advert_of(instance())}), Codes{}) << "the master that is heard";
    facts.interfaces.front().addresses.push_back({kVirtual, 24});
    EXPECT_EQ(hear({}), Codes{}) << "this host";
}

TEST_F(TheWire, BringsAdvertsSignedByAnotherClock) {
    const std::string hmac =
        instance("auth_hmac {\nkey 1 \"0123456789abcdef0123456789abcdef\"\nactive_key 1\n}");
    HeardAdvert heard = advert_of(hmac);  // its sequence is that of 1970
    facts.heard = {heard};
    facts.heard.front().at = WallTime{} + seconds{2};
    EXPECT_EQ(examined(hmac, facts), Codes{});
    facts.heard.front().at = WallTime{} + seconds{4};
    EXPECT_EQ(examined(hmac, facts), Codes{Code::ClockDiffers}) << "more than half of time_window";
    facts.heard.front().at = WallTime{} + seconds{60};
    EXPECT_EQ(examined(hmac, facts), Codes{Code::ClockDiffers}) << "refused";
}

}  // namespace
}  // namespace understudy::doctor
