#include "understudy/base/sort.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace understudy {
namespace {

using Pairs = std::vector<std::pair<int, char>>;

TEST(SortStably, KeepsEqualsInTheirOrder) {
    Pairs list{{2, 'a'}, {1, 'b'}, {2, 'c'}, {1, 'd'}, {3, 'e'}};
    sort_stably(list, std::greater{}, &std::pair<int, char>::first);
    EXPECT_EQ(list, (Pairs{{3, 'e'}, {2, 'a'}, {2, 'c'}, {1, 'b'}, {1, 'd'}}));
}

TEST(SortStably, LeavesAnEmptyListAlone) {
    Pairs list;
    sort_stably(list, std::less{});
    EXPECT_TRUE(list.empty());
}

}  // namespace
}  // namespace understudy
