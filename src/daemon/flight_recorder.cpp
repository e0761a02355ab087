#include "flight_recorder.hpp"

#include <fmt/format.h>

#include <string_view>

#include "understudy/agent/archive.hpp"
#include "understudy/os/clock.hpp"

#include "control.hpp"

namespace understudy::daemon {

namespace {

constexpr std::size_t kKibibyte = 1024;
constexpr std::string_view kSocketSuffix = ".sock";

std::size_t wanted_size(const Options& options, const model::Config& config) {
    if (options.recording_size) return *options.recording_size * kKibibyte;
    return agent::Recorder::usual_size(agent::saved(config).size());
}

}  // namespace

std::optional<std::string> recording_path(const Options& options, const model::Globals& globals) {
    if (options.recording) return options.recording->empty() ? std::nullopt : options.recording;
    Options with_socket = options;
    if (with_socket.control_socket && with_socket.control_socket->empty()) with_socket.control_socket.reset();
    std::string path = control_socket_path(with_socket, globals).value();
    if (path.ends_with(kSocketSuffix)) path.resize(path.size() - kSocketSuffix.size());
    return path + ".recording";
}

std::uint64_t recording_run(WallTime begin) {
    return static_cast<std::uint64_t>(begin.time_since_epoch().count());
}

void FlightRecorder::reserve(const Options& options, const model::Config& config,
                             const os::UniqueFd& memory) {
    const std::size_t size = wanted_size(options, config);
    if (const auto path = recording_path(options, config.globals)) {
        path_ = *path;
        if (reserve_file(size)) return;
    }
    if (!memory) return;
    path_ = "the recording in memory";
    auto kept = os::MappedFile::of(memory, size);
    if (kept)
        file_.emplace(*std::move(kept));
    else
        log_->write("recording-memory-failed", os::LogLevel::Warning,
                    kept.error().to_string() + "; nothing is recorded, all else works");
}

bool FlightRecorder::reserve_file(std::size_t size) {
    auto file = os::MappedFile::open(path_, size);
    if (!file) {
        log_->write("recording-failed", os::LogLevel::Warning,
                    file.error().to_string() + "; nothing can be read there later, all else works",
                    {{"file", path_}});
        return false;
    }
    file_.emplace(*std::move(file));
    if (!file_->is_in_memory())
        log_->write("recording-on-disk", os::LogLevel::Info,
                    path_ +
                        " is recorded on a disk, and adverts may have to wait for one that is busy; below "
                        "/run or /dev/shm they never do",
                    {{"file", path_}});
    return true;
}

void FlightRecorder::begin(const agent::Agent& agent) {
    if (!file_) return;
    const WallTime wall = os::wall_time();
    recorder_.emplace(file_->content(), UNDERSTUDY_VERSION, recording_run(wall));
    if (!recorder_->begin(agent, os::now(), wall)) give_up();
}

void FlightRecorder::give_up() {
    const std::size_t needed = 2 * recorder_->opening_size() * agent::Recorder::kSegments / kKibibyte + 1;
    log_->write("recording-too-small", os::LogLevel::Warning,
                fmt::format("{} is too small for this configuration: nothing is recorded from now on, all "
                            "else works; --recording-size {} would do",
                            path_, needed),
                {{"file", path_}});
    recorder_.reset();
    file_.reset();
}

}  // namespace understudy::daemon
