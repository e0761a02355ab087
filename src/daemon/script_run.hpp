// One script of the daemon itself, before its processes start or after they are gone: run once, in its own
// time. Whatever becomes of it is told in the log, and never keeps the daemon from going on.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "understudy/ctl/hook_messages.hpp"
#include "understudy/model/globals.hpp"
#include "understudy/os/child.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/message_socket.hpp"
#include "understudy/os/unique_fd.hpp"
#include "understudy/os/users.hpp"

namespace understudy::daemon {

class ScriptRun {
public:
    using Done = std::move_only_function<void()>;
    // The end of the hooks process's connection that orders go into, and the vrrp process that they are of.
    struct Orders {
        os::UniqueFd socket;
        std::uint32_t process = 0;
    };
    using Elsewhere = std::function<std::expected<Orders, os::SysError>()>;

    // `elsewhere`: who runs it in our place, if anybody does.
    ScriptRun(os::Loop& loop, os::Log& log, Elsewhere elsewhere)
        : loop_(&loop), log_(&log), elsewhere_(std::move(elsewhere)) {}
    ScriptRun(const ScriptRun&) = delete;

    // Done is called once, through the loop or, when there is nothing to run, at once.
    void start(std::string_view what, const model::DaemonScript& script, os::OtherGroups others, Done done);
    [[nodiscard]] bool running() const { return timer_.has_value(); }
    // Whose end belongs to nobody else who waits for processes.
    [[nodiscard]] bool has_child() const { return id_.has_value(); }

private:
    [[nodiscard]] std::expected<void, os::SysError> launch(const model::DaemonScript& script,
                                                           os::OtherGroups others);
    [[nodiscard]] std::expected<void, os::SysError> launch_here(const model::DaemonScript& script,
                                                                os::OtherGroups others);
    [[nodiscard]] std::expected<void, os::SysError> launch_elsewhere(const model::DaemonScript& script,
                                                                     os::OtherGroups others);
    void told(const ctl::NumberedAnswer& told);
    void not_started(const os::SysError& error);
    void ended(const os::ChildEnd& end);
    void on_timer();
    void signal(bool kill);
    void finish();

    os::Loop* loop_;
    os::Log* log_;
    Elsewhere elsewhere_;
    std::string_view what_;
    seconds limit_{0};
    Done done_;
    // Only while it runs: the vrrp process, which is forked from us, has no use for their descriptors.
    std::optional<os::Children> children_;
    std::optional<os::Timer> timer_;
    std::optional<os::ChildId> id_;
    std::optional<os::MessageSocket> orders_;  // of a script that runs elsewhere
    std::uint32_t process_ = 0;
    enum class Late : std::uint8_t { No, Terminated, Killed };
    Late late_ = Late::No;
    bool over_ = false;
};

}  // namespace understudy::daemon
