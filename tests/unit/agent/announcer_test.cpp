#include "announcer.hpp"

#include <gtest/gtest.h>

namespace understudy::agent {
namespace {

constexpr Instant kNow{seconds{1000}};
constexpr Lane kFirstLane{.grouped = false, .number = 2, .family = net::Family::Ipv4};
constexpr Lane kOtherLane{.grouped = false, .number = 3, .family = net::Family::Ipv4};

Announcer::List list_of(std::size_t count) {
    std::vector<Announcement> list;
    for (std::size_t i = 0; i < count; ++i)
        list.push_back({{1}, {}, net::Address::v4(192, 0, 2, static_cast<std::uint8_t>(i))});
    return std::make_shared<const std::vector<Announcement>>(list);
}

TEST(Announcer, GoesRoundByRound) {
    Announcer announcer;
    const Announcer::List two = list_of(2);
    announcer.add(1, two, 2);
    EXPECT_EQ(announcer.take_slice(kNow), (std::vector{two->at(0), two->at(1), two->at(0), two->at(1)}));
    EXPECT_TRUE(announcer.empty());
}

TEST(Announcer, RepeatsNothingBeforeAllHasBeenSaidOnce) {
    Announcer announcer;
    const Announcer::List two = list_of(2);
    announcer.add(1, std::make_shared<const std::vector<Announcement>>(1, two->at(0)), 3);
    announcer.add(2, std::make_shared<const std::vector<Announcement>>(1, two->at(1)), 2);
    EXPECT_EQ(announcer.take_slice(kNow, Announcer::Rounds::First), *two);
    EXPECT_EQ(announcer.deadline(kNow, Announcer::Rounds::First), std::nullopt);
    EXPECT_EQ(announcer.deadline(kNow), kNow);
    EXPECT_EQ(announcer.take_slice(kNow), (std::vector{two->at(0), two->at(1), two->at(0)}));
    EXPECT_TRUE(announcer.empty());
}

TEST(Announcer, CutsManyIntoSlicesAndLosesNone) {
    Announcer announcer;
    const Announcer::List many = list_of(200);
    announcer.add(1, many, 1);
    std::vector<Announcement> all;
    while (!announcer.empty()) {
        const std::vector<Announcement> slice = announcer.take_slice(kNow);
        EXPECT_LE(slice.size(), Announcer::kSlice);
        all.insert(all.end(), slice.begin(), slice.end());
    }
    EXPECT_EQ(all, *many);
}

TEST(Announcer, CancelsOneOwnerOnly) {
    Announcer announcer;
    announcer.add(1, list_of(3), 5);
    announcer.add(2, list_of(1), 1);
    EXPECT_TRUE(announcer.cancel(1));
    EXPECT_FALSE(announcer.cancel(1));
    EXPECT_EQ(announcer.take_slice(kNow).size(), 1u);
}

TEST(Announcer, IgnoresAnEmptyList) {
    Announcer announcer;
    announcer.add(1, list_of(0), 5);
    announcer.add(1, list_of(3), 0);
    EXPECT_TRUE(announcer.empty());
}

TEST(Announcer, KeepsThoseOfOneLaneApartAndGoesRoundByRound) {
    Announcer announcer;
    const Announcer::List two = list_of(2);
    for (const Announcement& one : *two) announcer.add_paced(1, one, 2, {kFirstLane, milliseconds{100}});
    std::vector<std::pair<microseconds, Announcement>> sent;
    while (const auto due = announcer.deadline(kNow))
        for (const Announcement& one : announcer.take_slice(*due)) sent.emplace_back(*due - kNow, one);
    EXPECT_EQ(sent, (std::vector<std::pair<microseconds, Announcement>>{{milliseconds{0}, two->at(0)},
                                                                        {milliseconds{100}, two->at(1)},
                                                                        {milliseconds{200}, two->at(0)},
                                                                        {milliseconds{300}, two->at(1)}}));
}

TEST(Announcer, LetsNoLaneWaitForAnother) {
    Announcer announcer;
    const Announcer::List three = list_of(3);
    announcer.add_paced(1, three->at(0), 5, {kFirstLane, seconds{1}});
    announcer.add_paced(1, three->at(1), 5, {kOtherLane, seconds{1}});
    announcer.add(1, list_of(3), 1);
    EXPECT_EQ(announcer.take_slice(kNow).size(), 5u);
    EXPECT_TRUE(announcer.take_slice(kNow).empty());
    EXPECT_EQ(announcer.deadline(kNow), kNow + seconds{1});
}

TEST(Announcer, RemembersWhenALaneWasUsedLast) {
    Announcer announcer;
    const Announcer::List two = list_of(2);
    announcer.add_paced(1, two->at(0), 1, {kFirstLane, seconds{1}});
    EXPECT_EQ(announcer.take_slice(kNow).size(), 1u);
    announcer.add_paced(2, two->at(1), 1, {kFirstLane, seconds{1}});
    EXPECT_EQ(announcer.deadline(kNow + milliseconds{300}), kNow + seconds{1});
}

// A refresh that comes more often than the lane lets it leave must not fill the memory.
TEST(Announcer, QueuesNothingTwiceInOneLane) {
    Announcer announcer;
    const Announcer::List two = list_of(2);
    for (int refresh = 0; refresh < 100; ++refresh)
        for (const Announcement& one : *two) announcer.add_paced(1, one, 2, {kFirstLane, seconds{1}});
    std::size_t sent = 0;
    while (const auto due = announcer.deadline(kNow)) sent += announcer.take_slice(*due).size();
    EXPECT_EQ(sent, 4u);
}

TEST(Announcer, SendsTheLatestMacOfWhatWaits) {
    Announcer announcer;
    Announcement one = list_of(1)->front();
    announcer.add_paced(1, one, 1, {kFirstLane, seconds{1}});
    one.mac = net::Mac::of(2, 0, 0, 0, 0, 9);
    announcer.add_paced(1, one, 1, {kFirstLane, seconds{1}});
    EXPECT_EQ(announcer.take_slice(kNow), std::vector{one});
}

TEST(Announcer, CancelsWhatWaitsInLanesOfOneOwnerOnly) {
    Announcer announcer;
    const Announcer::List two = list_of(2);
    announcer.add_paced(1, two->at(0), 5, {kFirstLane, seconds{1}});
    announcer.add_paced(2, two->at(1), 1, {kFirstLane, seconds{1}});
    announcer.cancel(1);
    EXPECT_EQ(announcer.take_slice(kNow), std::vector{two->at(1)});
    EXPECT_TRUE(announcer.empty());
}

}  // namespace
}  // namespace understudy::agent
