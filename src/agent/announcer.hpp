// The queue of gratuitous ARPs and neighbour adverts that are due now. It hands them out in slices, so that
// thousands of them never keep an advert waiting, and round by round: A B A B.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "understudy/agent/action.hpp"

namespace understudy::agent {

class Announcer {
public:
    // One slice takes the kernel well under a millisecond.
    static constexpr std::size_t kSlice = 64;

    using List = std::shared_ptr<const std::vector<Announcement>>;

    // `rounds` times over the whole list, behind what is already queued.
    void add(std::size_t owner, List list, std::uint32_t rounds);
    // Nothing more of this owner.
    void cancel(std::size_t owner);
    [[nodiscard]] bool empty() const { return queue_.empty(); }
    [[nodiscard]] std::vector<Announcement> take_slice();

private:
    struct Burst {
        std::size_t owner = 0;
        List list;
        std::uint32_t rounds = 0;
        std::size_t at = 0;
    };
    std::deque<Burst> queue_;
};

}  // namespace understudy::agent
