#include "announcer.hpp"

#include <gtest/gtest.h>

namespace understudy::agent {
namespace {

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
    EXPECT_EQ(announcer.take_slice(), (std::vector{two->at(0), two->at(1), two->at(0), two->at(1)}));
    EXPECT_TRUE(announcer.empty());
}

TEST(Announcer, CutsManyIntoSlicesAndLosesNone) {
    Announcer announcer;
    const Announcer::List many = list_of(200);
    announcer.add(1, many, 1);
    std::vector<Announcement> all;
    while (!announcer.empty()) {
        const std::vector<Announcement> slice = announcer.take_slice();
        EXPECT_LE(slice.size(), Announcer::kSlice);
        all.insert(all.end(), slice.begin(), slice.end());
    }
    EXPECT_EQ(all, *many);
}

TEST(Announcer, CancelsOneOwnerOnly) {
    Announcer announcer;
    announcer.add(1, list_of(3), 5);
    announcer.add(2, list_of(1), 1);
    announcer.cancel(1);
    EXPECT_EQ(announcer.take_slice().size(), 1u);
}

TEST(Announcer, IgnoresAnEmptyList) {
    Announcer announcer;
    announcer.add(1, list_of(0), 5);
    announcer.add(1, list_of(3), 0);
    EXPECT_TRUE(announcer.empty());
}

}  // namespace
}  // namespace understudy::agent
