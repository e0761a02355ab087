// One message about a route or rule, for both readers of datagrams.
#pragma once

#include <linux/netlink.h>

#include <optional>

#include "understudy/base/bytes.hpp"
#include "understudy/wire/rtnl_route.hpp"

namespace understudy::wire {

// None: it is about something else, or says nothing that can be understood.
[[nodiscard]] std::optional<RouteMessage> decode_route_message(const nlmsghdr& header, Bytes payload);

}  // namespace understudy::wire
