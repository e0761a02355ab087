// The pid files: whose they are and where they stand (keepalived's names and rules, in directories of our
// own).
#pragma once

#include <sys/types.h>

#include <expected>
#include <optional>
#include <string>

#include "understudy/model/config.hpp"
#include "understudy/os/pidfile.hpp"
#include "understudy/os/sys_error.hpp"

#include "options.hpp"

namespace understudy::daemon {

// "NAMESPACE_INSTANCE_": what sets this daemon apart from others of this host; usually nothing.
[[nodiscard]] std::string distinction(const Options& options, const model::Globals& globals);

// Beside the pid file of the daemon: what the vrrp process holds (settings_keeper.hpp).
[[nodiscard]] std::string held_settings_path(const Options& options, const model::Globals& globals);

struct PidFileProblem {
    bool already_running = false;
    std::string message;
};

class PidFiles {
public:
    [[nodiscard]] static std::expected<PidFiles, PidFileProblem> create(const Options& options,
                                                                        const model::Globals& globals);
    // The lock goes on, wherever the configuration would have the file now.
    [[nodiscard]] static PidFiles taken_over(const Options& options, const model::Globals& globals,
                                             os::PidFile daemon);
    // After the fork that made another process the daemon.
    [[nodiscard]] std::expected<void, os::SysError> daemon_is(pid_t process);
    [[nodiscard]] std::expected<void, os::SysError> worker_is(pid_t process);
    void no_worker();
    [[nodiscard]] const os::PidFile& daemon() const { return daemon_; }
    // In the worker: the files are the supervisor's.
    void abandon();

private:
    PidFiles(os::PidFile daemon, std::string worker_path)
        : daemon_(std::move(daemon)), worker_path_(std::move(worker_path)) {}

    os::PidFile daemon_;
    std::string worker_path_;
    std::optional<os::PidFile> worker_;
};

}  // namespace understudy::daemon
