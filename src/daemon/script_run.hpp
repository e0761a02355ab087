// One script of the daemon itself, before its processes start or after they are gone: run once, in its own
// time. Whatever becomes of it is told in the log, and never keeps the daemon from going on.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string_view>

#include "understudy/model/globals.hpp"
#include "understudy/os/child.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/users.hpp"

namespace understudy::daemon {

class ScriptRun {
public:
    using Done = std::move_only_function<void()>;

    ScriptRun(os::Loop& loop, os::Log& log) : loop_(&loop), log_(&log) {}
    ScriptRun(const ScriptRun&) = delete;

    // Done is called once, through the loop or, when there is nothing to run, at once.
    void start(std::string_view what, const model::DaemonScript& script, os::OtherGroups others, Done done);
    // Its end belongs to nobody else who waits for processes.
    [[nodiscard]] bool running() const { return id_.has_value(); }

private:
    [[nodiscard]] std::expected<void, os::SysError> launch(const model::DaemonScript& script,
                                                           os::OtherGroups others);
    void ended(const os::ChildEnd& end);
    void on_timer();
    void finish();

    os::Loop* loop_;
    os::Log* log_;
    std::string_view what_;
    seconds limit_{0};
    Done done_;
    // Only while it runs: the vrrp process, which is forked from us, has no use for their descriptors.
    std::optional<os::Children> children_;
    std::optional<os::Timer> timer_;
    std::optional<os::ChildId> id_;
    bool late_ = false;
};

}  // namespace understudy::daemon
