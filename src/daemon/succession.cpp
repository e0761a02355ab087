#include "succession.hpp"

#include <fmt/format.h>

#include <expected>
#include <span>
#include <string>
#include <utility>

#include "understudy/agent/legacy.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/files.hpp"

#include "flight_recorder.hpp"

namespace understudy::daemon {

std::expected<std::string, std::string> left_behind(const Options& options, const model::Globals& globals) {
    const auto path = recording_path(options, globals);
    if (!path) return std::unexpected("it was not recorded");
    auto recording = os::read_file(*path);
    if (!recording) return std::unexpected(recording.error().error.to_string());
    return *std::move(recording);
}

Beginning begin_with(const std::shared_ptr<const model::Config>& config,
                     const std::optional<Predecessor>& predecessor, os::Log& log) {
    if (predecessor) {
        const auto& [since, recording] = *predecessor;
        auto legacy = recording ? agent::legacy_in(std::as_bytes(std::span{*recording}), recording_run(since))
                                : std::unexpected(recording.error());
        if (legacy) return {std::move(legacy->agent), true};
        log.write(
            "nothing-to-go-on-with", os::LogLevel::Warning,
            "the vrrp process begins anew, because what the one before it knew is lost: " + legacy.error());
    }
    return {agent::Agent{config, os::now()}, false};
}

}  // namespace understudy::daemon
