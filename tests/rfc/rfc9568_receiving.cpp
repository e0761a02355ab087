// RFC 9568 §7.1: which adverts are believed. What can be told from the packet alone is the codec's.
#include <gtest/gtest.h>

#include <utility>

#include "support/packets.hpp"
#include "support/printers.hpp"
#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

TEST(Rfc9568, V3_RX_01_ATtlOrHopLimitBelow255IsRefused) {
    for (Reception r : {v3_reception(), ipv6_reception()}) {
        EXPECT_EQ(r.refusal(), std::nullopt);
        r.packet.ttl = 254;
        EXPECT_EQ(r.refusal(), Refusal::WrongTtl);
    }
}

TEST(Rfc9568, V3_RX_02_Version2IsRefusedByVersion3) {
    Reception r = v2_reception();
    r.me = v3_router();
    EXPECT_EQ(r.refusal(), Refusal::WrongVersion);
}

TEST(Rfc9568, V3_RX_09_AnAddressCountOfZeroIsRefused) {
    for (Reception r : {v3_reception(), ipv6_reception()}) {
        r.addresses.clear();
        EXPECT_EQ(r.refusal(), Refusal::NoAddresses);
    }
}

TEST(Rfc9568, V3_FLD_08_AnAddressCountOfZeroIsIgnored) {
    Reception r = v3_reception();
    r.addresses.clear();
    EXPECT_EQ(r.refusal(), Refusal::NoAddresses);
}

TEST(Rfc9568, V3_RX_10_AFirstIpv6AddressThatIsNotLinkLocalIsRefusedInStrictModeOnly) {
    Reception r = ipv6_reception();
    std::swap(r.addresses[0], r.addresses[1]);
    EXPECT_EQ(r.refusal(), std::nullopt);
    r.rules.strict = true;
    EXPECT_EQ(r.refusal(), Refusal::FirstAddressNotLinkLocal);
}

TEST(Rfc9568, V3_RX_11_AnIntervalOfZeroIsRefused) {
    Reception r = v3_reception();
    r.tamper = [](wire::Received& received) { received.advert.interval = Centiseconds{0}; };
    EXPECT_EQ(r.refusal(), Refusal::IntervalZero);
}

TEST(Rfc9568, V3_RX_12_ARefusalCarriesNothingThatCouldChangeAState) {
    Reception r = v3_reception();
    r.packet.ttl = 1;
    const auto verdict = r.run();
    ASSERT_FALSE(verdict.has_value());  // and so there is no AdvertHeard to hand to step()
    static_assert(std::same_as<std::remove_cvref_t<decltype(verdict.error())>, Refusal>);
}

TEST(Rfc9568, V3_RX_15_ADifferentIntervalIsToldAndAccepted) {
    Reception r = v3_reception();
    r.packet.interval = Centiseconds{200};
    EXPECT_EQ(r.oddities(), Oddities{.interval_differs = true});
}

TEST(Rfc9568, V3_RX_16_ADifferentAddressListIsToldAndAccepted) {
    Reception r = v3_reception();
    r.addresses.back() = net::Address::v4(192, 0, 2, 199);
    EXPECT_EQ(r.oddities(), Oddities{.addresses_differ = true});
}

TEST(Rfc9568, V3_RX_16_ADifferentCountIsToldAndAccepted) {
    Reception r = v3_reception();
    r.addresses.push_back(net::Address::v4(192, 0, 2, 199));
    EXPECT_EQ(r.oddities(), Oddities{.addresses_differ = true});
}

TEST(Rfc9568, V3_RX_16_TheOrderOfAddressesIsIrrelevant) {
    Reception r = v3_reception();
    std::swap(r.addresses.front(), r.addresses.back());
    EXPECT_EQ(r.oddities(), Oddities{});
}

TEST(Rfc9568, V3_RX_17_UnicastIsNotForAMulticastInstanceNorTheReverse) {
    Reception r = v3_reception();
    r.packet.destination = kOurAddress;
    EXPECT_EQ(r.refusal(), Refusal::NotForUnicast);
    r.rules.unicast = true;
    EXPECT_EQ(r.refusal(), std::nullopt);
    r.packet.destination = net::vrrp_group(net::Family::Ipv4);
    EXPECT_EQ(r.refusal(), Refusal::NotForUnicast);
}

TEST(Rfc9568, V3_RX_18_AUnicastInstanceAcceptsAnySourceUnlessToldToCheck) {
    Reception r = v3_reception();
    r.rules.unicast = true;
    r.packet.destination = kOurAddress;
    r.rules.peers = {{net::Address::v4(192, 0, 2, 77), {}, {}}};
    EXPECT_EQ(r.refusal(), std::nullopt);
    r.rules.check_unicast_source = true;
    EXPECT_EQ(r.refusal(), Refusal::UnknownPeer);
}

TEST(Rfc9568, V3_CK_02_AMessageOnlyChecksumIsAcceptedAndToldWhenWeSendTheOtherForm) {
    Reception r = v3_reception();
    r.packet.checksum = wire::ChecksumForm::MessageOnly;
    EXPECT_EQ(r.oddities(), Oddities{.other_checksum_form = true});
}

TEST(Rfc9568, V3_CK_06_TheOldUnicastChecksumIsAcceptedUnlessItIsNeverWanted) {
    Reception r = v3_reception();
    r.rules.unicast = true;
    r.packet.destination = kOurAddress;
    r.packet.checksum = wire::ChecksumForm::OldUnicast;
    EXPECT_EQ(r.refusal(), std::nullopt);
    r.rules.accepts_old_unicast_checksum = false;
    EXPECT_EQ(r.refusal(), Refusal::ChecksumForm);
}

TEST(Rfc9568, V3_RX_08_AnOwnersEarsAreOpenUnlessToldOtherwiseOrStrict) {
    Reception r = v3_reception();
    r.me = v3_owner();
    EXPECT_EQ(r.refusal(), std::nullopt);
    r.me.owner_ignores_adverts = true;
    EXPECT_EQ(r.refusal(), Refusal::OwnerIgnores);
    r.me.owner_ignores_adverts = false;
    r.me.strict = true;
    EXPECT_EQ(r.refusal(), Refusal::OwnerIgnores);
}

}  // namespace
}  // namespace understudy::vrrp
