// What the vrrp process may do once it has opened what only root may open (provisions.hpp): as whom it runs,
// which of root's privileges it keeps, and how high it may raise itself. It parses what strangers send, so
// this is as little as it can do its work with: CAP_NET_ADMIN and CAP_NET_RAW. Real time and locked memory it
// asks for within limits that are raised while it is root, and by the supervisor at a reload; only where the
// host raises no limits does it keep CAP_SYS_NICE or CAP_IPC_LOCK for them. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "understudy/model/config.hpp"
#include "understudy/os/privileges.hpp"
#include "understudy/os/users.hpp"

namespace understudy::daemon {

// How this host lets us.
struct HostRights {
    bool is_root = false;
    bool is_the_user = false;          // already, all of the daemon
    std::optional<os::Identity> user;  // understudy, where there is one
    bool may_become_user = false;
    bool may_signal_user = false;  // who is somebody else

    friend bool operator==(const HostRights&, const HostRights&) = default;
};

struct VrrpRights {
    os::Confinement confinement;
    std::string shortcoming;  // why it is not as confined as it could be; empty: it is
};

// None: it asks for nothing that needs any.
[[nodiscard]] std::optional<os::SchedulingLimits> limits_for(const model::Processes& processes);

// `limits_are_raised`: those above, if there are any.
[[nodiscard]] VrrpRights vrrp_rights(const model::Config& config, const HostRights& host,
                                     bool limits_are_raised);

}  // namespace understudy::daemon
