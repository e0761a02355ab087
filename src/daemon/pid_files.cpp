#include "pid_files.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "understudy/os/process.hpp"

namespace understudy::daemon {

namespace {

struct Paths {
    std::string daemon;
    std::string worker;
};

// With an instance name, a namespace or use_pid_dir the files stand in a directory of their own, so that
// several daemons can run.
Paths paths(const Options& options, const model::Globals& globals) {
    const std::string prefix = distinction(options, globals);
    const bool own_directory = globals.use_pid_dir || !prefix.empty();
    const std::string base = own_directory ? "/run/understudy/" + prefix : std::string{"/run/"};
    return {options.pid_file.value_or(base + "understudyd.pid"),
            options.vrrp_pid_file.value_or(base + "understudyd-vrrp.pid")};
}

}  // namespace

std::string distinction(const Options& options, const model::Globals& globals) {
    std::string prefix;
    for (const std::string& part : {options.network_namespace.value_or(""), globals.instance_name})
        if (!part.empty()) prefix += part + "_";
    return prefix;
}

std::string held_settings_path(const Options& options, const model::Globals& globals) {
    std::string path = paths(options, globals).daemon;
    if (constexpr std::string_view kEnding = ".pid"; path.ends_with(kEnding))
        path.resize(path.size() - kEnding.size());
    return path + ".settings";
}

std::expected<PidFiles, PidFileProblem> PidFiles::create(const Options& options,
                                                         const model::Globals& globals) {
    const Paths where = paths(options, globals);
    auto daemon = os::PidFile::create(where.daemon, os::process_id());
    if (daemon) return PidFiles{*std::move(daemon), where.worker};
    const os::PidFileError& error = daemon.error();
    if (!error.already_running) return std::unexpected(PidFileProblem{false, error.error.to_string()});
    const std::string holder = error.holder ? fmt::format(" as process {}", *error.holder) : "";
    return std::unexpected(
        PidFileProblem{true, fmt::format("daemon is already running{} (pid file {})", holder, where.daemon)});
}

PidFiles PidFiles::taken_over(const Options& options, const model::Globals& globals, os::PidFile daemon) {
    return {std::move(daemon), paths(options, globals).worker};
}

std::expected<void, os::SysError> PidFiles::daemon_is(pid_t process) { return daemon_.write(process); }

std::expected<void, os::SysError> PidFiles::worker_is(pid_t process) {
    if (worker_) return worker_->write(process);
    auto created = os::PidFile::create(worker_path_, process);
    if (!created) return std::unexpected(created.error().error);
    worker_.emplace(*std::move(created));
    return {};
}

void PidFiles::no_worker() { worker_.reset(); }

void PidFiles::abandon() {
    daemon_.abandon();
    if (worker_) worker_->abandon();
}

}  // namespace understudy::daemon
