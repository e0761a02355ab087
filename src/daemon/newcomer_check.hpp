// Runs the program that is to take over, so that it says of itself and of the files whether it could. It has
// a bounded time and nothing of ours but our rights.
#pragma once

#include <sys/types.h>

#include <array>
#include <expected>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "understudy/os/clock.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/process.hpp"
#include "understudy/os/unique_fd.hpp"

#include "newcomer.hpp"
#include "parts.hpp"

namespace understudy::daemon {

class NewcomerCheck {
public:
    // Makes the process, whose words go to the descriptor; gives its id.
    using Start = std::function<std::expected<pid_t, os::SysError>(const os::UniqueFd& output)>;
    using Done = std::move_only_function<void(std::expected<Newcomer, std::string>)>;

    NewcomerCheck(os::Loop& loop, Parts& parts, Start start)
        : loop_(&loop), parts_(&parts), start_(std::move(start)) {}
    NewcomerCheck(const NewcomerCheck&) = delete;

    // Calls back once, unless it could not even begin.
    [[nodiscard]] std::expected<void, os::SysError> begin(Done done);
    // False: that process is none of ours.
    [[nodiscard]] bool ended(const os::ProcessEnd& end);
    // The daemon ends before it does.
    void give_up();
    // In a forked process: closes everything.
    void abandon();

private:
    void listen();
    void take(std::size_t size);

    os::Loop* loop_;
    Parts* parts_;
    Start start_;
    Done done_;
    pid_t process_ = 0;
    std::optional<os::Timer> timer_;  // when it is over, it is killed
    std::optional<boost::asio::posix::stream_descriptor> output_;
    std::array<char, 4096> room_{};
    std::string said_;
};

}  // namespace understudy::daemon
