#include "reload_mark.hpp"

#include <string_view>
#include <utility>

#include "understudy/os/files.hpp"

#include "pid_files.hpp"

namespace understudy::daemon {

std::optional<std::string> reload_mark_path(const Options& options, const model::Globals& globals) {
    const model::Reloading& reloading = globals.reloading;
    if (!reloading.write_file) return std::nullopt;
    if (!reloading.file.empty()) return reloading.file;
    if (!options.pid_file) return "/run/understudy/" + distinction(options, globals) + "understudyd.reload";
    std::string path = *options.pid_file;
    if (path.ends_with(".pid")) path.resize(path.size() - std::string_view{".pid"}.size());
    return path + ".reload";
}

ReloadMark::ReloadMark(os::Log& log, std::optional<std::string> path) : log_(&log) {
    if (!path) return;
    if (const auto made = os::make_empty_file(*path); made) {
        path_ = std::move(path);
    } else {
        log_->write("reload-mark-not-made", os::LogLevel::Warning, made.error().to_string());
    }
}

ReloadMark::~ReloadMark() {
    if (!path_) return;
    if (const auto removed = os::remove_file(*path_); !removed)
        log_->write("reload-mark-not-removed", os::LogLevel::Warning, removed.error().to_string());
}

}  // namespace understudy::daemon
