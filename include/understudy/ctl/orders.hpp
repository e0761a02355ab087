// What the operator has ordered of one instance and is in force. The vrrp process tells its supervisor
// whenever it changes, and is told by it when it has to begin anew after a crash. Times are those of the
// monotonic clock, which all processes of a host share.
#pragma once

#include <optional>
#include <string>

#include "understudy/base/time.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::ctl {

struct StandingOrders {
    struct Drain {
        Instant since;
        std::optional<Instant> until;
        bool failover = false;  // it ends when another router is master
        friend bool operator==(const Drain&, const Drain&) = default;
    };

    std::string instance;
    std::optional<net::Priority> priority;
    std::optional<Drain> drain;
    bool held_back = false;  // it takes the role back from nobody
    friend bool operator==(const StandingOrders&, const StandingOrders&) = default;
};

}  // namespace understudy::ctl
