#include "succession.hpp"

#include <fmt/format.h>

#include <expected>
#include <span>
#include <string>
#include <utility>

#include "understudy/agent/legacy.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/files.hpp"
#include "understudy/os/process.hpp"

#include "flight_recorder.hpp"

namespace understudy::daemon {

namespace {

constexpr const char* kNotRecorded = "it was not recorded";

std::expected<std::string, std::string> file_left_behind(const Options& options,
                                                         const model::Globals& globals) {
    const auto path = recording_path(options, globals);
    if (!path) return std::unexpected(kNotRecorded);
    auto recording = os::read_file(*path);
    if (!recording) return std::unexpected(recording.error().error.to_string());
    return *std::move(recording);
}

std::expected<std::string, std::string> memory_left_behind(const os::UniqueFd& memory) {
    if (!memory) return std::unexpected(kNotRecorded);
    auto recording = os::stored(memory);
    if (!recording) return std::unexpected(recording.error().to_string());
    if (recording->empty()) return std::unexpected(kNotRecorded);
    return *std::move(recording);
}

std::expected<agent::Legacy, std::string> legacy_of(const std::expected<std::string, std::string>& recording,
                                                    WallTime since) {
    if (!recording) return std::unexpected(recording.error());
    return agent::legacy_in(std::as_bytes(std::span{*recording}), recording_run(since));
}

}  // namespace

Predecessor left_behind(const Options& options, const model::Globals& globals, WallTime since,
                        const os::UniqueFd& memory) {
    return {since, file_left_behind(options, globals), memory_left_behind(memory)};
}

model::Config objects_alone(model::Config config) {
    for (model::Instance& instance : config.instances) {
        instance.starts_as_master = instance.strict = false;
        instance.split_brain.reset();
        instance.tracked_links.clear();
        instance.tracked_scripts.clear();
        instance.tracked_files.clear();
        instance.tracked_processes.clear();
        instance.tracked_bfd_sessions.clear();
        instance.notify = {};
    }
    model::Config objects;
    objects.globals.filter = config.globals.filter;
    objects.instances = std::move(config.instances);
    objects.static_addresses = std::move(config.static_addresses);
    objects.static_routes = std::move(config.static_routes);
    objects.static_rules = std::move(config.static_rules);
    for (model::StaticAddress& address : objects.static_addresses) address.track_group.reset();
    for (model::Route& route : objects.static_routes) route.track_group.clear();
    for (model::Rule& rule : objects.static_rules) rule.track_group.clear();
    return objects;
}

std::optional<model::Config> killed_with(const Options& options, const model::Globals& globals) {
    const auto legacy = legacy_of(file_left_behind(options, globals), WallTime{});
    if (!legacy || legacy->agent.is_stopping()) return std::nullopt;
    return objects_alone(legacy->agent.config());
}

Beginning begin_with(const std::shared_ptr<const model::Config>& config,
                     const std::optional<Predecessor>& predecessor, os::Log& log) {
    if (predecessor) {
        auto legacy = legacy_of(predecessor->in_memory, predecessor->since);
        if (!legacy) legacy = legacy_of(predecessor->in_file, predecessor->since);
        if (legacy) return {std::move(legacy->agent), legacy->at};
        log.write(
            "nothing-to-go-on-with", os::LogLevel::Warning,
            "the vrrp process begins anew, because what the one before it knew is lost: " + legacy.error());
    }
    return {agent::Agent{config, os::now()}, {}};
}

}  // namespace understudy::daemon
