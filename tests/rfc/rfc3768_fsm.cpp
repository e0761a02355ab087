// RFC 3768 §6 and §7.1, and the authentication of RFC 2338 that old peers still use.
#include <gtest/gtest.h>

#include "understudy/vrrp/timing.hpp"

#include "support/packets.hpp"
#include "support/printers.hpp"
#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

constexpr Instant kSoon = kStart + milliseconds{300};
const State kV2Master = Master{kStart + seconds{1}};
const Announce kFirstAnnounce{Announce::Occasion::BecameMaster};

Reception authenticated(std::uint8_t type) {
    Reception r = v2_reception();
    r.rules.auth_type = r.packet.auth_type = type;
    r.rules.password = "secret12";
    r.packet.password = "secret12";
    r.packet.ah_sequence = 8;
    r.context.ah_counter = 7;
    return r;
}

Router v2_owner() {
    Router me = v2_router(net::kOwner);
    me.wants_master = true;
    return me;
}

TEST(Rfc3768, V2_TM_01_TheSkewIsIn256thsOfASecondWhateverTheInterval) {
    for (const seconds interval : {seconds{1}, seconds{2}, seconds{255}}) {
        EXPECT_EQ(skew(v2_router(net::Priority{100}), interval).count(), 609'375);
        EXPECT_EQ(skew(v2_router(net::Priority{255}), interval).count(), 3'906);
    }
}

TEST(Rfc3768, V2_TM_02_TheDownIntervalIsThreeOwnIntervalsAndTheSkew) {
    Router me = v2_router();
    me.interval = seconds{2};
    Soloist router{me};
    router.handle(Started{});
    router.handle(advert(kHigher, seconds{2}));
    EXPECT_EQ(router.run_until_master().count(), 6'609'375);
}

TEST(Rfc3768, V2_TM_02_NothingIsLearned) {
    Soloist router{v2_router()};
    router.handle(Started{});
    router.handle(advert(kHigher, seconds{9}));
    EXPECT_EQ(router.run_until_master().count(), 3'609'375);
}

TEST(Rfc3768, V2_FSM_01_AnOwnerAdvertisesAnnouncesAndIsMaster) {
    const Step next = step(v2_owner(), Idle{}, Started{}, kStart);
    EXPECT_EQ(orders(next.actions), (Actions{SendAdvert{net::kOwner}, AcquireAddresses{}, kFirstAnnounce}));
    EXPECT_EQ(next.state, State{Master{kStart + seconds{1}}});
}

TEST(Rfc3768, V2_FSM_01_EveryoneElseBecomesBackup) {
    EXPECT_EQ(step(v2_router(), Idle{}, Started{}, kStart).state, State{waiting_backup(v2_router(), kStart)});
}

TEST(Rfc3768, V2_FSM_02_PriorityZeroSetsTheTimerToTheSkew) {
    Soloist router{v2_router()};
    router.handle(Started{});
    router.handle(advert(net::kResigning));
    EXPECT_EQ(router.run_until_master().count(), 609'375);
}

TEST(Rfc3768, V2_FSM_02_AnEqualOrHigherPriorityResetsTheTimer) {
    const Router me = v2_router();
    for (const net::Priority priority : {me.priority, kHigher})
        EXPECT_EQ(deadline(step(me, waiting_backup(me, kStart), advert(priority), kSoon).state),
                  kSoon + microseconds{3'609'375});
}

TEST(Rfc3768, V2_FSM_02_ALowerPriorityIsDiscardedUnlessPreemptionIsOff) {
    Router me = v2_router();
    const Backup self = waiting_backup(me, kStart);
    EXPECT_EQ(deadline(step(me, self, advert(kLower), kSoon).state), self.takeover_at);
    me.preempt = false;
    EXPECT_EQ(deadline(step(me, self, advert(kLower), kSoon).state), kSoon + microseconds{3'609'375});
}

TEST(Rfc3768, V2_FSM_03_TheDownTimerMakesABackupAdvertiseAnnounceAndMaster) {
    const Router me = v2_router();
    const Backup self = waiting_backup(me, kStart);
    const Step next = step(me, self, TimeReached{}, self.takeover_at);
    EXPECT_EQ(orders(next.actions), (Actions{SendAdvert{me.priority}, AcquireAddresses{}, kFirstAnnounce}));
    EXPECT_EQ(next.state, State{Master{self.takeover_at + seconds{1}}});
}

TEST(Rfc3768, V2_FSM_04_AMasterAnswersPriorityZeroAndRestartsItsTimer) {
    const Step next = step(v2_router(), kV2Master, advert(net::kResigning), kSoon);
    EXPECT_EQ(next.state, State{Master{kSoon + seconds{1}}});
    EXPECT_EQ(next.actions,
              (Actions{SendAdvert{net::kDefaultPriority}, Announce{Announce::Occasion::Doubted}}));
}

TEST(Rfc3768, V2_FSM_04_AMasterYieldsToAWinningAdvert) {
    const Router me = v2_router();
    EXPECT_EQ(step(me, kV2Master, advert(kHigher), kSoon).state,
              State{following_backup(me, advert(kHigher), kSoon)});
}

TEST(Rfc3768, V2_FSM_04_AMasterStaysUnderALosingAdvertAndAnswersAsKeepalivedDoes) {
    const Step next = step(v2_router(), kV2Master, advert(kLower), kSoon);
    EXPECT_EQ(role(next.state), Role::Master);
    EXPECT_EQ(orders(next.actions).front(), Action(SendAdvert{net::kDefaultPriority}));
}

TEST(Rfc3768, V2_FSM_05_AMasterThatStopsResigns) {
    const Step next = step(v2_router(), kV2Master, Stopped{}, kSoon);
    EXPECT_EQ(next.state, State{Idle{}});
    EXPECT_EQ(orders(next.actions).front(), Action(SendAdvert{net::kResigning}));
}

TEST(Rfc3768, V2_HDR_03_ATtlBelow255IsRefused) {
    Reception r = v2_reception();
    r.packet.ttl = 254;
    EXPECT_EQ(r.refusal(), Refusal::WrongTtl);
}

TEST(Rfc3768, V2_FLD_03_AnUnknownOrAnotherAuthenticationTypeIsRefused) {
    Reception r = v2_reception();
    r.tamper = [](wire::Received& received) { received.advert.auth_type = 7; };
    EXPECT_EQ(r.refusal(), Refusal::AuthTypeUnknown);
    r.tamper = [](wire::Received& received) { received.advert.auth_type = 1; };
    EXPECT_EQ(r.refusal(), Refusal::AuthTypeMismatch);
}

TEST(Rfc3768, V2_FLD_07_AuthenticationDataOfType0IsIgnored) {
    Reception r = v2_reception();
    r.tamper = [](wire::Received& received) { received.advert.auth_data.fill(std::byte{0x55}); };
    EXPECT_EQ(r.refusal(), std::nullopt);
}

TEST(Rfc3768, V2_AUTH_01_Type0IsAcceptedWhereNoAuthenticationIsConfigured) {
    EXPECT_EQ(v2_reception().refusal(), std::nullopt);
}

TEST(Rfc3768, V2_AUTH_02_APasswordIsPaddedWithZerosTo8Octets) {
    Reception r = authenticated(1);
    r.rules.password = r.packet.password = "abc";
    EXPECT_EQ(r.refusal(), std::nullopt);
}

TEST(Rfc3768, V2_AUTH_03_AnotherPasswordIsRefusedEvenAPrefix) {
    Reception r = authenticated(1);
    EXPECT_EQ(r.refusal(), std::nullopt);
    for (const std::string_view password : {"secret13", "secret1", ""}) {
        r.packet.password = password;
        EXPECT_EQ(r.refusal(), Refusal::AuthFailed) << password;
    }
}

TEST(Rfc3768, V2_AUTH_05_APacketWithoutTheAuthenticationHeaderIsRefused) {
    Reception r = authenticated(2);
    r.packet.auth_type = 1;
    EXPECT_EQ(r.refusal(), Refusal::AuthTypeMismatch);
}

TEST(Rfc3768, V2_AUTH_05_AWrongDigestIsRefused) {
    Reception r = authenticated(2);
    EXPECT_EQ(r.refusal(), std::nullopt);
    r.packet.password = "secret13";
    EXPECT_EQ(r.refusal(), Refusal::AuthFailed);
}

TEST(Rfc3768, V2_AUTH_06_AnSpiThatIsNotTheSourceIsRefused) {
    Reception r = authenticated(2);
    r.tamper = [](wire::Received& received) { received.advert.ah->spi += 1; };
    EXPECT_EQ(r.refusal(), Refusal::AuthFailed);
}

TEST(Rfc3768, V2_AUTH_09_OnlyASequenceGreaterThanTheCounterIsAcceptedAndReported) {
    Reception r = authenticated(2);
    EXPECT_EQ(r.run().value().ah_sequence, 8u);
    for (const std::uint32_t counter : {8u, 9u, 0xfffffffdu}) {
        r.context.ah_counter = counter;
        EXPECT_EQ(r.refusal(), Refusal::AhReplayed) << counter;
    }
}

TEST(Rfc3768, V2_RX_01_AnotherVersionIsRefused) {
    Reception r = v3_reception();
    r.me = v2_router();
    EXPECT_EQ(r.refusal(), Refusal::WrongVersion);
}

TEST(Rfc3768, V2_RX_02_AnOwnerElectsAsKeepalivedDoesAndIgnoresInStrictMode) {
    Reception r = v2_reception();
    r.me = v2_owner();
    EXPECT_EQ(r.refusal(), std::nullopt);
    r.me.strict = true;
    EXPECT_EQ(r.refusal(), Refusal::OwnerIgnores);
}

TEST(Rfc3768, V2_RX_03_AnotherIntervalIsRefused) {
    Reception r = v2_reception();
    r.packet.interval = seconds{2};
    EXPECT_EQ(r.refusal(), Refusal::IntervalMismatch);
}

TEST(Rfc3768, V2_RX_04_ADifferentAddressListIsToldAndAccepted) {
    Reception r = v2_reception();
    r.addresses.back() = net::Address::v4(192, 0, 2, 199);
    EXPECT_EQ(r.oddities(), Oddities{.addresses_differ = true});
}

}  // namespace
}  // namespace understudy::vrrp
