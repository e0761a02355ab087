// The supervisor's care for the hooks process: started with the first vrrp process, started again when it
// dies, and told to end when nobody orders anything any more. Both ends of the connection stay open here, so
// that what is under way survives either process.
#pragma once

#include <sys/types.h>

#include <expected>
#include <functional>
#include <optional>

#include "understudy/base/time.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/process.hpp"
#include "understudy/os/unique_fd.hpp"

#include "parts.hpp"

namespace understudy::daemon {

class HooksKeeper {
public:
    // Gives a process that serves.
    using Start = std::move_only_function<std::expected<pid_t, os::SysError>()>;

    HooksKeeper(os::Loop& loop, os::Log& log, Parts& parts, Start start);
    HooksKeeper(const HooksKeeper&) = delete;

    [[nodiscard]] std::expected<void, os::SysError> open();
    // The process and connection of the program before us.
    void take_over(pid_t process, os::SocketPair sockets);
    // What that process was ordered it still begins; then it ends, because nobody can order anything any
    // more, and one that serves the next vrrp process follows.
    [[nodiscard]] std::expected<void, os::SysError> replace();
    // It takes what is ordered now; else that waits for another one.
    [[nodiscard]] bool is_at_work() const { return process_ != 0 && !replaced_; }
    [[nodiscard]] pid_t process() const { return process_; }
    [[nodiscard]] const os::SocketPair& sockets() const { return sockets_; }
    // Unless it runs already.
    [[nodiscard]] std::expected<void, os::SysError> start();
    // For a process that is about to be started. Ours stay open.
    [[nodiscard]] std::expected<os::UniqueFd, os::SysError> end_of_hooks() const {
        return os::copy_of(sockets_.one);
    }
    [[nodiscard]] std::expected<os::UniqueFd, os::SysError> end_of_worker() const {
        return os::copy_of(sockets_.other);
    }
    // In a forked process: closes everything.
    void abandon();

    // False: that was another process.
    [[nodiscard]] bool ended(const os::ProcessEnd& end);
    // Calls back when all that has been ordered is begun and the process is gone, at once if there is none.
    void finish(std::move_only_function<void()> done);

private:
    void on_timer();
    void start_again();

    os::Loop* loop_;
    os::Log* log_;
    Parts* parts_;
    Start start_;
    os::SocketPair sockets_;
    std::optional<os::Timer> timer_;
    pid_t process_ = 0;
    bool replaced_ = false;  // it is to end
    Instant started_;
    std::move_only_function<void()> done_;
};

}  // namespace understudy::daemon
