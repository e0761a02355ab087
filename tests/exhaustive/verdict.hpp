// What the tests of all worlds demand of a search, and say of how far it went.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <iostream>
#include <utility>

#include "exhaustive/search.hpp"

namespace understudy::exhaustive {

template <Searchable Cluster>
[[nodiscard]] Found told_search(Cluster cluster, std::size_t usual_depth) {
    Found found = search(std::move(cluster), depth(usual_depth));
    std::cout << "[          ] " << found << "\n";
    return found;
}

template <Searchable Cluster>
void expect_nothing_wrong(Cluster cluster, std::size_t usual_depth) {
    const Found found = told_search(std::move(cluster), usual_depth);
    EXPECT_FALSE(found.story.has_value()) << *found.story;
}

}  // namespace understudy::exhaustive
