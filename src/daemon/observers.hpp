// What is asked for the trackers: links that do not tell by themselves, and others over the network. The part
// of the executor that nothing on the wire waits for; scripts, files and processes are the hooks process's.
#pragma once

#include <functional>

#include "understudy/agent/action.hpp"
#include "understudy/agent/event.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/prober.hpp"

namespace understudy::daemon {

class Observers {
public:
    // `deliver` is called from the loop, `later` at once.
    struct Handlers {
        std::function<void(const agent::Event&)> deliver;
        std::function<void(agent::Event)> later;
    };

    Observers(os::Loop& loop, Handlers handlers);

    void poll(const agent::PollLinks& order);
    void ask(const agent::RunProbe& order);
    void withdraw(const agent::WithdrawProbe& order) { prober_.withdraw(order.run); }

private:
    Handlers handlers_;
    os::Prober prober_;
};

}  // namespace understudy::daemon
