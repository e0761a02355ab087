// Whatever is watched beside the network for the trackers, but scripts and files: processes, links that have
// to be asked, and what is asked over the network.
// The part of the executor that nothing on the wire waits for.
#pragma once

#include <functional>
#include <optional>

#include "understudy/agent/action.hpp"
#include "understudy/agent/event.hpp"
#include "understudy/model/globals.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/prober.hpp"
#include "understudy/os/receive_buffer.hpp"

#include "process_counter.hpp"

namespace understudy::daemon {

// A size that somebody has asked for.
[[nodiscard]] std::optional<os::ReceiveBuffer> receive_buffer(const model::Buffer& asked);

class Observers {
public:
    // `deliver` is called from the loop, `later` at once.
    struct Handlers {
        std::function<void(const agent::Event&)> deliver;
        std::function<void(agent::Event)> later;
    };

    // `process_buffer`: how much news of processes may wait, unless the usual will do.
    Observers(os::Loop& loop, os::Log& log, std::optional<os::ReceiveBuffer> process_buffer,
              Handlers handlers);

    void watch(const agent::WatchProcesses& wanted);
    void poll(const agent::PollLinks& order);
    void ask(const agent::RunProbe& order);
    void withdraw(const agent::WithdrawProbe& order) { prober_.withdraw(order.run); }

private:
    [[nodiscard]] bool open_processes();

    os::Loop* loop_;
    os::Log* log_;
    std::optional<os::ReceiveBuffer> process_buffer_;
    Handlers handlers_;
    std::optional<ProcessCounter> processes_;
    os::Prober prober_;
};

}  // namespace understudy::daemon
