#include "provisions.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "understudy/host/this_host.hpp"
#include "understudy/os/call_filter.hpp"

#include "pid_files.hpp"

namespace understudy::daemon {

Provisions provide(const Options& options, const model::Config& config,
                   std::optional<WallTime> predecessor_since, const os::UniqueFd& memory, os::Log& log) {
    // Before the recorder has the file, which may give it another size.
    std::optional<Predecessor> predecessor;
    if (predecessor_since) predecessor = left_behind(options, config.globals, *predecessor_since, memory);
    FlightRecorder recorder{log};
    recorder.reserve(options, config, memory);
    return {std::move(predecessor), os::KeptFile::open(held_settings_path(options, config.globals)),
            std::move(recorder)};
}

HostRights host_rights(const Options& options) {
    HostRights rights;
    const uid_t ours = os::current_identity().uid;
    rights.is_root = ours == 0;
    if (!options.no_sandbox)
        if (auto user = os::lookup_user(host::kServiceUser)) rights.user = *std::move(user);
    rights.is_the_user = rights.user && rights.user->uid == ours;
    rights.may_become_user = os::has(os::Privilege::SetUid) && os::has(os::Privilege::SetGid);
    rights.may_signal_user = os::has(os::Privilege::Kill);
    return rights;
}

std::optional<os::UniqueFd> give_up_rights(const Options& options, const model::Config& config,
                                           const HostRights& host, os::Log& log) {
    if (options.no_sandbox) {
        log.write("sandbox-off", os::LogLevel::Warning,
                  "the vrrp process keeps all rights of the daemon: --no-sandbox says so");
        return std::nullopt;
    }
    const auto limits = limits_for(config.globals.processes);
    const bool raised = !limits || os::allow(0, *limits).has_value();
    VrrpRights rights = vrrp_rights(config, host, raised);
    rights.confinement.may_leave_cores = options.core_dumps;
    if (!rights.shortcoming.empty())
        log.write("vrrp-user-not-used", os::LogLevel::Warning,
                  fmt::format("the vrrp process does not run as user {}: {}", host::kServiceUser,
                              rights.shortcoming));
    if (const auto confined = os::confine(rights.confinement); !confined)
        log.write("vrrp-process-not-confined", os::LogLevel::Error,
                  confined.error().to_string() + ": the vrrp process may do more than it needs to");
    auto refused = os::filter_calls();
    if (refused) return *std::move(refused);
    log.write("calls-not-filtered", os::LogLevel::Warning,
              refused.error().to_string() + ": the vrrp process may make all of them");
    return std::nullopt;
}

}  // namespace understudy::daemon
