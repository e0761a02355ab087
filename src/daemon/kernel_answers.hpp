// What the kernel has answered to changes, until the agent is told.
#pragma once

#include <deque>
#include <functional>
#include <optional>

#include "understudy/agent/event.hpp"
#include "understudy/os/loop.hpp"

namespace understudy::daemon {

// An answer comes with the call that asks for it, and whoever takes it at once may ask for more. What nobody
// takes the loop delivers, one in a turn: between two of them it looks at its timers and sockets, however
// many answers have been taken before.
class KernelAnswers {
public:
    // Stays where it is once it has been given an answer.
    KernelAnswers(os::Loop& loop, std::function<void(const agent::Event&)> deliver);

    void add(agent::ChangesAnswered answer);
    // The oldest.
    [[nodiscard]] std::optional<agent::ChangesAnswered> take();
    [[nodiscard]] bool empty() const { return waiting_.empty(); }

private:
    void deliver_in_a_turn();

    os::Loop* loop_;
    std::function<void(const agent::Event&)> deliver_;
    std::deque<agent::ChangesAnswered> waiting_;
    bool turn_is_coming_ = false;
};

}  // namespace understudy::daemon
