#include "understudy/vrrp/receive.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "understudy/vrrp/stats.hpp"

#include "support/packets.hpp"
#include "support/printers.hpp"
#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

using wire::ChecksumForm;

const net::Address kGroup = net::vrrp_group(net::Family::Ipv4);
constexpr net::Address kStranger = net::Address::v4(192, 0, 2, 77);

Reception unicast() {
    Reception r = v3_reception();
    r.rules.unicast = true;
    r.packet.destination = kOurAddress;
    return r;
}

Reception pass() {
    Reception r = v2_reception();
    r.rules.auth_type = r.packet.auth_type = 1;
    r.rules.password = "secret12";
    r.packet.password = "secret12";
    return r;
}

Reception authentication_header() {
    Reception r = v2_reception();
    r.rules.auth_type = r.packet.auth_type = 2;
    r.rules.password = "secret12";
    r.packet.password = "secret12";
    r.packet.ah_sequence = 8;
    r.context.ah_counter = 7;
    return r;
}

TEST(Receiving, AcceptsAGoodVersion3Advert) {
    const auto accepted = v3_reception().run();
    ASSERT_TRUE(accepted.has_value());
    EXPECT_EQ(accepted->advert.priority, net::Priority{150});
    EXPECT_EQ(accepted->advert.interval, seconds{1});
    EXPECT_EQ(accepted->advert.source, kPeerAddress);
    EXPECT_EQ(accepted->oddities, Oddities{});
    EXPECT_EQ(accepted->ah_sequence, std::nullopt);
}

TEST(Receiving, AcceptsAGoodVersion2Advert) {
    EXPECT_EQ(v2_reception().refusal(), std::nullopt);
    EXPECT_EQ(v2_reception().oddities(), Oddities{});
}

TEST(Receiving, AcceptsAGoodIpv6Advert) {
    EXPECT_EQ(ipv6_reception().refusal(), std::nullopt);
    EXPECT_EQ(ipv6_reception().oddities(), Oddities{});
}

TEST(Receiving, RefusesTheOtherVersion) {
    Reception r = v2_reception();
    r.me.version = net::VrrpVersion::V3;
    EXPECT_EQ(r.refusal(), Refusal::WrongVersion);
}

TEST(Receiving, RefusesMulticastThatMayHaveBeenForwarded) {
    Reception r = v3_reception();
    r.packet.ttl = 254;
    EXPECT_EQ(r.refusal(), Refusal::WrongTtl);
}

TEST(Receiving, AcceptsAnyTtlOnUnicast) {
    Reception r = unicast();
    r.packet.ttl = 1;
    EXPECT_EQ(r.refusal(), std::nullopt);
}

TEST(Receiving, RefusesMulticastToAUnicastInstance) {
    Reception r = unicast();
    r.packet.destination = kGroup;
    EXPECT_EQ(r.refusal(), Refusal::NotForUnicast);
}

TEST(Receiving, RefusesUnicastToAMulticastInstance) {
    Reception r = v3_reception();
    r.packet.destination = kOurAddress;
    EXPECT_EQ(r.refusal(), Refusal::NotForUnicast);
}

TEST(Receiving, AcceptsUnicastFromAnybodyUnlessToldToCheck) {
    Reception r = unicast();
    r.packet.source = kStranger;
    EXPECT_EQ(r.refusal(), std::nullopt);
}

TEST(Receiving, RefusesAStrangerWhenToldToCheck) {
    Reception r = unicast();
    r.rules.check_unicast_source = true;
    r.rules.peers = {{kPeerAddress, {}, {}}};
    EXPECT_EQ(r.refusal(), std::nullopt);
    r.packet.source = kStranger;
    EXPECT_EQ(r.refusal(), Refusal::UnknownPeer);
}

TEST(Receiving, RefusesAStrangerWhenSomePeerHasALeastTtl) {
    Reception r = unicast();
    r.rules.peers = {{kPeerAddress, 10, {}}};
    r.packet.source = kStranger;
    EXPECT_EQ(r.refusal(), Refusal::UnknownPeer);
}

TEST(Receiving, RefusesAStrangerWhenSomePeerHasAGreatestTtl) {
    Reception r = unicast();
    r.rules.peers = {{kPeerAddress, {}, 255}};
    r.packet.source = kStranger;
    EXPECT_EQ(r.refusal(), Refusal::UnknownPeer);
}

TEST(Receiving, ChecksNoPeersOnMulticast) {
    Reception r = v3_reception();
    r.rules.check_unicast_source = true;
    EXPECT_EQ(r.refusal(), std::nullopt);
}

TEST(Receiving, HoldsAPeerToItsTtlRange) {
    Reception r = unicast();
    r.rules.peers = {{kPeerAddress, 250, 252}};
    for (const auto& [ttl, expected] : {std::pair{249, std::optional{Refusal::WrongTtl}},
                                        {250, std::nullopt},
                                        {252, std::nullopt},
                                        {253, std::optional{Refusal::WrongTtl}}}) {
        r.packet.ttl = static_cast<std::uint8_t>(ttl);
        EXPECT_EQ(r.refusal(), expected) << "TTL " << ttl;
    }
}

TEST(Receiving, HoldsAPeerToOneEndOfARangeAlone) {
    Reception r = unicast();
    r.packet.ttl = 250;
    const auto with_range = [&](std::optional<std::uint8_t> least, std::optional<std::uint8_t> greatest) {
        r.rules.peers = {{kPeerAddress, least, greatest}};
        return r.refusal();
    };
    EXPECT_EQ(with_range(251, {}), Refusal::WrongTtl);
    EXPECT_EQ(with_range(250, {}), std::nullopt);
    EXPECT_EQ(with_range({}, 249), Refusal::WrongTtl);
    EXPECT_EQ(with_range({}, 250), std::nullopt);
}

TEST(Receiving, RefusesAnAdvertWithoutAddresses) {
    Reception r = v3_reception();
    r.addresses.clear();
    EXPECT_EQ(r.refusal(), Refusal::NoAddresses);
}

TEST(Receiving, AcceptsAnAdvertWithoutAddressesWhenOursHasNoneEither) {
    Reception r = v3_reception();
    r.addresses.clear();
    r.rules.addresses.clear();
    EXPECT_EQ(r.refusal(), std::nullopt);
    EXPECT_EQ(r.oddities(), Oddities{});
}

TEST(Receiving, RefusesAnIntervalOfZero) {
    Reception r = v3_reception();
    r.tamper = [](wire::Received& received) { received.advert.interval = Centiseconds{0}; };
    EXPECT_EQ(r.refusal(), Refusal::IntervalZero);
}

TEST(Receiving, RefusesAnotherIntervalInVersion2) {
    Reception r = v2_reception();
    r.packet.interval = seconds{2};
    EXPECT_EQ(r.refusal(), Refusal::IntervalMismatch);
}

TEST(Receiving, AcceptsAnotherIntervalInVersion3AndCallsItOdd) {
    Reception r = v3_reception();
    r.packet.interval = Centiseconds{200};
    EXPECT_EQ(r.oddities(), Oddities{.interval_differs = true});
    EXPECT_EQ(r.run()->advert.interval, seconds{2});
}

TEST(Receiving, AcceptsTheRightPassword) { EXPECT_EQ(pass().refusal(), std::nullopt); }

TEST(Receiving, AcceptsAShortPasswordPaddedWithZeros) {
    Reception r = pass();
    r.rules.password = "abc";
    r.packet.password = "abc";
    EXPECT_EQ(r.refusal(), std::nullopt);
}

TEST(Receiving, RefusesAnotherPassword) {
    Reception r = pass();
    r.packet.password = "secret13";
    EXPECT_EQ(r.refusal(), Refusal::AuthFailed);
}

TEST(Receiving, RefusesAPrefixOfThePassword) {
    Reception r = pass();
    r.packet.password = "secret1";
    EXPECT_EQ(r.refusal(), Refusal::AuthFailed);
}

TEST(Receiving, RefusesAPasswordWhereNoneIsExpected) {
    Reception r = pass();
    r.rules.auth_type = 0;
    EXPECT_EQ(r.refusal(), Refusal::AuthTypeMismatch);
}

TEST(Receiving, RefusesAnUnauthenticatedAdvertWhereAPasswordIsExpected) {
    Reception r = pass();
    r.packet.auth_type = 0;
    EXPECT_EQ(r.refusal(), Refusal::AuthTypeMismatch);
}

TEST(Receiving, RefusesAnUnknownAuthenticationType) {
    Reception r = v2_reception();
    r.tamper = [](wire::Received& received) { received.advert.auth_type = 7; };
    EXPECT_EQ(r.refusal(), Refusal::AuthTypeUnknown);
}

TEST(Receiving, IgnoresTheAuthenticationDataOfTypeNone) {
    Reception r = v2_reception();
    r.tamper = [](wire::Received& received) { received.advert.auth_data.fill(std::byte{0x55}); };
    EXPECT_EQ(r.refusal(), std::nullopt);
}

TEST(Receiving, IgnoresConfiguredAuthenticationInVersion3) {
    Reception r = v3_reception();
    r.rules.auth_type = 1;
    r.rules.password = "secret12";
    EXPECT_EQ(r.refusal(), std::nullopt);
}

TEST(AuthenticationHeader, IsAcceptedAndItsSequenceReported) {
    const auto accepted = authentication_header().run();
    ASSERT_TRUE(accepted.has_value());
    EXPECT_EQ(accepted->ah_sequence, 8u);
}

TEST(AuthenticationHeader, IsRefusedWhenItsSequenceIsNotGreater) {
    Reception r = authentication_header();
    r.context.ah_counter = 8;
    EXPECT_EQ(r.refusal(), Refusal::AhReplayed);
}

TEST(AuthenticationHeader, IsRefusedUnderAnotherKey) {
    Reception r = authentication_header();
    r.packet.password = "secret13";
    EXPECT_EQ(r.refusal(), Refusal::AuthFailed);
}

TEST(AuthenticationHeader, IsRefusedWhenItsSpiIsNotTheSource) {
    Reception r = authentication_header();
    r.tamper = [](wire::Received& received) { received.advert.ah->spi = 0xc0000263; };
    EXPECT_EQ(r.refusal(), Refusal::AuthFailed);
}

TEST(AuthenticationHeader, IsRefusedWhereNoneIsExpected) {
    Reception r = authentication_header();
    r.rules.auth_type = 1;
    EXPECT_EQ(r.refusal(), Refusal::AuthTypeMismatch);
}

TEST(AuthenticationHeader, IsMissed) {
    Reception r = authentication_header();
    r.packet.auth_type = 0;
    EXPECT_EQ(r.refusal(), Refusal::AuthTypeMismatch);
}

TEST(Checksum, IsAcceptedInEitherFormAndTheOtherOneCalledOdd) {
    Reception r = v3_reception();
    r.packet.checksum = ChecksumForm::MessageOnly;
    EXPECT_EQ(r.oddities(), Oddities{.other_checksum_form = true});
    r.context.sent = ChecksumForm::MessageOnly;
    EXPECT_EQ(r.oddities(), Oddities{});
    r.packet.checksum = ChecksumForm::PseudoHeader;
    EXPECT_EQ(r.oddities(), Oddities{.other_checksum_form = true});
}

TEST(Checksum, HasOneFormOverIpv6) {
    Reception r = ipv6_reception();
    r.context.sent = ChecksumForm::MessageOnly;
    EXPECT_EQ(r.oddities(), Oddities{});
}

TEST(Checksum, IsRefusedInTheOldUnicastFormIfThatIsNeverWanted) {
    Reception r = unicast();
    r.rules.accepts_old_unicast_checksum = false;
    r.packet.checksum = ChecksumForm::OldUnicast;
    EXPECT_EQ(r.refusal(), Refusal::ChecksumForm);
}

TEST(Checksum, IsAcceptedInTheOldUnicastForm) {
    Reception r = unicast();
    r.packet.checksum = ChecksumForm::OldUnicast;
    EXPECT_EQ(r.oddities(), Oddities{.other_checksum_form = true});
    r.context.sent = ChecksumForm::OldUnicast;
    EXPECT_EQ(r.oddities(), Oddities{});
    r.packet.checksum = ChecksumForm::PseudoHeader;
    EXPECT_EQ(r.oddities(), Oddities{.other_checksum_form = true});
}

TEST(AddressList, MayDifferButIsCalledOdd) {
    Reception r = v3_reception();
    r.addresses[1] = kStranger;
    EXPECT_EQ(r.oddities(), Oddities{.addresses_differ = true});
}

TEST(AddressList, MayBeShorterButIsCalledOdd) {
    Reception r = v3_reception();
    r.addresses.pop_back();
    EXPECT_EQ(r.oddities(), Oddities{.addresses_differ = true});
}

TEST(AddressList, MayHaveAnyOrder) {
    Reception r = v3_reception();
    std::swap(r.addresses[0], r.addresses[1]);
    EXPECT_EQ(r.oddities(), Oddities{});
}

TEST(AddressList, IsNotReadAgainForTheKnownMasterWhenToldSo) {
    Reception r = v3_reception();
    r.addresses[1] = kStranger;
    r.rules.skip_address_check_of_known_master = true;
    r.context.known_master = kPeerAddress;
    EXPECT_EQ(r.oddities(), Oddities{});
}

TEST(AddressList, IsReadForAnyOtherMaster) {
    Reception r = v3_reception();
    r.addresses[1] = kStranger;
    r.rules.skip_address_check_of_known_master = true;
    r.context.known_master = kStranger;
    EXPECT_EQ(r.oddities(), Oddities{.addresses_differ = true});
}

TEST(AddressList, MayBeginWithAGlobalIpv6Address) {
    Reception r = ipv6_reception();
    std::swap(r.addresses[0], r.addresses[1]);
    EXPECT_EQ(r.refusal(), std::nullopt);
}

TEST(AddressList, MustBeginWithALinkLocalIpv6AddressInStrictMode) {
    Reception r = ipv6_reception();
    r.rules.strict = true;
    EXPECT_EQ(r.refusal(), std::nullopt);
    std::swap(r.addresses[0], r.addresses[1]);
    EXPECT_EQ(r.refusal(), Refusal::FirstAddressNotLinkLocal);
}

TEST(Owner, HearsOtherRouters) {
    Reception r = v3_reception();
    r.me = v3_owner();
    EXPECT_EQ(r.refusal(), std::nullopt);
}

TEST(Owner, IgnoresOtherRoutersWhenToldSo) {
    Reception r = v3_reception();
    r.me = v3_owner();
    r.me.owner_ignores_adverts = true;
    EXPECT_EQ(r.refusal(), Refusal::OwnerIgnores);
}

TEST(Owner, IgnoresOtherRoutersInStrictMode) {
    Reception r = v3_reception();
    r.me = v3_owner();
    r.me.strict = true;
    EXPECT_EQ(r.refusal(), Refusal::OwnerIgnores);
}

TEST(Owner, ThatWasGivenAnotherPriorityHearsWhoTakesOver) {
    Reception r = v3_reception();
    r.me = v3_owner();
    r.me.owner_ignores_adverts = true;
    r.me.priority = net::Priority{1};
    EXPECT_EQ(r.refusal(), std::nullopt);
}

TEST(Receiving, IgnoresNothingForARouterThatIsNoOwner) {
    Reception r = v3_reception();
    r.me.owner_ignores_adverts = true;
    r.rules.strict = true;
    EXPECT_EQ(r.refusal(), std::nullopt);
}

TEST(Refusal, HasItsOwnWordsAndItsOwnCounter) {
    Stats stats;
    std::vector<std::string_view> words;
    for (int i = 0; i <= static_cast<int>(Refusal::OwnerIgnores); ++i) {
        const auto refused = static_cast<Refusal>(i);
        stats.count(refused);
        EXPECT_EQ(stats.refused[static_cast<std::size_t>(i)], 1u);
        EXPECT_EQ(std::ranges::count(words, describe(refused)), 0) << describe(refused);
        words.push_back(describe(refused));
    }
}

}  // namespace
}  // namespace understudy::vrrp
