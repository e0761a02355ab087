#include "understudy/desired/addresses.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "support.hpp"

namespace understudy::desired {
namespace {

const net::InterfaceAddress kFirst = on_link("192.0.2.1");
const net::InterfaceAddress kSecond = on_link("192.0.2.2");
const net::InterfaceAddress kSixth = on_link("2001:db8::6");

// Owner 0 is master with these addresses, and all is quiet.
struct Master {
    explicit Master(const std::vector<net::InterfaceAddress>& managed) {
        addresses.manage(0, managed);
        addresses.want(0, true);
        settle(kernel, addresses, kNow);
        static_cast<void>(addresses.take_findings());
    }
    Addresses addresses;
    ModelKernel kernel;
};

TEST(Addresses, AreAddedInTheirOrderWhenWanted) {
    Addresses addresses;
    addresses.manage(0, {kSecond, kFirst, kSixth});
    EXPECT_FALSE(addresses.has_changes(kNow));
    addresses.want(0, true);
    EXPECT_TRUE(addresses.has_changes(kNow));
    EXPECT_EQ(addresses.take_changes(2, kNow), (Changes{add(kSecond), add(kFirst)}));
    EXPECT_EQ(addresses.take_changes(2, kNow), (Changes{add(kSixth)}));
    EXPECT_FALSE(addresses.has_changes(kNow));
}

TEST(Addresses, AreRemovedInTheirOrderWhenReleased) {
    Master master{{kSecond, kFirst}};
    master.addresses.want(0, false);
    EXPECT_EQ(master.addresses.take_changes(kAll, kNow), (Changes{remove(kSecond), remove(kFirst)}));
}

TEST(Addresses, ArePlacedOnceWhicheverOfAnswerAndNewsComesFirst) {
    for (const bool answer_first : {true, false}) {
        Addresses addresses;
        addresses.manage(0, {kFirst});
        addresses.want(0, true);
        const Changes changes = addresses.take_changes(kAll, kNow);
        if (answer_first) answer(addresses, changes[0], 0);
        addresses.observed(kFirst);
        if (!answer_first) answer(addresses, changes[0], 0);
        EXPECT_EQ(addresses.take_findings(), (Findings{Placed{0, kFirst, false}}));
        EXPECT_FALSE(addresses.has_changes(kNow));
    }
}

TEST(Addresses, RemovalsComeBeforeAdditions) {
    Master master{{kFirst}};
    master.addresses.manage(1, {kSecond});
    master.addresses.want(1, true);
    master.addresses.want(0, false);
    EXPECT_EQ(master.addresses.take_changes(kAll, kNow), (Changes{remove(kFirst), add(kSecond)}));
}

net::InterfaceAddress with_peer(net::InterfaceAddress address, std::uint8_t last_octet) {
    address.prefix.length = 32;
    address.peer = net::Address::v4(198, 51, 100, last_octet);
    return address;
}

// The kernel keeps both of them side by side, so the host never stops answering.
TEST(Addresses, OfAnotherPeerComeBeforeTheOldOneGoes) {
    const auto old = with_peer(kFirst, 1);
    const auto fresh = with_peer(kFirst, 2);
    Master master{{old}};
    master.addresses.manage(0, {fresh});
    const Changes first = master.addresses.take_changes(kAll, kNow);
    EXPECT_EQ(first, Changes{add(fresh)});
    master.kernel.add(fresh);
    answer(master.addresses, first[0], 0);
    EXPECT_EQ(master.addresses.take_changes(kAll, kNow), Changes{remove(old)});
}

TEST(Addresses, AreNotTakenForTheirLikeWithoutAPeer) {
    const auto wanted = with_peer(on_link("192.0.2.1/32"), 1);
    Addresses addresses;
    addresses.observed(on_link("192.0.2.1/32"));
    addresses.manage(0, {wanted});
    addresses.want(0, true);
    EXPECT_EQ(addresses.take_changes(kAll, kNow), Changes{add(wanted)});
    EXPECT_TRUE(addresses.is_present({1}, wanted.prefix));
}

TEST(Addresses, ArePutBackWithTheirPeer) {
    const auto wanted = with_peer(kFirst, 1);
    Master master{{wanted}};
    master.kernel.remove(wanted);
    deliver_one(master.kernel, master.addresses, kNow);
    EXPECT_EQ(master.addresses.take_changes(kAll, kNow), Changes{add(wanted)});
}

TEST(Addresses, AChangeOfMindBeforeItIsTakenCostsNothing) {
    Master master{{kFirst}};
    master.addresses.want(0, false);
    master.addresses.want(0, true);
    EXPECT_FALSE(master.addresses.has_changes(kNow));
    EXPECT_EQ(master.addresses.take_findings(), (Findings{Placed{0, kFirst, false}}));
}

TEST(Addresses, AChangeOfMindInFlightIsCarriedOutAfterwards) {
    Addresses addresses;
    addresses.manage(0, {kFirst});
    addresses.want(0, true);
    const Changes changes = addresses.take_changes(kAll, kNow);
    addresses.want(0, false);
    EXPECT_FALSE(addresses.has_changes(kNow));
    answer(addresses, changes[0], 0);
    EXPECT_EQ(addresses.take_changes(kAll, kNow), (Changes{remove(kFirst)}));
    EXPECT_TRUE(addresses.take_findings().empty());
}

TEST(Addresses, AnAddressThatIsAlreadyThereIsASuccess) {
    Addresses addresses;
    addresses.manage(0, {kFirst});
    addresses.want(0, true);
    answer(addresses, addresses.take_changes(kAll, kNow)[0], EEXIST);
    EXPECT_EQ(addresses.take_findings(), (Findings{Placed{0, kFirst, false}}));
    EXPECT_EQ(addresses.outstanding(0), 0u);
}

TEST(Addresses, AnAddressThatIsAlreadyGoneIsASuccess) {
    for (const int error : {EADDRNOTAVAIL, ENODEV}) {
        Master master{{kFirst}};
        master.addresses.want(0, false);
        answer(master.addresses, master.addresses.take_changes(kAll, kNow)[0], error);
        EXPECT_TRUE(master.addresses.take_findings().empty());
        EXPECT_FALSE(master.addresses.deadline());
        EXPECT_EQ(master.addresses.outstanding(0), 0u);
    }
}

TEST(Addresses, StayWhileAnyOwnerWantsThem) {
    Master master{{kFirst}};
    master.addresses.manage(1, {kFirst, kSecond});
    master.addresses.want(1, true);
    settle(master.kernel, master.addresses, kNow);
    master.addresses.want(0, false);
    EXPECT_FALSE(master.addresses.has_changes(kNow));
    master.addresses.want(1, false);
    EXPECT_EQ(master.addresses.take_changes(kAll, kNow), (Changes{remove(kFirst), remove(kSecond)}));
}

TEST(Addresses, ASecondOwnerIsToldOfAnAddressThatIsInPlace) {
    Master master{{kFirst}};
    master.addresses.manage(1, {kFirst});
    master.addresses.want(1, true);
    EXPECT_EQ(master.addresses.take_findings(), (Findings{Placed{1, kFirst, false}}));
}

TEST(Addresses, CountWhatIsOutstanding) {
    Addresses addresses;
    addresses.manage(0, {kFirst, kSecond});
    addresses.want(0, true);
    EXPECT_EQ(addresses.outstanding(0), 2u);
    const Changes changes = addresses.take_changes(1, kNow);
    EXPECT_EQ(addresses.outstanding(0), 2u);
    answer(addresses, changes[0], 0);
    EXPECT_EQ(addresses.outstanding(0), 1u);
    answer(addresses, addresses.take_changes(1, kNow)[0], ENOMEM);
    EXPECT_EQ(addresses.outstanding(0), 0u) << "a refused change waits for its retry and holds nobody up";
    EXPECT_EQ(addresses.outstanding(7), 0u);
}

TEST(Addresses, NameEachOwnerOnceTheLastOfItsChangesIsOver) {
    using Owners = std::vector<Owner>;
    Addresses addresses;
    addresses.manage(0, {kFirst, kSecond});
    addresses.manage(1, {kSecond});
    addresses.want(0, true);
    addresses.want(1, true);
    EXPECT_EQ(addresses.take_settled(), Owners{});
    answer(addresses, addresses.take_changes(1, kNow)[0], 0);
    EXPECT_EQ(addresses.take_settled(), Owners{}) << "one waits for another, one for its only one";
    answer(addresses, addresses.take_changes(1, kNow)[0], 0);
    EXPECT_EQ(addresses.take_settled(), (Owners{0, 1}));
    EXPECT_EQ(addresses.take_settled(), Owners{}) << "told once";
    addresses.want(1, false);
    addresses.vanished(kFirst, kNow);
    addresses.manage(0, {kSecond});
    EXPECT_EQ(addresses.take_settled(), Owners{0}) << "what it no longer manages holds it up no more";
}

TEST(Addresses, KnowWhetherAnAddressIsManaged) {
    Master master{{kFirst}};
    master.kernel.add(kSecond);
    settle(master.kernel, master.addresses, kNow);
    EXPECT_TRUE(master.addresses.manages({1}, kFirst.prefix.address));
    EXPECT_FALSE(master.addresses.manages({2}, kFirst.prefix.address));
    EXPECT_FALSE(master.addresses.manages({1}, kSecond.prefix.address));
    EXPECT_TRUE(master.addresses.wants(0));
    EXPECT_FALSE(master.addresses.wants(1));
}

TEST(Leftovers, AreRemovedUnlessTheirOwnerWantsThem) {
    Addresses addresses;
    addresses.manage(0, {kFirst});
    addresses.manage(1, {kSecond});
    const std::vector held{kFirst, kSecond, on_link("192.0.2.200/24")};
    addresses.resynchronised(held, kNow);
    addresses.want(1, true);
    addresses.remove_leftovers();
    const Changes changes = addresses.take_changes(kAll, kNow);
    EXPECT_EQ(changes, (Changes{remove(kFirst)}));
    answer(addresses, changes[0], 0);
    EXPECT_EQ(addresses.take_findings(), (Findings{Placed{1, kSecond, false}, LeftoverRemoved{kFirst}}));
}

TEST(Leftovers, AreNotWhatAppearsLater) {
    Addresses addresses;
    addresses.manage(0, {kFirst});
    addresses.resynchronised({}, kNow);
    addresses.remove_leftovers();
    addresses.observed(kFirst);
    EXPECT_FALSE(addresses.has_changes(kNow));
    addresses.want(0, true);
    EXPECT_EQ(addresses.take_findings(), (Findings{Placed{0, kFirst, false}}));
    addresses.want(0, false);
    EXPECT_EQ(addresses.take_changes(kAll, kNow), (Changes{remove(kFirst)})) << "by now it was ours";
}

TEST(Leftovers, AreNotWhatAStrangerAddsRightAfterOurRemoval) {
    Master master{{kFirst}};
    master.addresses.want(0, false);
    const Changes removal = master.addresses.take_changes(kAll, kNow);
    master.addresses.vanished(kFirst, kNow);
    master.addresses.observed(kFirst);
    answer(master.addresses, removal[0], 0);
    EXPECT_FALSE(master.addresses.has_changes(kNow));
    master.addresses.want(0, true);
    EXPECT_EQ(master.addresses.take_findings(), (Findings{Placed{0, kFirst, false}}));
}

TEST(Reload, RemovesWhatIsNoLongerManagedAndAddsWhatIsNew) {
    Master master{{kFirst, kSecond}};
    master.addresses.manage(0, {kSecond, kSixth});
    EXPECT_EQ(master.addresses.take_changes(kAll, kNow), (Changes{remove(kFirst), add(kSixth)}));
}

TEST(Reload, OfABackupTouchesNothing) {
    Addresses addresses;
    addresses.manage(0, {kFirst});
    addresses.observed(kSecond);
    addresses.manage(0, {kSecond});
    addresses.manage(0, {});
    EXPECT_FALSE(addresses.has_changes(kNow));
}

TEST(Reload, ReplacesAnAddressWhoseAttributesChanged) {
    Master master{{kFirst}};
    net::InterfaceAddress labelled = kFirst;
    labelled.label = "eth0:vip";
    master.addresses.manage(0, {labelled});
    settle(master.kernel, master.addresses, kNow);
    ASSERT_NE(master.kernel.find(kFirst), nullptr);
    EXPECT_EQ(master.kernel.find(kFirst)->label, "eth0:vip");
    EXPECT_EQ(master.addresses.take_findings(), (Findings{Placed{0, labelled, false}}));
}

TEST(Reload, OfAnotherIpv4PrefixLengthAddsTheNewObjectBeforeItRemovesTheOld) {
    Master master{{kFirst}};
    const net::InterfaceAddress wider = on_link("192.0.2.1/24");
    master.addresses.manage(0, {wider});
    const Changes additions = master.addresses.take_changes(kAll, kNow);
    EXPECT_EQ(additions, (Changes{add(wider)}));
    answer(master.addresses, additions[0], 0);
    EXPECT_EQ(master.addresses.take_changes(kAll, kNow), (Changes{remove(kFirst)}));
}

TEST(Reload, OfAnotherIpv6PrefixLengthReplacesTheOneObject) {
    Master master{{kSixth}};
    const net::InterfaceAddress wider = on_link("2001:db8::6/64");
    master.addresses.manage(0, {wider});
    settle(master.kernel, master.addresses, kNow);
    ASSERT_EQ(master.kernel.all().size(), 1u);
    EXPECT_EQ(master.kernel.all()[0].prefix.length, 64);
}

// An IPv4 address with another prefix length is another object: the interface's own, for instance.
TEST(PrefixLength, AnIpv4AddressIsAddedBesideOneOfAnotherLength) {
    const net::InterfaceAddress own = on_link("192.0.2.1/24");
    Addresses addresses;
    ModelKernel kernel;
    kernel.add(own);
    addresses.manage(0, {kFirst});
    addresses.want(0, true);
    settle(kernel, addresses, kNow);
    EXPECT_NE(kernel.find(kFirst), nullptr);
    addresses.want(0, false);
    settle(kernel, addresses, kNow);
    EXPECT_EQ(kernel.all(), (std::vector{own})) << "only ours is taken away";
}

// An IPv6 address exists once whatever its length, so the wanted one is there; released, it must not stay.
TEST(PrefixLength, AnIpv6AddressOfAnotherLengthIsTheSameAddress) {
    Addresses addresses;
    ModelKernel kernel;
    kernel.add(on_link("2001:db8::6/64"));
    addresses.manage(0, {kSixth});
    addresses.want(0, true);
    settle(kernel, addresses, kNow);
    EXPECT_EQ(kernel.all().size(), 1u);
    EXPECT_EQ(addresses.take_findings(), (Findings{Placed{0, kSixth, false}}));
    addresses.want(0, false);
    settle(kernel, addresses, kNow);
    EXPECT_TRUE(kernel.all().empty());
}

TEST(PrefixLength, ARemovalThatDoesNotTellItsLengthIsVerified) {
    Master master{{kFirst}};
    const net::InterfaceAddress wider = on_link("192.0.2.1/24");
    master.kernel.add(wider);
    settle(master.kernel, master.addresses, kNow);
    master.kernel.remove(kFirst);
    master.kernel.news.clear();
    master.addresses.vanished({1}, kFirst.prefix.address, kNow);
    settle(master.kernel, master.addresses, kNow);
    EXPECT_NE(master.kernel.find(kFirst), nullptr);
    EXPECT_EQ(master.addresses.take_findings(), (Findings{Lost{0, kFirst, 1, {}}, Placed{0, kFirst, true}}));
}

// A stranger added and deleted the same object just before our addition; both news are read only afterwards.
TEST(PrefixLength, ARemovalThatWaitsOutlivesTheNewsOfAStranger) {
    const net::InterfaceAddress former = on_link("192.0.2.1/32");
    const net::InterfaceAddress latter = on_link("192.0.2.1/24");
    Addresses addresses;
    addresses.manage(0, {former});
    addresses.want(0, true);
    const Changes first = addresses.take_changes(kAll, kNow);
    addresses.observed(former);
    answer(addresses, first[0], 0);
    addresses.manage(0, {latter});
    addresses.vanished(former, kNow);
    addresses.observed(former);
    answer(addresses, addresses.take_changes(kAll, kNow)[0], 0);
    EXPECT_EQ(addresses.take_changes(kAll, kNow), (Changes{remove(former)}));
}

TEST(Link, TakesItsAddressesWithItInSilence) {
    Master master{{kFirst, kSixth}};
    master.addresses.link_vanished({1});
    EXPECT_FALSE(master.addresses.has_changes(kNow));
    EXPECT_FALSE(master.addresses.deadline());
    EXPECT_EQ(master.addresses.outstanding(0), 0u);
    EXPECT_TRUE(master.addresses.take_findings().empty());
}

TEST(Link, ThatComesBackGetsItsAddressesWhenTheyAreManagedThere) {
    Master master{{kFirst}};
    master.addresses.link_vanished({1});
    const net::InterfaceAddress moved = on_link("192.0.2.1", 9);
    master.addresses.manage(0, {moved});
    EXPECT_EQ(master.addresses.take_changes(kAll, kNow), (Changes{add(moved)}));
}

TEST(Link, ThatComesBackWithTheSameIndexGetsItsAddressesToo) {
    Master master{{kFirst}};
    master.addresses.link_vanished({1});
    master.addresses.manage(0, {kFirst});
    EXPECT_EQ(master.addresses.take_changes(kAll, kNow), (Changes{add(kFirst)}));
}

TEST(Link, ThatDoesNotExistYetIsNotTried) {
    Addresses addresses;
    addresses.manage(0, {on_link("192.0.2.1", 0)});
    addresses.want(0, true);
    EXPECT_FALSE(addresses.has_changes(kNow));
    EXPECT_EQ(addresses.outstanding(0), 0u);
}

// The kernel tells of the addresses first and of the link last, and an addition in between fails.
TEST(Link, AnAdditionThatMeetsAVanishingLinkIsNotWorthAWord) {
    Master master{{kFirst}};
    master.kernel.remove_link(1);
    deliver_one(master.kernel, master.addresses, kNow);
    const Changes changes = master.addresses.take_changes(kAll, kNow);
    ASSERT_EQ(changes, (Changes{add(kFirst)}));
    answer(master.addresses, changes[0], ENODEV);
    EXPECT_EQ(master.addresses.take_findings(), (Findings{Lost{0, kFirst, 1, {}}}));
    deliver_one(master.kernel, master.addresses, kNow);
    EXPECT_FALSE(master.addresses.deadline());
}

TEST(Link, AnAnswerThatComesAfterItVanishedIsIgnored) {
    Addresses addresses;
    addresses.manage(0, {kFirst});
    addresses.want(0, true);
    const Changes changes = addresses.take_changes(kAll, kNow);
    addresses.link_vanished({1});
    answer(addresses, changes[0], 0);
    EXPECT_TRUE(addresses.take_findings().empty());
}

TEST(Resynchronised, FindsWhatIsWantedAndMissing) {
    Master master{{kFirst, kSecond}};
    master.addresses.resynchronised(std::vector{kSecond}, kNow);
    EXPECT_EQ(master.addresses.take_findings(), (Findings{Lost{0, kFirst, 1, {}}}));
    EXPECT_EQ(master.addresses.take_changes(kAll, kNow), (Changes{add(kFirst)}));
}

TEST(Resynchronised, LeavesStrangersAlone) {
    Addresses addresses;
    addresses.manage(0, {kFirst});
    addresses.resynchronised(std::vector{kFirst, kSecond}, kNow);
    EXPECT_FALSE(addresses.has_changes(kNow));
    EXPECT_TRUE(addresses.take_findings().empty());
}

// Echoes that were lost with the overrun never come, so the next disappearance is somebody's deed.
TEST(Resynchronised, ExpectsNoEchoAnyMore) {
    Addresses addresses;
    addresses.manage(0, {kFirst});
    for (const bool wanted : {true, false, true}) {
        addresses.want(0, wanted);
        answer(addresses, addresses.take_changes(kAll, kNow).at(0), 0);
    }
    addresses.resynchronised(std::vector{kFirst}, kNow);
    static_cast<void>(addresses.take_findings());
    addresses.vanished(kFirst, kNow);
    EXPECT_EQ(addresses.take_findings(), (Findings{Lost{0, kFirst, 1, {}}}));
}

// The picture may have been taken before the addition reached the kernel, so its absence proves nothing.
TEST(Resynchronised, DoesNotDoubtAnAdditionInFlightForLong) {
    Addresses addresses;
    addresses.manage(0, {kFirst});
    addresses.want(0, true);
    const Changes changes = addresses.take_changes(kAll, kNow);
    addresses.resynchronised({}, kNow);
    answer(addresses, changes[0], 0);
    EXPECT_EQ(addresses.take_changes(kAll, kNow), (Changes{add(kFirst)}));
    answer(addresses, changes[0], EEXIST);
    EXPECT_FALSE(addresses.has_changes(kNow));
    EXPECT_EQ(addresses.take_findings(), (Findings{Placed{0, kFirst, false}}));
}

// Were any call to walk over all that is configured, this would take minutes.
TEST(Addresses, ComeAndGoInTheTensOfThousands) {
    constexpr std::size_t kCount = 50'000;
    std::vector<net::InterfaceAddress> many;
    for (std::size_t i = 0; i < kCount; ++i) {
        net::InterfaceAddress address = kFirst;
        address.prefix.address = net::Address::v4(198, 51, static_cast<std::uint8_t>(i >> 8), i & 0xff);
        many.push_back(address);
    }
    Addresses addresses;
    addresses.manage(0, many);
    for (const bool wanted : {true, false}) {
        addresses.want(0, wanted);
        while (addresses.has_changes(kNow)) {
            const Changes changes = addresses.take_changes(64, kNow);
            addresses.answered(changes, std::vector(changes.size(), 0), kNow);
        }
        for (const net::InterfaceAddress& address : many)
            wanted ? static_cast<void>(addresses.observed(address)) : addresses.vanished(address, kNow);
    }
    EXPECT_EQ(addresses.take_findings().size(), kCount);
    EXPECT_EQ(addresses.outstanding(0), 0u);
}

}  // namespace
}  // namespace understudy::desired
