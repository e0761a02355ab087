// Signed adverts at a receiver: the trailer's checks, their order, and what each mode forgives.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "understudy/vrrp/receive.hpp"

#include "support/packets.hpp"
#include "support/printers.hpp"
#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

using model::HmacMode;

constexpr WallTime kMidday = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} + std::chrono::hours{12};
const Secret kFirst = Secret::from(std::string(32, '1')).value();
const Secret kSecond = Secret::from(std::string(64, '2')).value();

model::HmacAuthentication two_keys(HmacMode mode = HmacMode::Enforce) {
    model::HmacAuthentication made;
    made.keys = {{.id = 1, .secret = kFirst, .file = {}}, {.id = 2, .secret = kSecond, .file = {}}};
    made.time_window = seconds{5};
    made.mode = mode;
    return made;
}

// Signed now with key 1, and both keys known.
Reception signed_advert(Reception made = v3_reception()) {
    made.rules.hmac = two_keys();
    made.context.clock = kMidday;
    made.packet.hmac = {.key_id = 1, .secret = kFirst.bytes(), .sequence = hmac_sequence(kMidday)};
    return made;
}

Reception unsigned_advert(HmacMode mode) {
    Reception made = signed_advert();
    made.packet.hmac.reset();
    made.rules.hmac->mode = mode;
    return made;
}

TEST(SignedAdverts, AreAcceptedInEveryVersionAndFamily) {
    for (const Reception& made : {v3_reception(), v2_reception(), ipv6_reception()})
        EXPECT_EQ(signed_advert(made).refusal(), std::nullopt);
}

TEST(SignedAdverts, SayWhomAndWhatToMark) {
    Reception r = signed_advert();
    r.packet.hmac->sequence = hmac_sequence(kMidday + seconds{2});
    const auto accepted = r.run();
    ASSERT_TRUE(accepted.has_value());
    ASSERT_TRUE(accepted->hmac.has_value());
    EXPECT_EQ(accepted->hmac->source, kPeerAddress);
    EXPECT_EQ(accepted->hmac->sequence, hmac_sequence(kMidday + seconds{2}));
    EXPECT_EQ(accepted->hmac->ahead, seconds{2});
}

TEST(SignedAdverts, AreReplaysWhenTheyAreOurOwn) {
    Reception r = signed_advert();
    r.me.address = kPeerAddress;
    EXPECT_EQ(r.refusal(), Refusal::TrailerReplayed);
}

TEST(SignedAdverts, AreAcceptedWithAnyConfiguredKey) {
    Reception r = signed_advert();
    r.packet.hmac = {.key_id = 2, .secret = kSecond.bytes(), .sequence = hmac_sequence(kMidday)};
    EXPECT_EQ(r.refusal(), std::nullopt);
}

TEST(SignedAdverts, AreRefusedWithAKeyThatIsNotConfigured) {
    Reception r = signed_advert();
    r.packet.hmac->key_id = 3;
    EXPECT_EQ(r.refusal(), Refusal::TrailerOfUnknownKey);
}

// Its file was not read: whoever signs with nothing must not be believed.
TEST(SignedAdverts, AreRefusedWithAKeyWhoseSecretIsMissing) {
    Reception r = signed_advert();
    r.rules.hmac->keys[0].secret = {};
    r.packet.hmac->secret = {};
    EXPECT_EQ(r.refusal(), Refusal::TrailerOfUnknownKey);
}

TEST(SignedAdverts, AreRefusedWithAnotherSecretInEveryMode) {
    for (const HmacMode mode : {HmacMode::Enforce, HmacMode::Permissive, HmacMode::ReceiveOnly}) {
        Reception r = signed_advert();
        r.rules.hmac->mode = mode;
        r.packet.hmac->secret = kSecond.bytes();
        EXPECT_EQ(r.refusal(), Refusal::TrailerNotAuthentic);
    }
}

TEST(SignedAdverts, AreRefusedWhenTheySayAnotherPriority) {
    Reception r = signed_advert();
    std::vector<std::byte> forged;
    r.tamper = [&](wire::Received& received) {
        forged.assign(received.advert.message.begin(), received.advert.message.end());
        forged[2] ^= std::byte{1};
        received.advert.message = forged;
    };
    EXPECT_EQ(r.refusal(), Refusal::TrailerNotAuthentic);
}

TEST(SignedAdverts, AreRefusedFromAnotherSource) {
    Reception r = signed_advert();
    r.tamper = [](wire::Received& received) { received.source = net::Address::v4(192, 0, 2, 77); };
    EXPECT_EQ(r.refusal(), Refusal::TrailerNotAuthentic);
}

TEST(SignedAdverts, AreTooLongWithoutAuthHmac) {
    Reception r = signed_advert();
    r.rules.hmac.reset();
    EXPECT_EQ(r.refusal(), Refusal::TrailerUnexpected);
}

TEST(UnsignedAdverts, AreRefusedByEnforceAlone) {
    EXPECT_EQ(unsigned_advert(HmacMode::Enforce).refusal(), Refusal::TrailerMissing);
    EXPECT_EQ(unsigned_advert(HmacMode::Permissive).refusal(), std::nullopt);
    EXPECT_EQ(unsigned_advert(HmacMode::ReceiveOnly).refusal(), std::nullopt);
}

TEST(UnsignedAdverts, MarkNobody) {
    EXPECT_EQ(unsigned_advert(HmacMode::Permissive).run().value().hmac, std::nullopt);
}

TEST(SignedAdverts, AreStaleBeyondTheWindowInBothDirections) {
    for (const seconds off : {seconds{6}, seconds{-6}, seconds{3600}}) {
        Reception r = signed_advert();
        r.packet.hmac->sequence = hmac_sequence(kMidday + off);
        EXPECT_EQ(r.refusal(), Refusal::TrailerStale) << off.count();
    }
    for (const seconds off : {seconds{5}, seconds{-5}}) {
        Reception r = signed_advert();
        r.packet.hmac->sequence = hmac_sequence(kMidday + off);
        EXPECT_EQ(r.refusal(), std::nullopt) << off.count();
    }
}

TEST(SignedAdverts, AreNeverStaleIfMonotonic) {
    Reception r = signed_advert();
    r.rules.hmac->anti_replay = model::AntiReplay::Monotonic;
    r.packet.hmac->sequence = hmac_sequence(kMidday - std::chrono::hours{1});
    EXPECT_EQ(r.refusal(), std::nullopt);
    EXPECT_FALSE(r.oddities().clock_differs);
}

TEST(SignedAdverts, AreOddBeyondHalfTheWindow) {
    const auto odd = [](seconds off) {
        Reception r = signed_advert();
        r.packet.hmac->sequence = hmac_sequence(kMidday + off);
        return r.oddities().clock_differs;
    };
    EXPECT_FALSE(odd(seconds{2}));
    EXPECT_TRUE(odd(seconds{3}));
    EXPECT_TRUE(odd(seconds{-3}));
}

TEST(SignedAdverts, AreRefusedTheSecondTime) {
    Reception r = signed_advert();
    ReplayMarks marks;
    r.context.marks = &marks;
    marks.heard(*r.run().value().hmac);
    EXPECT_EQ(r.refusal(), Refusal::TrailerReplayed);
    r.packet.hmac->sequence += 1;
    EXPECT_EQ(r.refusal(), std::nullopt);
}

// A forged advert with a sequence that was used is called forged: who sent it is not known.
TEST(SignedAdverts, AreAReplayOnlyWithAGoodDigest) {
    Reception r = signed_advert();
    ReplayMarks marks;
    r.context.marks = &marks;
    marks.heard(*r.run().value().hmac);
    r.packet.hmac->secret = kSecond.bytes();
    EXPECT_EQ(r.refusal(), Refusal::TrailerNotAuthentic);
}

TEST(SignedAdverts, AreMalformedBeforeStaleBeforeOfAnUnknownKey) {
    Reception r = signed_advert();
    r.packet.hmac->sequence = hmac_sequence(kMidday - seconds{60});
    r.packet.hmac->key_id = 3;
    EXPECT_EQ(r.refusal(), Refusal::TrailerStale);
    r.tamper = [](wire::Received& received) { received.advert.hmac->type = 2; };
    EXPECT_EQ(r.refusal(), Refusal::TrailerMalformed);
    r.tamper = [](wire::Received& received) { received.advert.hmac->reserved = 1; };
    EXPECT_EQ(r.refusal(), Refusal::TrailerMalformed);
}

TEST(SignedAdverts, HaveAWrongTtlOrVersionFirst) {
    Reception r = signed_advert();
    r.packet.hmac->key_id = 3;
    r.packet.ttl = 254;
    EXPECT_EQ(r.refusal(), Refusal::WrongTtl);
    Reception other = signed_advert();
    other.packet.hmac->key_id = 3;
    other.me.version = net::VrrpVersion::V2;
    EXPECT_EQ(other.refusal(), Refusal::WrongVersion);
}

TEST(SignedAdverts, OfUnicastComeFromAPeerWhateverIsChecked) {
    Reception r = signed_advert();
    r.rules.unicast = true;
    r.packet.destination = kOurAddress;
    r.rules.peers = {{net::Address::v4(192, 0, 2, 99), {}, {}}};
    EXPECT_EQ(r.refusal(), Refusal::UnknownPeer);
    r.rules.peers.push_back({kPeerAddress, {}, {}});
    EXPECT_EQ(r.refusal(), std::nullopt);
}

}  // namespace
}  // namespace understudy::vrrp
