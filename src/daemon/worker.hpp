// The vrrp process: the agent, its adapters and the loop that joins them. One clock read per turn, one event
// at a time, all its actions before the next event, one timer.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "understudy/ctl/orders.hpp"
#include "understudy/model/config.hpp"
#include "understudy/os/life_sign.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/unique_fd.hpp"

#include "options.hpp"
#include "parts.hpp"
#include "rights.hpp"

namespace understudy::daemon {

// Lets the vrrp process end between two turns without a word to its peers or the kernel: another goes on.
[[nodiscard]] int leave_signal();

// How the supervisor and its worker reach each other.
struct Link {
    os::UniqueFd handover;      // the newest configuration: config_handover.hpp
    os::UniqueFd ready_writer;  // the worker's: one octet once the instances run
    os::UniqueFd questions;     // the worker's: what the supervisor asks, and to take up what is handed over
    os::UniqueFd hooks;         // the worker's: to the process that runs programs
    os::LifeLine life_line;     // the worker's: how the supervisor sees that it is at work
    os::UniqueFd memory;        // for the recording: flight_recorder.hpp; none: nobody could go on with it
    std::uint32_t number = 0;   // how many workers there have been, this one among them
    std::vector<ctl::StandingOrders> orders;  // of the operator, to a worker that died
    // When the worker was started that has died: to go on from there.
    std::optional<WallTime> predecessor_since;
    std::optional<Instant> predecessor_at_work;  // it certainly was then
    bool cleans_up = false;                      // only removes what it finds in the kernel
    HostRights host;                             // while it is root
};

// Runs until told to stop; the exit status of the process. A plain SIGHUP to the worker goes on to the
// supervisor, which reads the files, and so do the signals that ask for dumps, which it writes. Nothing from
// outside reaches it before it has given up the rights it does not need.
[[nodiscard]] int run_worker(const Options& options, std::shared_ptr<const model::Config> config,
                             os::Log& log, Link link, Place& place);

}  // namespace understudy::daemon
