// Notify scripts: for one owner they run one after the other in the order of its transitions, so the last one
// to act is the last one that was meant to. A hook that runs very long does not hold the next one back for
// ever.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"
#include "understudy/model/command.hpp"

namespace understudy::agent {

struct Hook {
    model::Command command;
    std::string what;  // for the journal: "notify_master of VI_1"
};

class Hooks {
public:
    struct Started {
        std::uint64_t run = 0;
        Hook hook;
    };

    // A hook that others wait for gets this long before the next one is started beside it.
    static constexpr microseconds kPatience = seconds{30};
    // While stopping: keepalived's bound.
    static constexpr microseconds kPatienceWhenStopping = seconds{1};
    // Waiting hooks of one owner; beyond that the oldest is given up.
    static constexpr std::size_t kMostWaiting = 64;
    // Running hooks of one owner: scripts that never end do not pile up, but keep the next ones waiting.
    static constexpr std::size_t kMostRunning = 8;

    // False: the queue was full and its oldest entry was dropped.
    bool add(std::size_t owner, Hook hook);
    // Hooks that may start now; `next_run` numbers them.
    [[nodiscard]] std::vector<Started> start_due(Instant now, std::uint64_t& next_run);
    // Nobody will hear how those that run end: none is waited for any longer.
    void forget_runs();
    // True: it was a hook of ours.
    bool ended(std::uint64_t run);
    [[nodiscard]] std::optional<Hook> find(std::uint64_t run) const;

    // From now on patience is short, and what outlives it is to be ended.
    void stop() { stopping_ = true; }
    // While stopping: runs that have had their time.
    [[nodiscard]] std::vector<std::uint64_t> overdue(Instant now) const;
    [[nodiscard]] bool idle() const { return owners_.empty(); }
    [[nodiscard]] std::optional<Instant> deadline() const;

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 2;

    struct Running {
        std::uint64_t run = 0;
        Hook hook;
        Instant since;
    };
    struct Queue {
        std::deque<Hook> waiting;
        std::vector<Running> running;
    };

    [[nodiscard]] microseconds patience() const { return stopping_ ? kPatienceWhenStopping : kPatience; }
    [[nodiscard]] bool may_start(const Queue& queue, Instant now) const;

    std::map<std::size_t, Queue> owners_;
    bool stopping_ = false;
};

}  // namespace understudy::agent
