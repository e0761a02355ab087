// Sync groups of two virtual routers on two hosts in all states that they can get into, through every order
// in which the adverts of either link arrive or get lost, timers run out, links go down, and processes and
// hosts fail.
#include <gtest/gtest.h>

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "understudy/wire/advert.hpp"

#include "exhaustive/groups/cluster.hpp"
#include "exhaustive/verdict.hpp"

namespace understudy::exhaustive::groups {
namespace {

// A skew is a whole number of grains. Members differ, so one of them always waits for the other.
const std::vector<net::Priority> kStrongHost{net::Priority{192}, net::Priority{128}};
const std::vector<net::Priority> kWeakHost{net::Priority{128}, net::Priority{64}};
constexpr std::size_t kNoEnd = 10'000;  // moves: what there is ends before

Experiment two_groups(std::vector<Kind> mishaps) {
    Experiment experiment;
    experiment.priorities = {kStrongHost, kWeakHost};
    experiment.mishaps = std::move(mishaps);
    return experiment;
}

Found find_in(Experiment experiment, std::size_t usual_depth) {
    return told_search(Cluster{std::move(experiment)}, usual_depth);
}

void expect_groups_are_well(Experiment experiment, std::size_t usual_depth) {
    expect_nothing_wrong(Cluster{std::move(experiment)}, usual_depth);
}

TEST(TwoGroups, WhateverIsLostOrDelayed) { expect_groups_are_well(two_groups({Kind::Lose}), 28); }

TEST(TwoGroups, WhenLinksGoDownAndComeBack) {
    expect_groups_are_well(two_groups({Kind::Lose, Kind::Fault}), 11);
}

TEST(TwoGroups, WhenProcessesDieAndOthersGoOnOrBeginAnew) {
    expect_groups_are_well(two_groups({Kind::Lose, Kind::Die, Kind::Adopt, Kind::Begin}), 14);
}

TEST(TwoGroups, WhenHostsLoseTheirPowerAndAgentsStop) {
    expect_groups_are_well(two_groups({Kind::Lose, Kind::PowerOff, Kind::Boot, Kind::Stop}), 14);
}

TEST(TwoGroups, WhenHostsFreeze) {
    expect_groups_are_well(two_groups({Kind::Freeze, Kind::Thaw, Kind::Stop, Kind::Fault}), 9);
}

TEST(TwoGroups, WhenPrioritiesChangePlaces) {
    Experiment experiment = two_groups({Kind::Lose, Kind::Priority, Kind::Fault});
    experiment.lowered = net::Priority{32};
    expect_groups_are_well(experiment, 9);
}

TEST(TwoGroups, OfTheSamePriorities) {
    Experiment experiment = two_groups({Kind::Lose, Kind::Die, Kind::Begin});
    experiment.priorities = {kWeakHost, kWeakHost};
    expect_groups_are_well(experiment, 16);
}

TEST(TwoGroups, ThatDoNotPreempt) {
    Experiment experiment = two_groups({Kind::Lose, Kind::Die, Kind::Adopt, Kind::Begin, Kind::Fault});
    experiment.preempt = false;
    expect_groups_are_well(experiment, 9);
}

TEST(TwoGroups, WhenEverythingHappens) {
    Experiment experiment = two_groups({Kind::Lose, Kind::PowerOff, Kind::Boot, Kind::Stop, Kind::Freeze,
                                        Kind::Thaw, Kind::Die, Kind::Adopt, Kind::Begin, Kind::Fault});
    expect_groups_are_well(experiment, 8);
}

// It would be of no use if it found nothing wrong with what is wrong.
void expect_found_in(Experiment experiment, std::string_view words) {
    const Found found = find_in(std::move(experiment), kNoEnd);
    ASSERT_TRUE(found.story.has_value());
    EXPECT_NE(found.story->find(words), std::string::npos) << *found.story;
}

TEST(SearchOfGroups, FindsMembersThatMoveEachByItself) {
    Experiment experiment = two_groups({});
    experiment.misconfigure = [](model::Config& config) { config.sync_groups.clear(); };
    expect_found_in(experiment, "members of one group have different roles");
}

TEST(SearchOfGroups, FindsAFaultThatIsNotThatOfAll) {
    Experiment experiment = two_groups({Kind::Fault});
    experiment.hears = [](const Host&, const agent::Event& event) {
        return !std::holds_alternative<agent::LinkSeen>(event);
    };
    expect_found_in(experiment, "a fault of one member is not that of all");
}

TEST(SearchOfGroups, FindsTwoMastersOfWhomNoneListens) {
    Experiment experiment = two_groups({Kind::Lose});
    experiment.hears = [](const Host& host, const agent::Event& event) {
        const bool is_master = host.members.front().role == vrrp::Role::Master;
        return !is_master || !std::holds_alternative<agent::PacketHeard>(event);
    };
    expect_found_in(experiment, "there are several masters");
}

// Of the other link it hears all.
TEST(SearchOfGroups, FindsAGroupThatHearsOneMemberOnly) {
    Experiment experiment = two_groups({Kind::Lose});
    experiment.hears = [](const Host&, const agent::Event& event) {
        const auto* const heard = std::get_if<agent::PacketHeard>(&event);
        return heard == nullptr || heard->link == link_of(0);
    };
    expect_found_in(experiment, "it takes over before one of its members may");
}

TEST(SearchOfGroups, FindsAGroupThatDoesNotWaitLongEnough) {
    Experiment experiment = two_groups({});
    experiment.misconfigure = [](model::Config& config) {
        for (model::Instance& member : config.instances) member.down_timer_adverts = 2;
    };
    expect_found_in(experiment, "it takes over before one of its members may");
}

TEST(SearchOfGroups, FindsAGroupThatWaitsTooLong) {
    Experiment experiment = two_groups({});
    experiment.misconfigure = [](model::Config& config) { config.instances.back().down_timer_adverts = 4; };
    expect_found_in(experiment, "it waits for longer than all of its members have to");
}

TEST(SearchOfGroups, FindsAddressesThatAreLeftBehind) {
    Experiment experiment = two_groups({Kind::Fault});
    experiment.is_done = [](const agent::Action& action) {
        const auto* const order = std::get_if<agent::ChangeKernel>(&action);
        if (order == nullptr) return true;
        const auto& first = std::get<desired::Change>(order->changes.front());
        return first.kind != desired::ChangeKind::Remove;
    };
    expect_found_in(experiment, "addresses without a master");
}

TEST(SearchOfGroups, FindsAMemberThatDoesNotResign) {
    Experiment experiment = two_groups({Kind::Stop});
    experiment.is_done = [](const agent::Action& action) {
        const auto* const packet = std::get_if<agent::SendPacket>(&action);
        return packet == nullptr || packet->link == link_of(0) ||
               wire::decode_ipv4(packet->bytes)->advert.priority != net::kResigning;
    };
    expect_found_in(experiment, "one of its members does not resign");
}

TEST(SearchOfGroups, FindsASuccessorThatCountsWhatItsPredecessorDidNotHear) {
    Experiment experiment = two_groups({Kind::Die, Kind::Adopt});
    experiment.hears = [](const Host&, const agent::Event& event) {
        return !std::holds_alternative<agent::PredecessorDied>(event);
    };
    expect_found_in(experiment, "it takes over before one of its members may");
}

// Nothing happens to two groups that are left alone, in whatever order their adverts arrive.
TEST(SearchOfGroups, EndsWhenThereIsNothingNew) {
    const Found found = find_in(two_groups({}), kNoEnd);
    EXPECT_TRUE(found.complete);
    EXPECT_FALSE(found.story.has_value()) << *found.story;
}

}  // namespace
}  // namespace understudy::exhaustive::groups
