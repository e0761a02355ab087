// Sorting that keeps equals in their order, for short lists: by insertion, quadratic at worst. The standard
// library's stable sort uses something that it declares deprecated itself, which clang does not let pass.
#pragma once

#include <algorithm>
#include <functional>
#include <iterator>
#include <vector>

namespace understudy {

template <typename T, typename Compare, typename Projection = std::identity>
void sort_stably(std::vector<T>& list, Compare compare, Projection projection = {}) {
    for (auto next = list.begin(); next != list.end(); ++next) {
        const auto sorted = std::ranges::subrange(list.begin(), next);
        std::rotate(std::ranges::upper_bound(sorted, std::invoke(projection, *next), compare, projection),
                    next, std::next(next));
    }
}

}  // namespace understudy
