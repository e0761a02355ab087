// Addresses with a lease: the kernel takes them away unless they are renewed.
#include <gtest/gtest.h>

#include <cerrno>

#include "support.hpp"

namespace understudy::desired {
namespace {

constexpr seconds kLease{3};
constexpr seconds kGap = kLease / 3;

net::InterfaceAddress leased(std::string_view prefix, std::optional<seconds> lease = kLease) {
    net::InterfaceAddress address = on_link(prefix);
    address.valid_lifetime = lease;
    return address;
}

const net::InterfaceAddress kLeased = leased("192.0.2.1");
const net::InterfaceAddress kLeased6 = leased("2001:db8::6");
const net::InterfaceAddress kForEver6 = leased("2001:db8::7", std::nullopt);
const net::InterfaceAddress kForEver = leased("192.0.2.1", std::nullopt);

// Owner 0 is master with these addresses, and all is quiet. kNow is a whole number of gaps.
struct Lease : testing::Test {
    void hold(const std::vector<net::InterfaceAddress>& managed) {
        kernel.time_is(now);
        addresses.manage(0, managed);
        addresses.want(0, true);
        settle(kernel, addresses, now);
        static_cast<void>(addresses.take_findings());
    }
    void pass(microseconds time) {
        now += time;
        kernel.time_is(now);
    }
    // Each deadline when it comes.
    void run_for(microseconds time) {
        const Instant end = now + time;
        while (addresses.deadline() && *addresses.deadline() <= end) {
            pass(*addresses.deadline() - now);
            settle(kernel, addresses, now);
        }
        pass(end - now);
        settle(kernel, addresses, now);
    }
    Changes take() { return addresses.take_changes(kAll, now); }

    Addresses addresses;
    ModelKernel kernel;
    Instant now = kNow - microseconds{kNow.time_since_epoch() % kGap};
};

TEST_F(Lease, EndsAfterItsTimeUnlessItIsRenewed) {
    const auto end = [&] { return addresses.lease_end(kLeased.link, kLeased.prefix); };
    EXPECT_EQ(end(), std::nullopt) << "it is not there";
    hold({kLeased, kForEver6});
    EXPECT_EQ(end(), now + kLease);
    EXPECT_EQ(addresses.lease_end(kForEver6.link, kForEver6.prefix), std::nullopt);
    const Instant first = now;
    pass(kGap - microseconds{1});
    EXPECT_EQ(end(), first + kLease);
    run_for(microseconds{1});
    EXPECT_EQ(end(), now + kLease);
    addresses.want(0, false);
    settle(kernel, addresses, now);
    EXPECT_EQ(end(), std::nullopt) << "it is gone";
}

TEST_F(Lease, IsRenewedWhenAThirdOfItIsOver) {
    hold({kLeased, kLeased6});
    EXPECT_EQ(addresses.deadline(), now + kGap);
    pass(kGap - microseconds{1});
    EXPECT_FALSE(addresses.has_changes(now));
    pass(microseconds{1});
    EXPECT_TRUE(addresses.has_changes(now));
    EXPECT_EQ(take(), (Changes{renew(kLeased), renew(kLeased6)}));
}

TEST_F(Lease, NeverEndsWhileItIsRenewed) {
    hold({kLeased, kLeased6});
    run_for(100 * kLease);
    EXPECT_NE(kernel.find(kLeased), nullptr);
    EXPECT_NE(kernel.find(kLeased6), nullptr);
    EXPECT_TRUE(addresses.take_findings().empty()) << "neither lost nor placed again";
}

TEST_F(Lease, EndsWithoutUs) {
    hold({kLeased});
    pass(kLease);
    EXPECT_EQ(kernel.find(kLeased), nullptr);
}

TEST_F(Lease, IsNothingAnybodyWaitsFor) {
    hold({kLeased});
    EXPECT_EQ(addresses.outstanding(0), 0u);
    pass(kGap);
    ASSERT_TRUE(addresses.has_changes(now));
    EXPECT_EQ(addresses.outstanding(0), 0u);
    static_cast<void>(take());
    EXPECT_EQ(addresses.outstanding(0), 0u) << "in flight";
}

TEST_F(Lease, OfAddressesThatCameOneAfterTheOtherIsRenewedAtOneTime) {
    hold({kLeased});
    pass(milliseconds{300});
    hold({kLeased, kLeased6});
    pass(kGap - milliseconds{300});
    EXPECT_EQ(take(), (Changes{renew(kLeased), renew(kLeased6)}));
}

TEST_F(Lease, IsNotRenewedAnyMoreOnceReleased) {
    hold({kLeased});
    pass(kGap);
    addresses.want(0, false);
    EXPECT_EQ(take(), Changes{remove(kLeased)});
    EXPECT_FALSE(addresses.deadline());
}

TEST_F(Lease, IsRenewedInTheMidstOfItsReleaseNoMore) {
    hold({kLeased});
    pass(kGap);
    const Changes renewal = take();
    addresses.want(0, false);
    kernel.carry_out(renewal[0]);
    answer(addresses, renewal[0], 0, now);
    EXPECT_EQ(take(), Changes{remove(kLeased)});
}

TEST_F(Lease, ThatRanOutIsPutBackAndToldAsThat) {
    hold({kLeased});
    pass(kLease);
    deliver_one(kernel, addresses, now);
    EXPECT_EQ(addresses.take_findings(), (Findings{Lost{0, kLeased, 1, {}, true}}));
    EXPECT_EQ(take(), Changes{add(kLeased)});
}

TEST_F(Lease, IsNoExcuseForWhoDeletesAnAddress) {
    hold({kLeased});
    pass(kGap / 2);
    kernel.remove(kLeased);
    deliver_one(kernel, addresses, now);
    EXPECT_EQ(addresses.take_findings(), (Findings{Lost{0, kLeased, 1, {}, false}}));
}

// The kernel took it away just before it carried the renewal out, which has put it back.
TEST_F(Lease, ThatEndsUnderItsRenewalIsMadeSureOf) {
    hold({kLeased});
    pass(kGap);
    const Changes renewal = take();
    kernel.remove(kLeased);
    deliver_one(kernel, addresses, now);
    answer(addresses, renewal[0], kernel.carry_out(renewal[0]), now);
    settle(kernel, addresses, now);
    EXPECT_NE(kernel.find(kLeased), nullptr);
    EXPECT_EQ(addresses.take_findings(), (Findings{Placed{0, kLeased, false}})) << "to be announced";
}

TEST_F(Lease, ThatEndsAfterItsRenewalIsPutBack) {
    hold({kLeased});
    pass(kGap);
    const Changes renewal = take();
    const int error = kernel.carry_out(renewal[0]);
    kernel.remove(kLeased);
    while (!kernel.news.empty()) deliver_one(kernel, addresses, now);
    answer(addresses, renewal[0], error, now);
    settle(kernel, addresses, now);
    EXPECT_NE(kernel.find(kLeased), nullptr);
}

TEST_F(Lease, WhoseRenewalIsRefusedIsTriedAgainBeforeItEnds) {
    hold({kLeased});
    pass(kGap);
    answer(addresses, take().at(0), EPERM, now);
    EXPECT_EQ(addresses.take_findings(), (Findings{Refused{renew(kLeased), EPERM, {0}}}));
    EXPECT_EQ(addresses.deadline(), now + kGap);
    EXPECT_EQ(addresses.outstanding(0), 0u);
    run_for(kLease);
    EXPECT_NE(kernel.find(kLeased), nullptr);
}

TEST_F(Lease, WhoseRenewalNobodyAnsweredIsRenewedAtOnce) {
    hold({kLeased});
    pass(kGap);
    const Changes renewal = take();
    addresses.unanswered(renewal[0]);
    EXPECT_EQ(take(), renewal);
}

TEST_F(Lease, OfAnAddressThatWasThereIsRenewedAtOnce) {
    addresses.observed(kLeased);
    addresses.manage(0, {kLeased});
    addresses.want(0, true);
    EXPECT_EQ(take(), Changes{renew(kLeased)});
}

TEST_F(Lease, OfAnAddressThatWasThereUnheardOfIsRenewedAtOnce) {
    addresses.manage(0, {kLeased});
    addresses.want(0, true);
    answer(addresses, take().at(0), EEXIST, now);
    EXPECT_EQ(take(), Changes{renew(kLeased)});
    EXPECT_EQ(addresses.take_findings(), (Findings{Placed{0, kLeased, false}}));
}

TEST_F(Lease, BeginsInPlaceWhenAReloadAddsIt) {
    hold({kForEver});
    EXPECT_FALSE(addresses.deadline());
    addresses.manage(0, {kLeased});
    EXPECT_EQ(take(), Changes{renew(kLeased)});
}

TEST_F(Lease, BecomesAnotherInPlaceAtOnce) {
    hold({kLeased});
    const net::InterfaceAddress longer = leased("192.0.2.1", seconds{30});
    addresses.manage(0, {longer});
    EXPECT_EQ(take(), Changes{renew(longer)});
}

TEST_F(Lease, ThatAReloadTakesAwayLeavesTheAddressForEver) {
    hold({kLeased});
    addresses.manage(0, {kForEver});
    EXPECT_EQ(take(), Changes{renew(kForEver)});
    answer(addresses, renew(kForEver), kernel.carry_out(renew(kForEver)), now);
    run_for(10 * kLease);
    EXPECT_NE(kernel.find(kForEver), nullptr);
    EXPECT_FALSE(addresses.deadline());
    EXPECT_TRUE(addresses.take_findings().empty());
}

// It was master with a lease; whoever comes after it has none.
TEST_F(Lease, OfADeadPredecessorIsEndedByWhoWantsTheAddressForEver) {
    addresses.observed(kLeased);
    addresses.manage(0, {kForEver});
    addresses.want(0, true);
    EXPECT_EQ(take(), Changes{renew(kForEver)});
}

TEST_F(Lease, OfAStrangersAddressIsNoneOfOurs) {
    addresses.observed(kLeased);
    addresses.manage(0, {kForEver});
    EXPECT_FALSE(addresses.has_changes(now));
}

TEST_F(Lease, MayBePreferredForLessAndThatChangesInPlace) {
    hold({kLeased6});
    net::InterfaceAddress deprecated = kLeased6;
    deprecated.preferred_lifetime = seconds{0};
    addresses.manage(0, {deprecated});
    EXPECT_EQ(take(), Changes{renew(deprecated)});
}

TEST_F(Lease, IsRenewedAfterADoubtAndNobodyHearsOfIt) {
    hold({kLeased});
    addresses.want(0, false);
    answer(addresses, take().at(0), kernel.carry_out(remove(kLeased)), now);
    addresses.want(0, true);
    answer(addresses, take().at(0), kernel.carry_out(add(kLeased)), now);
    static_cast<void>(addresses.take_findings());
    settle(kernel, addresses, now);  // the echo of the removal comes late
    EXPECT_TRUE(addresses.take_findings().empty());
    run_for(10 * kLease);
    EXPECT_TRUE(addresses.take_findings().empty());
}

TEST_F(Lease, IsNewsOnceAndNotWhenItIsRenewed) {
    addresses.manage(0, {kLeased});
    addresses.want(0, true);
    answer(addresses, take().at(0), 0, now);
    EXPECT_TRUE(addresses.observed(kLeased));
    pass(kGap);
    answer(addresses, take().at(0), 0, now);
    EXPECT_FALSE(addresses.observed(kLeased));
    addresses.vanished(kLeased, now);
    EXPECT_TRUE(addresses.observed(kLeased));
}

}  // namespace
}  // namespace understudy::desired
