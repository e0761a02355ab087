// auth_hmac from packets to orders: what is signed, what is refused, and that a refused packet changes
// nothing.
#include "understudy/vrrp/hmac.hpp"

#include <nlohmann/json.hpp>

#include "desk.hpp"

namespace understudy::agent::test {
namespace {

using model::HmacMode;

const std::string kFirst = "the-first-of-two-secret-keys-32!";
const std::string kSecond = "the-second-of-two-secret-keys-33!";

model::HmacKey key(std::uint8_t id, const std::string& secret) {
    return {.id = id, .secret = Secret::from(secret).value(), .file = {}};
}

model::Instance signed_instance(HmacMode mode = HmacMode::Enforce) {
    model::Instance made = instance();
    made.hmac.emplace();
    made.hmac->keys = {key(1, kFirst)};
    made.hmac->active_key = 1;
    made.hmac->time_window = seconds{5};
    made.hmac->mode = mode;
    return made;
}

struct HmacDesk : Desk {
    explicit HmacDesk(const model::Instance& made) : Desk(config_of({made})) {}

    [[nodiscard]] WallTime clock() const { return kWallAtBoot + (now - kBoot); }

    // The packet of a peer that signs.
    [[nodiscard]] std::vector<std::byte> signed_packet(net::Priority priority, std::uint64_t sequence,
                                                       const std::string& secret = kFirst,
                                                       std::uint8_t id = 1) const {
        const std::vector<net::Address> addresses{net::Address::v4(192, 0, 2, 100)};
        wire::Outgoing advert;
        advert.version = net::VrrpVersion::V3;
        advert.vrid = net::Vrid{51};
        advert.priority = priority;
        advert.source = kPeer;
        advert.destination = net::vrrp_group(net::Family::Ipv4);
        advert.addresses = addresses;
        advert.hmac = {.key_id = id, .secret = std::as_bytes(std::span{secret}), .sequence = sequence};
        return wire::encode(advert);
    }
    void hear_signed(net::Priority priority, const std::string& secret = kFirst, std::uint8_t id = 1) {
        hear(heard(signed_packet(priority, vrrp::hmac_sequence(clock()), secret, id)));
    }
    void reload(const model::Instance& made) {
        hear(ConfigLoaded{std::make_shared<const model::Config>(config_of({made}))});
    }
    [[nodiscard]] std::vector<wire::HmacTrailer> trailers() const {
        std::vector<wire::HmacTrailer> found;
        for (const SendPacket& sent : all<SendPacket>()) {
            const wire::Received received = wire::decode_ipv4(sent.bytes).value();
            if (received.advert.hmac) found.push_back(*received.advert.hmac);
        }
        return found;
    }
    [[nodiscard]] vrrp::Stats stats() const { return agent.report().front().stats; }
    [[nodiscard]] std::uint64_t refused(vrrp::Refusal why) const {
        return stats().refused[static_cast<std::size_t>(why)];
    }
};

HmacDesk backup(const model::Instance& made = signed_instance()) {
    HmacDesk desk{made};
    desk.start();
    desk.orders.clear();
    return desk;
}

HmacDesk master(const model::Instance& made = signed_instance()) {
    HmacDesk desk{made};
    desk.become_master();
    desk.run_for(seconds{2});
    desk.orders.clear();
    return desk;
}

TEST(AuthHmac, SignsEveryAdvertWithTheTime) {
    HmacDesk desk = master();
    desk.run_for(seconds{2});
    const std::vector<wire::HmacTrailer> trailers = desk.trailers();
    ASSERT_EQ(trailers.size(), 2u);
    EXPECT_EQ(trailers[0].key_id, 1);
    EXPECT_TRUE(vrrp::is_later(trailers[1].sequence, trailers[0].sequence));
    EXPECT_TRUE(vrrp::is_within(vrrp::ahead_of(trailers[1].sequence, desk.clock()), seconds{1}));
}

TEST(AuthHmac, SignsTheResignationToo) {
    HmacDesk desk = master();
    desk.hear(StopAsked{});
    const auto sent = desk.all<SendPacket>();
    ASSERT_EQ(sent.size(), desk.trailers().size());
    ASSERT_FALSE(sent.empty());
    EXPECT_EQ(wire::decode_ipv4(sent.front().bytes).value().advert.priority, net::kResigning);
}

TEST(AuthHmac, SignsOnceForAllUnicastPeers) {
    model::Instance made = signed_instance();
    made.unicast_peers = {{kPeer, {}, {}}, {net::Address::v4(192, 0, 2, 3), {}, {}}};
    HmacDesk desk = master(made);
    desk.run_for(seconds{1});
    const std::vector<wire::HmacTrailer> trailers = desk.trailers();
    ASSERT_EQ(trailers.size(), 2u);
    EXPECT_EQ(trailers[0], trailers[1]);
}

TEST(AuthHmac, SignsInPermissiveButNotInReceiveOnly) {
    HmacDesk permissive = master(signed_instance(HmacMode::Permissive));
    permissive.run_for(seconds{1});
    EXPECT_EQ(permissive.trailers().size(), 1u);
    HmacDesk receiver = master(signed_instance(HmacMode::ReceiveOnly));
    receiver.run_for(seconds{1});
    EXPECT_EQ(receiver.all<SendPacket>().size(), 1u);
    EXPECT_EQ(receiver.trailers().size(), 0u);
}

TEST(AuthHmac, FollowsAClockThatIsSet) {
    HmacDesk desk = master();
    const WallTime yesterday = desk.clock() - std::chrono::hours{24};
    desk.hear(WallClockRead{yesterday});
    desk.run_for(seconds{1});
    ASSERT_EQ(desk.trailers().size(), 1u);
    EXPECT_TRUE(vrrp::is_within(vrrp::ahead_of(desk.trailers()[0].sequence, yesterday), seconds{1}));
}

TEST(AuthHmac, BelievesAStrongerMasterThatSigns) {
    HmacDesk desk = master();
    desk.hear_signed(net::Priority{200});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(desk.stats().hmac_verified, 1u);
    EXPECT_EQ(desk.stats().hmac_unsigned, 0u);
}

TEST(AuthHmac, UnderEnforceLetsNoBadPacketChangeMoreThanACounter) {
    HmacDesk desk = backup();
    desk.hear_signed(net::Priority{200});
    const auto replayed = desk.signed_packet(net::Priority{200}, vrrp::hmac_sequence(desk.clock()));
    desk.run_for(seconds{2});
    desk.orders.clear();
    const auto deadline = desk.agent.deadline();
    const InstanceReport before = desk.agent.report().front();

    desk.hear_advert(net::Priority{200});
    desk.hear_signed(net::Priority{200}, kSecond);
    desk.hear_signed(net::Priority{200}, kSecond, 2);
    desk.hear(heard(replayed));
    desk.hear(heard(desk.signed_packet(net::Priority{0}, vrrp::hmac_sequence(desk.clock() - seconds{60}))));

    EXPECT_EQ(desk.agent.deadline(), deadline);
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(desk.stats().adverts_received, before.stats.adverts_received);
    EXPECT_EQ(desk.refused(vrrp::Refusal::TrailerMissing), 1u);
    EXPECT_EQ(desk.refused(vrrp::Refusal::TrailerNotAuthentic), 1u);
    EXPECT_EQ(desk.refused(vrrp::Refusal::TrailerOfUnknownKey), 1u);
    EXPECT_EQ(desk.refused(vrrp::Refusal::TrailerReplayed), 1u);
    EXPECT_EQ(desk.refused(vrrp::Refusal::TrailerStale), 1u);
    EXPECT_EQ(desk.orders.size(), desk.told("advert-refused"));
}

// Three adverts' silence is silence, whatever a stranger sends meanwhile.
TEST(AuthHmac, TakesOverUnderAFloodOfUnsignedAdverts) {
    HmacDesk desk = backup();
    for (int i = 0; i < 50; ++i) {
        desk.hear_advert(net::Priority{200});
        desk.run_for(milliseconds{100});
    }
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
}

TEST(AuthHmac, TellsEachReasonOnce) {
    HmacDesk desk = backup();
    for (int i = 0; i < 100; ++i) desk.hear_advert(net::Priority{200});
    EXPECT_EQ(desk.told("advert-refused"), 1u);
    desk.hear_signed(net::Priority{200}, kSecond);
    EXPECT_EQ(desk.told("advert-refused"), 2u);
    EXPECT_EQ(desk.all<Tell>()[0].record.text,
              "(VI_51) ignored an advert from 192.0.2.2: has no HMAC trailer");
}

TEST(AuthHmac, InPermissiveBelievesUnsignedAdvertsAndCountsThem) {
    HmacDesk desk = master(signed_instance(HmacMode::Permissive));
    desk.hear_advert(net::Priority{200});
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
    EXPECT_EQ(desk.stats().hmac_unsigned, 1u);
}

TEST(AuthHmac, InPermissiveRefusesAWrongSignature) {
    HmacDesk desk = master(signed_instance(HmacMode::Permissive));
    desk.hear_signed(net::Priority{200}, kSecond);
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
}

TEST(AuthHmac, ChangesKeysWithoutLeavingMaster) {
    HmacDesk desk = master();
    model::Instance both = signed_instance();
    both.hmac->keys.push_back(key(2, kSecond));
    desk.reload(both);
    desk.hear_signed(net::Priority{50}, kSecond, 2);
    EXPECT_EQ(desk.stats().hmac_verified, 1u);
    model::Instance turned = both;
    turned.hmac->active_key = 2;
    desk.reload(turned);
    desk.orders.clear();
    desk.run_for(seconds{1});
    ASSERT_EQ(desk.trailers().size(), 1u);
    EXPECT_EQ(desk.trailers()[0].key_id, 2);
    desk.hear_signed(net::Priority{50});
    EXPECT_EQ(desk.stats().hmac_verified, 2u);
    model::Instance last = turned;
    last.hmac->keys.erase(last.hmac->keys.begin());
    desk.reload(last);
    desk.hear_signed(net::Priority{200});
    EXPECT_EQ(desk.refused(vrrp::Refusal::TrailerOfUnknownKey), 1u);
    EXPECT_EQ(desk.role(), vrrp::Role::Master);
    EXPECT_EQ(desk.stats().became_master, 1u);
}

TEST(AuthHmac, SendsGrowingNumbersAcrossAReload) {
    HmacDesk desk = master();
    desk.run_for(seconds{1});
    model::Instance other = signed_instance();
    other.hmac->time_window = seconds{9};
    desk.reload(other);
    desk.run_for(seconds{1});
    const std::vector<wire::HmacTrailer> trailers = desk.trailers();
    ASSERT_GE(trailers.size(), 2u);
    EXPECT_TRUE(vrrp::is_later(trailers.back().sequence, trailers.front().sequence));
}

TEST(AuthHmac, RemembersAcrossAReloadWhatItHasHeard) {
    HmacDesk desk = backup();
    const auto packet = desk.signed_packet(net::Priority{200}, vrrp::hmac_sequence(desk.clock()));
    desk.hear(heard(packet));
    model::Instance other = signed_instance();
    other.priority = net::Priority{90};
    desk.reload(other);
    desk.hear(heard(packet));
    EXPECT_EQ(desk.refused(vrrp::Refusal::TrailerReplayed), 1u);
}

TEST(AuthHmac, WithoutTheKeyToSignWithStaysInFault) {
    model::Instance made = signed_instance();
    made.hmac->active_key = 9;
    HmacDesk desk{made};
    desk.start();
    desk.run_for(seconds{30});
    EXPECT_EQ(desk.role(), vrrp::Role::Fault);
    EXPECT_EQ(desk.agent.report().front().faults,
              std::vector<std::string>{"auth_hmac lacks the key to sign with"});
    desk.reload(signed_instance());
    EXPECT_EQ(desk.role(), vrrp::Role::Backup);
}

TEST(AuthHmac, WarnsOnceOfAClockThatDrifts) {
    HmacDesk desk = backup();
    for (int i = 0; i < 3; ++i) {
        desk.hear(
            heard(desk.signed_packet(net::Priority{200}, vrrp::hmac_sequence(desk.clock() + seconds{4}))));
        desk.run_for(seconds{1});
    }
    EXPECT_EQ(desk.told("clock-differs"), 1u);
    const std::optional<HmacReport> report = desk.agent.report().front().hmac;
    ASSERT_TRUE(report.has_value());
    EXPECT_EQ(report->senders, (std::vector<HmacReport::Sender>{{kPeer, seconds{4}}}));
}

TEST(AuthHmac, ShowsItsStateAndNoSecret) {
    HmacDesk desk = backup(signed_instance(HmacMode::Permissive));
    desk.hear_signed(net::Priority{200});
    desk.hear_signed(net::Priority{200}, kSecond);
    const nlohmann::json shown = to_json(desk.agent.report().front(), Moment{});
    EXPECT_EQ(shown["auth_hmac"]["mode"], "permissive");
    EXPECT_EQ(shown["auth_hmac"]["refuses_unsigned"], false);
    EXPECT_EQ(shown["auth_hmac"]["keys"], nlohmann::json::array({1}));
    EXPECT_EQ(shown["counters"]["auth_ext_verified"], 1);
    EXPECT_EQ(shown["counters"]["auth_ext_invalid_hmac"], 1);
    std::string said = shown.dump();
    for (const Tell& tell : desk.all<Tell>()) said += tell.record.text;
    EXPECT_FALSE(said.contains(kFirst) || said.contains("the-first"));
}

TEST(AuthHmac, IsNotShownWhereItIsNotUsed) {
    HmacDesk desk = backup(instance());
    const nlohmann::json shown = to_json(desk.agent.report().front(), Moment{});
    EXPECT_FALSE(shown.contains("auth_hmac"));
    EXPECT_FALSE(shown["counters"].contains("auth_ext_missing"));
    desk.hear_signed(net::Priority{200});
    EXPECT_EQ(desk.refused(vrrp::Refusal::TrailerUnexpected), 1u);
}

}  // namespace
}  // namespace understudy::agent::test
