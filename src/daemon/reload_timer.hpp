// Reloads at the time that a file names (reload_time_file). The file is watched: written, the time changes,
// and deleted, no reload happens. It is deleted when its time has come unless it is to be kept
// (reload_repeat), and then a time without a date comes again every day.
#pragma once

#include <functional>
#include <optional>

#include "understudy/model/globals.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/file_watch.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/loop.hpp"

#include "reload_time.hpp"

namespace understudy::daemon {

class ReloadTimer {
public:
    ReloadTimer(os::Loop& loop, os::Log& log, std::function<void()> due);
    ReloadTimer(const ReloadTimer&) = delete;

    // As the configuration in force says.
    void follow(const model::Reloading& wanted);
    // In a forked process.
    void abandon();

private:
    [[nodiscard]] std::expected<void, os::SysError> open();
    void on_news(const os::FileNews& news);
    void schedule(WallTime now);
    void on_timer();
    void cancel();
    void arm(WallTime now);

    os::Loop* loop_;
    os::Log* log_;
    std::function<void()> due_;
    model::Reloading wanted_;
    std::optional<os::FileWatch> watch_;
    std::optional<os::Timer> timer_;
    std::optional<ReloadTime> asked_;
    std::optional<WallTime> at_;
};

}  // namespace understudy::daemon
