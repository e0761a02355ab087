#include "rights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "understudy/host/this_host.hpp"

namespace understudy::daemon {

namespace {

std::uint32_t highest_realtime(const model::Processes& processes) {
    const auto automatic = static_cast<std::uint32_t>(std::max(processes.max_auto_priority, 0));
    return std::max(processes.vrrp.scheduling.realtime.value_or(0), automatic);
}

std::string why_not_the_user(const HostRights& host) {
    if (host.is_the_user) return "";
    if (!host.is_root) return "the daemon was not started by root";
    if (!host.user) return fmt::format("there is no user {}; systemd-sysusers makes it", host::kServiceUser);
    if (!host.may_become_user) return "CAP_SETUID and CAP_SETGID are needed for that";
    if (!host.may_signal_user) return "without CAP_KILL it could not be stopped then";
    return "";
}

}  // namespace

std::optional<os::SchedulingLimits> limits_for(const model::Processes& processes) {
    const Scheduling& wanted = processes.vrrp.scheduling;
    const std::uint32_t realtime = highest_realtime(processes);
    if (realtime == 0 && !wanted.nice && !wanted.no_swap) return std::nullopt;
    return os::SchedulingLimits{wanted.nice.value_or(0), realtime, wanted.no_swap};
}

VrrpRights vrrp_rights(const model::Config& config, const HostRights& host, bool limits_are_raised) {
    using enum os::Privilege;
    VrrpRights rights{{.user = {}, .kept = {NetAdmin, NetRaw}}, why_not_the_user(host)};
    std::vector<os::Privilege>& kept = rights.confinement.kept;
    if (rights.shortcoming.empty() && !host.is_the_user) rights.confinement.user = host.user;
    const auto limits = limits_for(config.globals.processes);
    if (limits && !limits_are_raised) {
        if (limits->realtime > 0 || limits->nice < 0) kept.push_back(SysNice);
        if (limits->all_memory) kept.push_back(IpcLock);
    }
    return rights;
}

}  // namespace understudy::daemon
