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

namespace {

std::expected<agent::Legacy, std::string> left_behind(const Options& options, const model::Globals& globals,
                                                      WallTime since) {
    const auto path = recording_path(options, globals);
    if (!path) return std::unexpected("it was not recorded");
    const auto recording = os::read_file(*path);
    if (!recording) return std::unexpected(recording.error().error.to_string());
    return agent::legacy_in(std::as_bytes(std::span{*recording}), recording_run(since));
}

}  // namespace

Beginning begin_with(const Options& options, const std::shared_ptr<const model::Config>& config,
                     std::optional<WallTime> predecessor_since, os::Log& log) {
    if (predecessor_since) {
        auto legacy = left_behind(options, config->globals, *predecessor_since);
        if (legacy) return {std::move(legacy->agent), true};
        log.write(
            "nothing-to-go-on-with", os::LogLevel::Warning,
            "the vrrp process begins anew, because what the one before it knew is lost: " + legacy.error());
    }
    return {agent::Agent{config, os::now()}, false};
}

}  // namespace understudy::daemon
