// rtnetlink messages about routes and rules of the routing policy database, to values and back
// (rtnetlink(7)). What the kernel tells of a route that was asked for is not word for word the same: it fills
// in a metric (IPv6), a preference, the interface of a route that leads nowhere. Deciding whether two are the
// same is for whoever compares.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "understudy/base/bytes.hpp"
#include "understudy/net/route.hpp"
#include "understudy/net/rule.hpp"

namespace understudy::wire {

struct RouteHeard {
    net::Route route;
    bool replaces = false;  // it came in the place of another one, which is gone without a word of its own
    friend bool operator==(const RouteHeard&, const RouteHeard&) = default;
};
struct RouteRemoved {
    net::Route route;
    friend bool operator==(const RouteRemoved&, const RouteRemoved&) = default;
};
struct RuleHeard {
    net::Rule rule;
    friend bool operator==(const RuleHeard&, const RuleHeard&) = default;
};
struct RuleRemoved {
    net::Rule rule;
    friend bool operator==(const RuleRemoved&, const RuleRemoved&) = default;
};
using RouteMessage = std::variant<RouteHeard, RouteRemoved, RuleHeard, RuleRemoved>;

// Appends the values of all messages about routes and rules in a datagram to `out`; others are skipped, and
// so are copies of routes that the kernel keeps for single destinations.
void decode_routes(Bytes datagram, std::vector<RouteMessage>& out);

// Where a route stands among those that differ only in their next hop.
enum class RoutePlace : std::uint8_t { First, Last, Alone };

// Append one request to a batch, with an acknowledgement. A route or rule that is there already is EEXIST; so
// is, for Alone, another route to the same destination. One that is removed but not there is ESRCH or ENOENT.
void append_add_route(std::vector<std::byte>& batch, const net::Route& route, RoutePlace place,
                      std::uint32_t sequence);
void append_remove_route(std::vector<std::byte>& batch, const net::Route& route, std::uint32_t sequence);
void append_add_rule(std::vector<std::byte>& batch, const net::Rule& rule, std::uint32_t sequence);
void append_remove_rule(std::vector<std::byte>& batch, const net::Rule& rule, std::uint32_t sequence);
// Of keepalived's protocol only, if the socket asks for strict checking (NETLINK_GET_STRICT_CHK); else all.
void append_dump_routes(std::vector<std::byte>& batch, net::Family family, std::uint32_t sequence);
// Of the main table, whoever made them.
void append_dump_main_routes(std::vector<std::byte>& batch, net::Family family, std::uint32_t sequence);
void append_dump_rules(std::vector<std::byte>& batch, net::Family family, std::uint32_t sequence);

}  // namespace understudy::wire
