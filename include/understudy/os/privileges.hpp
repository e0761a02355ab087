// The rights of this process, and how it gives up those it does not need (capabilities(7), setpriv(1)). What
// is given up cannot be had again, by itself or by a program it starts. The rights that others of the
// daemon's processes need are theirs: each of them calls this for itself, or does not.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "understudy/os/sys_error.hpp"
#include "understudy/os/users.hpp"

namespace understudy::os {

// Those of root's privileges that somebody asks about.
enum class Privilege : std::uint8_t {
    NetAdmin,     // addresses, links, routes, filters, settings below /proc/sys/net
    NetRaw,       // adverts, and frames of any kind
    SysNice,      // real time, and to go before others
    IpcLock,      // memory that is never swapped out
    Kill,         // signals to processes of others
    SetUid,       // to become somebody else
    SetGid,       // and to leave our groups
    SetPcap,      // to shed rights for good
    SysResource,  // limits beyond our own
};
[[nodiscard]] std::string_view name(Privilege privilege);  // "CAP_NET_ADMIN"
// In effect now.
[[nodiscard]] bool has(Privilege privilege);

struct Confinement {
    std::optional<Identity> user;  // who it is from now on; none: who it is
    std::vector<Privilege> kept;   // of those it has; all others are gone
    bool may_leave_cores = false;  // when it crashes; else nobody but root may look into its memory
};
// The signal that a dead parent leads to has to be asked for anew. Refused, all may be as it was, or a part.
[[nodiscard]] std::expected<void, SysError> confine(const Confinement& confinement);

// How far a process may go in what it asks of the kernel for itself. At least this far, and never less far
// than it may already; where this process stands itself, that one may always return to.
struct SchedulingLimits {
    int nice = 0;                // the lowest
    std::uint32_t realtime = 0;  // the highest priority; 0: none
    bool all_memory = false;     // may be locked

    friend bool operator==(const SchedulingLimits&, const SchedulingLimits&) = default;
};
// 0: this process.
[[nodiscard]] std::expected<void, SysError> allow(pid_t process, const SchedulingLimits& limits);

}  // namespace understudy::os
