// Leaves out of a list whatever is not needed for it to fail.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

namespace understudy::sim {

// fails(list): whether it still does. Large pieces are tried before small ones, until no single element can
// go.
template <typename List, typename Fails>
[[nodiscard]] List shrunk(List list, const Fails& fails) {
    for (std::size_t piece = std::max<std::size_t>(list.size() / 2, 1); piece > 0;) {
        bool shorter = false;
        for (std::size_t begin = 0; begin < list.size();) {
            List without = list;
            const auto from = without.begin() + static_cast<std::ptrdiff_t>(begin);
            const auto count = static_cast<std::ptrdiff_t>(std::min(piece, list.size() - begin));
            without.erase(from, from + count);
            if (fails(std::as_const(without))) {
                list = std::move(without);
                shorter = true;
            } else {
                begin += piece;
            }
        }
        if (piece > 1)
            piece /= 2;
        else if (!shorter)
            break;
    }
    return list;
}

}  // namespace understudy::sim
