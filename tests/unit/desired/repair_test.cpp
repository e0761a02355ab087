// What somebody deleted is put back, within bounds; what the kernel refuses is tried again, at a pace.
#include <gtest/gtest.h>

#include <cerrno>

#include "support.hpp"

namespace understudy::desired {
namespace {

const net::InterfaceAddress kAddress = on_link("192.0.2.1");

struct Repair : testing::Test {
    Repair() {
        addresses.manage(0, {kAddress});
        addresses.want(0, true);
        settle(kernel, addresses, now);
        static_cast<void>(addresses.take_findings());
    }
    void somebody_deletes_it() {
        kernel.remove(kAddress);
        settle(kernel, addresses, now);
    }
    // Deletes it `times` times, 10 ms apart, and forgets what was found.
    void somebody_insists(int times) {
        for (int i = 0; i < times; ++i) {
            now += milliseconds{10};
            somebody_deletes_it();
        }
        static_cast<void>(addresses.take_findings());
    }
    Findings advance(microseconds by) {
        now += by;
        settle(kernel, addresses, now);
        return addresses.take_findings();
    }

    Addresses addresses;
    ModelKernel kernel;
    Instant now = kNow;
};

TEST_F(Repair, PutsADeletedAddressBackAtOnce) {
    somebody_deletes_it();
    EXPECT_NE(kernel.find(kAddress), nullptr);
    EXPECT_EQ(addresses.take_findings(), (Findings{Lost{0, kAddress, 1, {}}, Placed{0, kAddress, true}}));
}

TEST_F(Repair, TellsEveryOwnerThatWantsTheAddress) {
    addresses.manage(1, {kAddress});
    addresses.want(1, true);
    addresses.manage(2, {kAddress});
    static_cast<void>(addresses.take_findings());
    somebody_deletes_it();
    EXPECT_EQ(addresses.take_findings(), (Findings{Lost{0, kAddress, 1, {}}, Lost{1, kAddress, 1, {}},
                                                   Placed{0, kAddress, true}, Placed{1, kAddress, true}}));
}

TEST_F(Repair, IsNotNeededWhenSomebodyElseWasQuicker) {
    addresses.vanished(kAddress, now);
    addresses.observed(kAddress);
    EXPECT_FALSE(addresses.has_changes(now));
    EXPECT_EQ(addresses.take_findings(), (Findings{Lost{0, kAddress, 1, {}}, Placed{0, kAddress, true}}));
}

TEST_F(Repair, IsImmediateTenTimesWithinTenSeconds) {
    somebody_insists(10);
    EXPECT_NE(kernel.find(kAddress), nullptr);
    EXPECT_FALSE(addresses.deadline());
}

TEST_F(Repair, SlowsDownToOnceASecondAndSaysSo) {
    somebody_insists(10);
    const Instant last_repair = now;
    now += milliseconds{10};
    somebody_deletes_it();
    EXPECT_EQ(kernel.find(kAddress), nullptr);
    EXPECT_EQ(addresses.take_findings(), (Findings{Lost{0, kAddress, 11, last_repair + seconds{1}}}));
    EXPECT_EQ(addresses.deadline(), last_repair + seconds{1});
    EXPECT_EQ(addresses.outstanding(0), 1u);
    EXPECT_FALSE(addresses.has_changes(last_repair + seconds{1} - microseconds{1}));
    now = last_repair;
    EXPECT_EQ(advance(seconds{1}), (Findings{Placed{0, kAddress, true}}));
}

TEST_F(Repair, StaysSlowWhileSomebodyInsists) {
    somebody_insists(11);
    int repairs = 0;
    for (int i = 0; i < 6'000; ++i) {  // a minute, an attack every 10 ms
        now += milliseconds{10};
        kernel.remove(kAddress);
        settle(kernel, addresses, now);
        for (const Finding& finding : addresses.take_findings())
            if (std::holds_alternative<Placed>(finding)) ++repairs;
    }
    EXPECT_GE(repairs, 59);
    EXPECT_LE(repairs, 61);
}

TEST_F(Repair, IsImmediateAgainAfterTenCalmSeconds) {
    somebody_insists(11);
    static_cast<void>(advance(seconds{1}));
    static_cast<void>(advance(seconds{10}));
    somebody_deletes_it();
    EXPECT_EQ(addresses.take_findings(), (Findings{Lost{0, kAddress, 1, {}}, Placed{0, kAddress, true}}));
}

TEST_F(Repair, StopsWhenTheOwnerNoLongerWantsTheAddress) {
    somebody_insists(11);
    addresses.want(0, false);
    EXPECT_FALSE(addresses.deadline());
    // The news of its absence may be wrong; one removal makes sure.
    EXPECT_EQ(addresses.take_changes(kAll, now), (Changes{remove(kAddress)}));
}

// Answer and news come from two sockets: our own removal may be told of after the next addition's answer.
TEST_F(Repair, IsNotDeceivedByTheLateEchoOfOurOwnRemoval) {
    addresses.want(0, false);
    answer(addresses, addresses.take_changes(kAll, now)[0], 0, now);
    addresses.want(0, true);
    answer(addresses, addresses.take_changes(kAll, now)[0], 0, now);
    static_cast<void>(addresses.take_findings());
    addresses.vanished(kAddress, now);
    addresses.observed(kAddress);
    const Changes verification = addresses.take_changes(kAll, now);
    ASSERT_EQ(verification, (Changes{add(kAddress)}));
    answer(addresses, verification[0], EEXIST, now);
    EXPECT_TRUE(addresses.take_findings().empty());
    EXPECT_FALSE(addresses.has_changes(now));
}

TEST_F(Repair, NoticesADeletionThatLooksLikeAnEcho) {
    addresses.want(0, false);
    answer(addresses, addresses.take_changes(kAll, now)[0], 0, now);
    addresses.want(0, true);
    answer(addresses, addresses.take_changes(kAll, now)[0], 0, now);
    static_cast<void>(addresses.take_findings());
    addresses.vanished(kAddress, now);  // the echo was lost; this was somebody
    answer(addresses, addresses.take_changes(kAll, now)[0], 0, now);
    EXPECT_EQ(addresses.take_findings(), (Findings{Lost{0, kAddress, 1, {}}, Placed{0, kAddress, true}}));
}

TEST_F(Repair, NoticesADeletionBetweenTheAdditionAndItsAnswer) {
    addresses.vanished(kAddress, now);
    const Changes changes = addresses.take_changes(kAll, now);
    addresses.observed(kAddress);
    addresses.vanished(kAddress, now);
    answer(addresses, changes[0], 0, now);
    EXPECT_EQ(addresses.take_changes(kAll, now), (Changes{add(kAddress)}));
}

TEST(Refusal, IsReportedOnceAndRetriedAtALengtheningPace) {
    Addresses addresses;
    addresses.manage(0, {kAddress});
    addresses.want(0, true);
    Instant now = kNow;
    for (const int pause : {1, 2, 4, 8, 16, 30, 30}) {
        answer(addresses, addresses.take_changes(kAll, now).at(0), ENOMEM, now);
        EXPECT_EQ(addresses.deadline(), now + seconds{pause});
        EXPECT_FALSE(addresses.has_changes(now + seconds{pause} - microseconds{1}));
        now += seconds{pause};
        EXPECT_TRUE(addresses.has_changes(now));
    }
    EXPECT_EQ(addresses.take_findings(), (Findings{Refused{add(kAddress), ENOMEM, {0}}}));
}

TEST(Refusal, IsReportedAgainInTheNextSeries) {
    Addresses addresses;
    addresses.manage(0, {kAddress});
    addresses.want(0, true);
    answer(addresses, addresses.take_changes(kAll, kNow).at(0), ENOMEM);
    answer(addresses, addresses.take_changes(kAll, kNow + seconds{1}).at(0), 0, kNow + seconds{1});
    addresses.observed(kAddress);
    addresses.vanished(kAddress, kNow + seconds{1});
    static_cast<void>(addresses.take_findings());
    answer(addresses, addresses.take_changes(kAll, kNow + seconds{1}).at(0), EPERM, kNow + seconds{1});
    EXPECT_EQ(addresses.take_findings(), (Findings{Refused{add(kAddress), EPERM, {0}}}));
    EXPECT_EQ(addresses.deadline(), kNow + seconds{2});
}

TEST(Refusal, OfARemovalIsRetriedToo) {
    Addresses addresses;
    ModelKernel kernel;
    addresses.manage(0, {kAddress});
    addresses.want(0, true);
    settle(kernel, addresses, kNow);
    addresses.want(0, false);
    static_cast<void>(addresses.take_findings());
    answer(addresses, addresses.take_changes(kAll, kNow).at(0), EPERM);
    EXPECT_EQ(addresses.take_findings(), (Findings{Refused{remove(kAddress), EPERM, {0}}}));
    settle(kernel, addresses, kNow + seconds{1});
    EXPECT_TRUE(kernel.all().empty());
}

TEST(Refusal, IsForgottenWhenTheOwnerChangesItsMind) {
    Addresses addresses;
    addresses.manage(0, {kAddress});
    addresses.want(0, true);
    answer(addresses, addresses.take_changes(kAll, kNow).at(0), ENOMEM);
    addresses.want(0, false);
    addresses.want(0, true);
    EXPECT_FALSE(addresses.deadline());
    EXPECT_EQ(addresses.take_changes(kAll, kNow), (Changes{add(kAddress)}));
}

}  // namespace
}  // namespace understudy::desired
