#include "understudy/vrrp/announce.hpp"

#include <gtest/gtest.h>

#include "support/printers.hpp"
#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

using enum Announce::Occasion;

const AnnounceSettings kDefaults{};

AnnounceSettings with_refresh() {
    AnnounceSettings settings;
    settings.master_refresh = seconds{60};
    settings.master_refresh_repeat = 2;
    return settings;
}

AnnounceSchedule begun(Announce::Occasion occasion, const AnnounceSettings& settings) {
    AnnounceSchedule schedule;
    static_cast<void>(schedule.begin(occasion, settings, kStart));
    return schedule;
}

TEST(Announcing, BeginsWithFiveRoundsAtOnce) {
    AnnounceSchedule schedule;
    EXPECT_EQ(schedule.begin(BecameMaster, kDefaults, kStart), 5u);
}

TEST(Announcing, IsRepeatedAfterTheDelay) {
    AnnounceSchedule schedule = begun(BecameMaster, kDefaults);
    EXPECT_EQ(schedule.deadline(), kStart + seconds{5});
    EXPECT_EQ(schedule.due(kDefaults, kStart + seconds{5}), 5u);
}

TEST(Announcing, HasNothingDueBeforeTheDelay) {
    AnnounceSchedule schedule = begun(BecameMaster, kDefaults);
    EXPECT_EQ(schedule.due(kDefaults, kStart + seconds{5} - microseconds{1}), 0u);
    EXPECT_EQ(schedule.deadline(), kStart + seconds{5});
}

TEST(Announcing, EndsAfterTheSecondBurstWithoutRefresh) {
    AnnounceSchedule schedule = begun(BecameMaster, kDefaults);
    static_cast<void>(schedule.due(kDefaults, kStart + seconds{5}));
    EXPECT_EQ(schedule.deadline(), std::nullopt);
}

TEST(Announcing, HasNoSecondBurstWithoutADelay) {
    AnnounceSettings settings;
    settings.master_delay = seconds{0};
    EXPECT_EQ(begun(BecameMaster, settings).deadline(), std::nullopt);
}

TEST(Announcing, SaysNothingWithoutRepeats) {
    AnnounceSettings settings;
    settings.master_repeat = 0;
    AnnounceSchedule schedule;
    EXPECT_EQ(schedule.begin(BecameMaster, settings, kStart), 0u);
    EXPECT_EQ(schedule.deadline(), std::nullopt);
}

TEST(Refresh, ComesFirstOnePeriodAfterTheFirstBurst) {
    AnnounceSchedule schedule = begun(BecameMaster, with_refresh());
    EXPECT_EQ(schedule.due(with_refresh(), kStart + seconds{5}), 5u);
    EXPECT_EQ(schedule.deadline(), kStart + seconds{60});
    EXPECT_EQ(schedule.due(with_refresh(), kStart + seconds{60}), 2u);
}

TEST(Refresh, DoesNotWaitForASecondBurstThatComesLater) {
    AnnounceSettings settings = with_refresh();
    settings.master_refresh = seconds{2};
    AnnounceSchedule schedule = begun(BecameMaster, settings);
    EXPECT_EQ(schedule.due(settings, kStart + seconds{2}), 2u);
    EXPECT_EQ(schedule.due(settings, kStart + seconds{4}), 2u);
    EXPECT_EQ(schedule.due(settings, kStart + seconds{5}), 5u);
    EXPECT_EQ(schedule.deadline(), kStart + seconds{6});
}

TEST(Refresh, GoesOnInStepAlthoughOneWasLate) {
    AnnounceSchedule schedule = begun(BecameMaster, with_refresh());
    static_cast<void>(schedule.due(with_refresh(), kStart + seconds{61}));
    EXPECT_EQ(schedule.deadline(), kStart + seconds{120});
}

TEST(Refresh, CatchesUpNothingThatWasMissed) {
    AnnounceSchedule schedule = begun(BecameMaster, with_refresh());
    static_cast<void>(schedule.due(with_refresh(), kStart + seconds{5}));
    EXPECT_EQ(schedule.due(with_refresh(), kStart + seconds{500}), 2u);
    EXPECT_EQ(schedule.deadline(), kStart + seconds{560});
}

TEST(Refresh, EndsWhenAReloadTurnsItOff) {
    AnnounceSchedule schedule = begun(BecameMaster, with_refresh());
    EXPECT_EQ(schedule.due(kDefaults, kStart + seconds{60}), 5u);
    EXPECT_EQ(schedule.deadline(), std::nullopt);
}

TEST(Refresh, BeginsWhenAReloadTurnsItOn) {
    AnnounceSchedule schedule = begun(BecameMaster, kDefaults);
    static_cast<void>(schedule.due(kDefaults, kStart + seconds{5}));
    schedule.reloaded(with_refresh(), kStart + seconds{10});
    EXPECT_EQ(schedule.deadline(), kStart + seconds{70});
    EXPECT_EQ(schedule.due(with_refresh(), kStart + seconds{70}), 2u);
}

TEST(Refresh, ComesSoonerWhenAReloadSaysSo) {
    AnnounceSchedule schedule = begun(BecameMaster, with_refresh());
    static_cast<void>(schedule.due(with_refresh(), kStart + seconds{5}));
    schedule.reloaded(with_refresh(), kStart + seconds{6});
    EXPECT_EQ(schedule.deadline(), kStart + seconds{60});
    AnnounceSettings often = with_refresh();
    often.master_refresh = seconds{2};
    schedule.reloaded(often, kStart + seconds{6});
    EXPECT_EQ(schedule.deadline(), kStart + seconds{8});
}

TEST(LowerPriorityBurst, ComesAtOnceAndAgainAfterItsDelay) {
    AnnounceSchedule schedule;
    EXPECT_EQ(schedule.begin(LowerPriorityHeard, kDefaults, kStart), 5u);
    EXPECT_EQ(schedule.deadline(), kStart + seconds{5});
    EXPECT_EQ(schedule.due(kDefaults, kStart + seconds{5}), 5u);
    EXPECT_EQ(schedule.deadline(), std::nullopt);
}

TEST(LowerPriorityBurst, IsNotRepeatedWithoutADelay) {
    AnnounceSettings settings;
    settings.lower_priority_delay = seconds{0};
    EXPECT_EQ(begun(LowerPriorityHeard, settings).deadline(), std::nullopt);
}

TEST(LowerPriorityBurst, IsAbsentWithoutRepeats) {
    AnnounceSettings settings;
    settings.lower_priority_repeat = 0;
    AnnounceSchedule schedule;
    EXPECT_EQ(schedule.begin(LowerPriorityHeard, settings, kStart), 0u);
    EXPECT_EQ(schedule.deadline(), std::nullopt);
}

TEST(LowerPriorityBurst, LeavesTheOtherChainsAlone) {
    AnnounceSchedule schedule = begun(BecameMaster, with_refresh());
    static_cast<void>(schedule.begin(LowerPriorityHeard, with_refresh(), kStart + seconds{2}));
    EXPECT_EQ(schedule.due(with_refresh(), kStart + seconds{5}), 5u);
    EXPECT_EQ(schedule.due(with_refresh(), kStart + seconds{7}), 5u);
    EXPECT_EQ(schedule.deadline(), kStart + seconds{60});
}

TEST(LowerPriorityBurst, ReplacesTheOneThatIsStillPending) {
    AnnounceSchedule schedule = begun(LowerPriorityHeard, kDefaults);
    static_cast<void>(schedule.begin(LowerPriorityHeard, kDefaults, kStart + seconds{1}));
    EXPECT_EQ(schedule.due(kDefaults, kStart + seconds{5}), 0u);
    EXPECT_EQ(schedule.due(kDefaults, kStart + seconds{6}), 5u);
}

TEST(Announcing, StartsAnewWhenItBeginsAgain) {
    AnnounceSchedule schedule = begun(BecameMaster, with_refresh());
    static_cast<void>(schedule.begin(BecameMaster, with_refresh(), kStart + seconds{1}));
    EXPECT_EQ(schedule.due(with_refresh(), kStart + seconds{5}), 0u);
    EXPECT_EQ(schedule.due(with_refresh(), kStart + seconds{6}), 5u);
    EXPECT_EQ(schedule.deadline(), kStart + seconds{61});
}

TEST(Announcing, ForgetsALowerPriorityOfTheMastershipBefore) {
    AnnounceSchedule schedule = begun(LowerPriorityHeard, kDefaults);
    static_cast<void>(schedule.begin(BecameMaster, kDefaults, kStart + seconds{1}));
    EXPECT_EQ(schedule.due(kDefaults, kStart + seconds{5}), 0u);
}

TEST(Announcing, StopsAllChains) {
    AnnounceSchedule schedule = begun(BecameMaster, with_refresh());
    static_cast<void>(schedule.begin(LowerPriorityHeard, with_refresh(), kStart));
    schedule.stop();
    EXPECT_EQ(schedule.deadline(), std::nullopt);
    EXPECT_EQ(schedule.due(with_refresh(), kStart + seconds{500}), 0u);
}

TEST(Announcing, OfADoubtIsOneRoundNowAndOneAfterTheDelay) {
    AnnounceSchedule schedule;
    EXPECT_EQ(schedule.begin(Doubted, kDefaults, kStart), 1u);
    EXPECT_EQ(schedule.deadline(), kStart + seconds{5});
    EXPECT_EQ(schedule.due(kDefaults, kStart + seconds{5}), 1u);
    EXPECT_EQ(schedule.deadline(), std::nullopt);
}

TEST(Announcing, OfADoubtLeavesALaterBurstAsItIs) {
    AnnounceSchedule schedule = begun(BecameMaster, kDefaults);
    EXPECT_EQ(schedule.begin(Doubted, kDefaults, kStart + seconds{1}), 1u);
    EXPECT_EQ(schedule.due(kDefaults, kStart + seconds{5}), 5u);
    EXPECT_EQ(schedule.deadline(), std::nullopt);
}

TEST(Announcing, OfManyDoubtsIsARoundASecond) {
    AnnounceSettings settings;
    settings.master_delay = seconds{0};
    AnnounceSchedule schedule;
    std::uint32_t rounds = 0;
    for (Instant now = kStart; now < kStart + seconds{10}; now += milliseconds{10})
        rounds += schedule.due(settings, now) + schedule.begin(Doubted, settings, now);
    EXPECT_EQ(rounds, 10u);
    EXPECT_EQ(schedule.due(settings, kStart + seconds{10}), 1u) << "the last doubt is answered too";
    EXPECT_EQ(schedule.deadline(), std::nullopt);
}

TEST(Announcing, OfASecondDoubtWithinASecondIsWokenFor) {
    AnnounceSchedule schedule;
    EXPECT_EQ(schedule.begin(Doubted, kDefaults, kStart), 1u);
    EXPECT_EQ(schedule.begin(Doubted, kDefaults, kStart + milliseconds{300}), 0u);
    EXPECT_EQ(schedule.deadline(), kStart + seconds{1});
}

}  // namespace
}  // namespace understudy::vrrp
