// The queue of gratuitous ARPs and neighbour adverts that are due now. It hands them out in slices, so that
// thousands of them never keep an advert waiting, and round by round: A B A B, and nobody's second round
// before everybody's first. Those that have to keep a distance wait in lanes beside the queue, where nothing
// waits twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "understudy/agent/action.hpp"
#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"

#include "pacing.hpp"

namespace understudy::agent {

class Announcer {
public:
    // One slice takes the kernel well under a millisecond.
    static constexpr std::size_t kSlice = 64;

    using List = std::shared_ptr<const std::vector<Announcement>>;

    // Without lanes: those that have not been said at all, or their repetitions, too.
    enum class Rounds : bool { First, All };

    // `rounds` times over the whole list, behind what is already queued.
    void add(std::size_t owner, List list, std::uint32_t rounds);
    // Each at that pace. What waits there already is not said more often than whoever asked for most.
    void add_paced(std::size_t owner, const Announcement& announcement, std::uint32_t rounds,
                   const Pace& pace);
    // Nothing more of this owner; whether there was something.
    bool cancel(std::size_t owner);
    [[nodiscard]] bool empty() const { return !deadline(Instant{}); }
    [[nodiscard]] std::vector<Announcement> take_slice(Instant now, Rounds which = Rounds::All);
    // When there is something to take.
    [[nodiscard]] std::optional<Instant> deadline(Instant now, Rounds which = Rounds::All) const;

    // What was read from outside hangs together.
    [[nodiscard]] bool is_sound() const;

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 3;

    struct Burst {
        std::size_t owner = 0;
        List list;
        std::uint32_t rounds = 0;
        std::size_t at = 0;
    };
    using Key = std::tuple<std::size_t, net::LinkIndex, net::Address>;  // the owner first
    struct Waiting {
        Announcement announcement;
        std::uint32_t rounds = 0;
    };
    struct Queue {
        microseconds gap{0};
        Instant free_at{};  // the latest left a gap before that
        std::map<Key, Waiting> waiting;
        std::deque<Key> order;
    };

    void take_paced(Instant now, std::vector<Announcement>& slice);
    void take_next(std::deque<Burst>& queue, std::vector<Announcement>& slice);

    std::deque<Burst> first_;
    std::deque<Burst> repeated_;
    std::map<Lane, Queue> lanes_;
};

}  // namespace understudy::agent
