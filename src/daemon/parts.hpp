// The parts of the daemon that work beside the supervisor: the vrrp part, the hooks part, one for each mail,
// and the program that is asked about an upgrade. Here alone is decided what a part is, how it is started,
// told something and seen to end: usually a process of its own (process_parts), with --single-process a
// thread of the supervisor's (thread_parts). What is decided here is the same for both: a part has a loop, a
// log and descriptors of its own, and shares nothing that changes with another.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "understudy/base/time.hpp"
#include "understudy/model/config.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/process.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

#include "options.hpp"
#include "rights.hpp"

namespace understudy::daemon {

// What a part sees of where it lives.
class Place {
public:
    using Told = std::move_only_function<void(int number)>;

    Place() = default;
    Place(const Place&) = delete;
    virtual ~Place() = default;

    // Calls back, through the loop, with each of these signals that is sent to this part, as long as what it
    // returns exists.
    [[nodiscard]] virtual std::expected<std::shared_ptr<void>, os::SysError> listen(
        os::Loop& loop, std::span<const int> numbers, Told told) = 0;
    // From now on the part is told so when the supervisor is no more.
    virtual void outlive_supervisor_by(int number) = 0;
    // It is no more already.
    [[nodiscard]] virtual bool has_outlived_supervisor() const = 0;
    // For good: provisions.hpp.
    virtual std::optional<os::UniqueFd> give_up_rights(const Options& options, const model::Config& config,
                                                       const HostRights& host, os::Log& log) = 0;
    [[nodiscard]] virtual std::expected<void, os::SysError> become_nobody() = 0;
    // Whatever it waits for.
    virtual void live_at_most(seconds time) = 0;
};

struct Part {
    enum class Signals : std::uint8_t {
        Held,   // those to the daemon are not for it
        Usual,  // they do what they do to any process
    };

    std::string name;  // as ps and top show it
    Signals signals = Signals::Held;
    // All it needs is in here. What it returns is its exit status.
    std::move_only_function<int(Place&)> work;
};

class Parts {
public:
    Parts() = default;
    Parts(const Parts&) = delete;
    virtual ~Parts() = default;

    // Before the first start. Whoever is split off from the supervisor lets go of what is the supervisor's.
    virtual void belong_to(os::Loop& supervisor, std::function<void()> let_go) = 0;
    // Gives the number that it is known by from now on. SIGCHLD comes when it is over.
    [[nodiscard]] virtual std::expected<pid_t, os::SysError> start(Part part) = 0;
    // SIGKILL: it is over, wherever it is.
    virtual void signal(pid_t part, int number) = 0;
    // The next part that is over, or inherited orphan, if any.
    [[nodiscard]] virtual std::optional<os::ProcessEnd> next_end() = 0;
    // Of this part alone.
    [[nodiscard]] virtual std::optional<os::ProcessEnd> end_of(pid_t part) = 0;
    // Where it runs.
    [[nodiscard]] virtual pid_t process_of(pid_t part) const = 0;
    // Another may take the place of one that was killed, and another program that of all.
    [[nodiscard]] virtual bool are_replaceable() const = 0;
    // All is done: the exit status of the daemon.
    [[nodiscard]] virtual int conclude(int status) = 0;
};

[[nodiscard]] std::unique_ptr<Parts> parts_for(const Options& options, os::Log& log);

}  // namespace understudy::daemon
