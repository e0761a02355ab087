// Two and three routers in all states that they can get into, through every order in which adverts arrive or
// get lost, timers run out and hosts fail. The depth is the number of such moves in a row;
// UNDERSTUDY_DEPTH=n looks further, or less far, than each of these does. What a sync group orders its
// members is decided by the agent: groups have a world of their own (groups/).
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "exhaustive/cluster.hpp"
#include "exhaustive/verdict.hpp"

namespace understudy::exhaustive {
namespace {

using namespace std::chrono_literals;
using net::VrrpVersion;

// A skew is a whole number of grains, so that there are few times to tell apart.
constexpr net::Priority kStrong{192};
constexpr net::Priority kMiddle{128};
constexpr net::Priority kWeak{64};
constexpr net::Priority kWeaker{48};
constexpr net::Priority kWeakest{32};
constexpr std::size_t kAll = 10'000;  // moves: what there is ends before

const std::vector<Kind> kCrashes{Kind::Lose, Kind::Die, Kind::Adopt, Kind::Begin};
const std::vector<Kind> kPower{Kind::Lose, Kind::PowerOff, Kind::Boot, Kind::Stop};

Found find(Experiment experiment, std::size_t usual_depth) {
    return told_search(Cluster{std::move(experiment)}, usual_depth);
}

void expect_all_is_well(Experiment experiment, std::size_t usual_depth) {
    expect_nothing_wrong(Cluster{std::move(experiment)}, usual_depth);
}

// In version 2 the skew is no part of the interval, which has to be another than a second to show that.
vrrp::Router one(VrrpVersion version, net::Priority priority) {
    vrrp::Router made = router(version, priority);
    if (version == VrrpVersion::V2) made.interval = 2s;
    return made;
}

std::vector<vrrp::Router> two(VrrpVersion version, net::Priority first = kStrong,
                              net::Priority second = kWeak) {
    return {one(version, first), one(version, second)};
}

std::vector<vrrp::Router> three(VrrpVersion version) {
    return {one(version, kStrong), one(version, kMiddle), one(version, kWeak)};
}

TEST(TwoRouters, WhateverIsLostDelayedOrDoubled) {
    for (const VrrpVersion version : {VrrpVersion::V2, VrrpVersion::V3}) {
        Experiment experiment = experiment_of(two(version), {Kind::Lose});
        experiment.duplicates = true;
        experiment.all_moments = true;
        expect_all_is_well(experiment, kAll);
    }
}

TEST(TwoRouters, WhenProcessesDieAndOthersGoOnOrBeginAnew) {
    expect_all_is_well(experiment_of(two(VrrpVersion::V3), kCrashes), kAll);
}

TEST(TwoRouters, WhenHostsLoseTheirPowerAndRoutersStop) {
    expect_all_is_well(experiment_of(two(VrrpVersion::V3), kPower), kAll);
}

TEST(TwoRouters, WhenHostsFreeze) {
    expect_all_is_well(
        experiment_of(two(VrrpVersion::V3), {Kind::Freeze, Kind::Thaw, Kind::Stop, Kind::Fault}), 16);
}

TEST(TwoRouters, WhenPrioritiesChangePlacesAndFaultsComeAndGo) {
    Experiment experiment = experiment_of(two(VrrpVersion::V3), {Kind::Lose, Kind::Priority, Kind::Fault});
    experiment.lowered = {kWeaker, kWeakest};
    expect_all_is_well(experiment, 11);
}

TEST(TwoRouters, OfTheSamePriority) {
    expect_all_is_well(
        experiment_of(two(VrrpVersion::V3, kMiddle, kMiddle), {Kind::Lose, Kind::Die, Kind::Begin}), kAll);
}

TEST(TwoRouters, OfWhichOneOwnsTheAddress) {
    for (const bool by_right : {false, true}) {
        Experiment experiment = experiment_of(two(VrrpVersion::V3, net::kOwner, kWeak),
                                              {Kind::Lose, Kind::Die, Kind::Adopt, Kind::Begin, Kind::Fault});
        experiment.routers[0].wants_master = by_right;
        expect_all_is_well(experiment, 13);
    }
}

TEST(TwoRouters, ThatDoNotPreempt) {
    Experiment experiment =
        experiment_of(two(VrrpVersion::V3), {Kind::Lose, Kind::Die, Kind::Adopt, Kind::Begin, Kind::Fault});
    for (vrrp::Router& router : experiment.routers) router.preempt = false;
    expect_all_is_well(experiment, 18);
}

TEST(TwoRouters, ThatPreemptAfterADelay) {
    Experiment experiment = experiment_of(two(VrrpVersion::V3), {Kind::Lose, Kind::Die, Kind::Begin});
    experiment.routers[0].preempt_delay = 2s;
    expect_all_is_well(experiment, kAll);
}

TEST(TwoRouters, OfWhichOneGivesItsRoleAway) {
    Experiment experiment = experiment_of(two(VrrpVersion::V3), {Kind::Lose, Kind::Priority, Kind::Invite});
    experiment.lowered = {kWeaker, kWeakest};
    for (vrrp::Router& router : experiment.routers) router.preempt = false;
    expect_all_is_well(experiment, 12);
}

TEST(TwoRouters, OfWhichTheOperatorDrainsOne) {
    for (const bool preempt : {true, false}) {
        Experiment experiment = experiment_of(two(VrrpVersion::V3), {Kind::Lose, Kind::Drain, Kind::Invite});
        for (vrrp::Router& router : experiment.routers) router.preempt = preempt;
        expect_all_is_well(experiment, 12);
    }
}

TEST(TwoRouters, ThatFailOverByOrder) {
    expect_all_is_well(experiment_of(two(VrrpVersion::V3), {Kind::Lose, Kind::Drain, Kind::Failover,
                                                            Kind::Invite, Kind::Die, Kind::Adopt}),
                       12);
}

TEST(TwoRouters, ThatAreDeafAtFirst) {
    Experiment experiment =
        experiment_of(two(VrrpVersion::V3), {Kind::Lose, Kind::Die, Kind::Begin, Kind::Fault});
    experiment.startup_delay = 1s;
    experiment.all_moments = true;
    expect_all_is_well(experiment, 14);
}

TEST(TwoRouters, OfWhichAnOwnerIsDeafAtFirst) {
    Experiment experiment = experiment_of(two(VrrpVersion::V3, net::kOwner, kWeak),
                                          {Kind::Lose, Kind::PowerOff, Kind::Boot, Kind::Fault});
    experiment.routers[0].wants_master = true;
    experiment.startup_delay = 2s;
    expect_all_is_well(experiment, 14);
}

TEST(ThreeRouters, OfWhichTheOperatorDrainsSomeOrFailsThemOver) {
    expect_all_is_well(
        experiment_of(three(VrrpVersion::V3), {Kind::Lose, Kind::Drain, Kind::Failover, Kind::Invite}), 10);
}

TEST(ThreeRouters, WhateverIsLostOrDelayed) {
    for (const VrrpVersion version : {VrrpVersion::V2, VrrpVersion::V3})
        expect_all_is_well(experiment_of(three(version), {Kind::Lose}), 20);
}

TEST(ThreeRouters, WhenProcessesDieAndOthersGoOnOrBeginAnew) {
    expect_all_is_well(experiment_of(three(VrrpVersion::V3), kCrashes), 11);
}

TEST(ThreeRouters, WhenEverythingHappens) {
    Experiment experiment =
        experiment_of(three(VrrpVersion::V3),
                      {Kind::Lose, Kind::PowerOff, Kind::Boot, Kind::Stop, Kind::Freeze, Kind::Thaw,
                       Kind::Die, Kind::Adopt, Kind::Begin, Kind::Priority, Kind::Fault, Kind::Invite});
    experiment.lowered = {kWeak, kWeaker, kWeakest};
    experiment.duplicates = true;
    expect_all_is_well(experiment, 7);
}

// It would be of no use if it found nothing wrong with what is wrong.
void expect_found(Experiment experiment, const Decide& wrong, std::string_view words) {
    experiment.decide = wrong;
    const Found found = find(experiment, kAll);
    ASSERT_TRUE(found.story.has_value());
    EXPECT_NE(found.story->find(words), std::string::npos) << *found.story;
}

vrrp::Step deaf_as_master(const vrrp::Router& me, const vrrp::State& state, const vrrp::Event& event,
                          Instant now) {
    const bool is_master = vrrp::role(state) == vrrp::Role::Master;
    if (is_master && std::holds_alternative<vrrp::AdvertHeard>(event)) return {state, {}};
    return vrrp::step(me, state, event, now);
}

TEST(Search, FindsTwoMastersOfWhomNoneListens) {
    expect_found(experiment_of(two(VrrpVersion::V3), {Kind::Lose}), deaf_as_master,
                 "there are several masters");
}

vrrp::Step hasty(const vrrp::Router& me, const vrrp::State& state, const vrrp::Event& event, Instant now) {
    vrrp::Step next = vrrp::step(me, state, event, now);
    if (auto* const backup = std::get_if<vrrp::Backup>(&next.state)) backup->takeover_at -= 1s;
    return next;
}

TEST(Search, FindsABackupThatDoesNotWaitLongEnough) {
    expect_found(experiment_of(two(VrrpVersion::V3), {}), hasty, "it takes over too early");
}

vrrp::Step forgetful(const vrrp::Router& me, const vrrp::State& state, const vrrp::Event& event,
                     Instant now) {
    vrrp::Step next = vrrp::step(me, state, event, now);
    std::erase(next.actions, vrrp::Action{vrrp::ReleaseAddresses{}});
    return next;
}

TEST(Search, FindsAddressesThatAreLeftBehind) {
    expect_found(experiment_of(two(VrrpVersion::V3), {Kind::Fault}), forgetful, "addresses without a master");
}

vrrp::Step all_ears(const vrrp::Router& me, const vrrp::State& state, const vrrp::Event& event, Instant now) {
    vrrp::State hears = state;
    if (auto* const backup = std::get_if<vrrp::Backup>(&hears)) backup->deaf_until = {};
    return vrrp::step(me, hears, event, now);
}

TEST(Search, FindsABackupThatHearsTooEarly) {
    Experiment experiment = experiment_of(two(VrrpVersion::V3), {Kind::PowerOff, Kind::Boot});
    experiment.startup_delay = 1s;
    expect_found(experiment, all_ears, "before the start-up delay is over");
}

vrrp::Step break_before_make(const vrrp::Router& me, const vrrp::State& state, const vrrp::Event& event,
                             Instant now) {
    const bool is_master = vrrp::role(state) == vrrp::Role::Master;
    if (!is_master || !std::holds_alternative<vrrp::PriorityChanged>(event))
        return vrrp::step(me, state, event, now);
    return vrrp::step(me, state, vrrp::GroupOrdersBackup{}, now);
}

TEST(Search, FindsADrainedMasterThatLetsGoAtOnce) {
    expect_found(experiment_of(two(VrrpVersion::V3), {Kind::Drain}), break_before_make,
                 "before another is master");
}

vrrp::Step greedy(const vrrp::Router& me, const vrrp::State& state, const vrrp::Event& event, Instant now) {
    vrrp::Router other = me;
    other.held_back = false;
    return vrrp::step(other, state, event, now);
}

TEST(Search, FindsOneThatTakesBackWhatItGaveAway) {
    expect_found(experiment_of(two(VrrpVersion::V3), {Kind::Failover}), greedy, "it takes over too early");
}

vrrp::Step takes_absence_for_silence(const vrrp::Router& me, const vrrp::State& state,
                                     const vrrp::Event& event, Instant now) {
    if (std::holds_alternative<vrrp::WasDeaf>(event)) return {state, {}};
    return vrrp::step(me, state, event, now);
}

TEST(Search, FindsASuccessorThatCountsWhatItsPredecessorDidNotHear) {
    expect_found(experiment_of(two(VrrpVersion::V3), {Kind::Die, Kind::Adopt}), takes_absence_for_silence,
                 "it takes over too early");
}

// Nothing happens to two routers that are left alone, in a handful of states.
TEST(Search, EndsWhenThereIsNothingNew) {
    const Found found = find(experiment_of(two(VrrpVersion::V3), {}), kAll);
    EXPECT_TRUE(found.complete);
    EXPECT_FALSE(found.story.has_value()) << *found.story;
}

}  // namespace
}  // namespace understudy::exhaustive
