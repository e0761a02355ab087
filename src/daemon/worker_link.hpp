// The supervisor's end of the connection to its vrrp process: questions there, answers back. An answer comes
// in any case and always through the loop: when the process dies or is silent for too long, it says so.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "understudy/base/time.hpp"
#include "understudy/ctl/news.hpp"
#include "understudy/ctl/request.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/line_stream.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/sys_error.hpp"

#include "control.hpp"

namespace understudy::daemon {

class WorkerLink {
public:
    static constexpr seconds kPatience{5};

    using Heard = std::move_only_function<void(ctl::News news)>;

    // `heard`: what that process tells without having been asked.
    WorkerLink(os::Loop& loop, Heard heard) : loop_(&loop), heard_(std::move(heard)) {}
    WorkerLink(const WorkerLink&) = delete;

    [[nodiscard]] std::expected<void, os::SysError> open();
    // To a process that has just been started.
    void connect(os::UniqueFd socket);
    // The same, by the program before us, which had read the beginning of a line.
    void take_over(os::UniqueFd socket, std::string_view begun);
    // For who goes on with it: every whole line is heard first. None: there is no connection, or what we said
    // has not been taken.
    struct Connection {
        int descriptor = -1;
        std::string begun;
    };
    [[nodiscard]] std::optional<Connection> connection();
    // That process has ended: whatever it still said is heard first.
    void disconnect();
    // In a forked process: closes everything and answers nobody.
    void abandon();

    void ask(const ctl::Question& question, Answered answered);

private:
    struct Waiting {
        Answered answered;
        Instant until;
    };

    void heard(std::string_view line);
    void on_timer();
    void arm();
    void fail_later(Answered answered, std::string message);

    os::Loop* loop_;
    Heard heard_;
    std::optional<os::Timer> timer_;
    std::optional<os::LineStream> stream_;
    std::map<std::uint64_t, Waiting> waiting_;  // by number, which is by time
    std::uint64_t last_id_ = 0;
};

}  // namespace understudy::daemon
