#include "understudy/os/privileges.hpp"

#include <cap-ng.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "capability.hpp"

namespace understudy::os {

namespace {

struct Named {
    Privilege privilege;
    unsigned number;
    std::string_view name;
};
constexpr std::array kPrivileges{
    Named{Privilege::NetAdmin, CAP_NET_ADMIN, "CAP_NET_ADMIN"},
    Named{Privilege::NetRaw, CAP_NET_RAW, "CAP_NET_RAW"},
    Named{Privilege::SysNice, CAP_SYS_NICE, "CAP_SYS_NICE"},
    Named{Privilege::IpcLock, CAP_IPC_LOCK, "CAP_IPC_LOCK"},
    Named{Privilege::Kill, CAP_KILL, "CAP_KILL"},
    Named{Privilege::SetUid, CAP_SETUID, "CAP_SETUID"},
    Named{Privilege::SetGid, CAP_SETGID, "CAP_SETGID"},
    Named{Privilege::SetPcap, CAP_SETPCAP, "CAP_SETPCAP"},
    Named{Privilege::SysResource, CAP_SYS_RESOURCE, "CAP_SYS_RESOURCE"},
};

const Named& row(Privilege privilege) {
    return *std::ranges::find(kPrivileges, privilege, &Named::privilege);
}

constexpr int kNiceSpan = 20;  // getrlimit(2): the limit of -20 is 40

// More of the kernel's limits than there is, never less.
std::expected<void, SysError> raise_limit(pid_t process, __rlimit_resource which, rlim_t least) {
    rlimit limit{};
    if (::prlimit(process, which, nullptr, &limit) < 0)
        return std::unexpected(SysError::last("ask for the limits of a process"));
    if (limit.rlim_cur >= least) return {};  // also RLIM_INFINITY, which is the largest number
    limit.rlim_cur = least;
    limit.rlim_max = std::max(limit.rlim_max, least);
    if (::prlimit(process, which, &limit, nullptr) < 0)
        return std::unexpected(SysError::last("raise the limits of a process"));
    return {};
}

// Then nothing is to be asked of the kernel, which may have been told to refuse it.
bool has_only(const std::vector<Privilege>& kept) {
    if (capng_get_caps_process() != 0) return false;
    for (unsigned number = 0; number <= CAP_LAST_CAP; ++number)
        if (capng_have_capability(CAPNG_PERMITTED, number) != 0 &&
            std::ranges::none_of(kept, [&](Privilege one) { return row(one).number == number; }))
            return false;
    return true;
}

std::expected<void, SysError> become_less(const Confinement& confinement) {
    if (!confinement.user && has_only(confinement.kept)) return {};
    capng_clear(CAPNG_SELECT_BOTH);
    for (const Privilege kept : confinement.kept)
        if (has(kept))
            capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
                         row(kept).number);
    const bool bounding = has(Privilege::SetPcap);
    errno = EPERM;  // the library does not always say why
    if (confinement.user) {
        const int how = CAPNG_DROP_SUPP_GRP | (bounding ? CAPNG_CLEAR_BOUNDING : CAPNG_NO_FLAG);
        const int refused =
            capng_change_id(static_cast<int>(confinement.user->uid), static_cast<int>(confinement.user->gid),
                            static_cast<capng_flags_t>(how));
        if (refused != 0) return std::unexpected(SysError::last("give up the rights of root"));
    } else if (capng_apply(bounding ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS) != 0) {
        return std::unexpected(SysError::last("give up privileges"));
    }
    return {};
}

}  // namespace

std::string_view name(Privilege privilege) { return row(privilege).name; }
bool has(Privilege privilege) { return is_capable_of(row(privilege).number); }

std::expected<void, SysError> confine(const Confinement& confinement) {
    if (auto done = become_less(confinement); !done) return done;
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return std::unexpected(SysError::last("refuse new privileges"));
    // The kernel takes this right away with the user.
    if (confinement.may_leave_cores) ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    return {};
}

std::expected<void, SysError> allow(pid_t process, const SchedulingLimits& limits) {
    const int lowest = std::min(limits.nice, ::getpriority(PRIO_PROCESS, 0));
    if (auto done = raise_limit(process, RLIMIT_NICE, static_cast<rlim_t>(kNiceSpan - lowest)); !done)
        return done;
    sched_param own{};
    ::sched_getparam(0, &own);
    const auto priority =
        std::max(static_cast<rlim_t>(limits.realtime), static_cast<rlim_t>(own.sched_priority));
    if (auto done = raise_limit(process, RLIMIT_RTPRIO, priority); !done) return done;
    if (!limits.all_memory) return {};
    return raise_limit(process, RLIMIT_MEMLOCK, RLIM_INFINITY);
}

}  // namespace understudy::os
