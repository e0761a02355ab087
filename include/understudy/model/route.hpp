// An entry of virtual_routes, static_routes, virtual_rules or static_rules, as it was asked for.
#pragma once

#include <cstdint>
#include <string>

#include "understudy/net/route.hpp"
#include "understudy/net/rule.hpp"

namespace understudy::model {

// Where it stands among routes to the same destination that differ only in their next hop.
enum class Insertion : std::uint8_t { Before, After, Alone };  // prepend, append, add

struct Route {
    net::RouteOn<std::string> route;
    Insertion insertion = Insertion::Before;
    bool tracked = true;      // false: no_track
    std::string track_group;  // of a static route; empty: none

    friend bool operator==(const Route&, const Route&) = default;
};

struct Rule {
    net::Rule rule;
    bool tracked = true;
    std::string track_group;  // of a static rule

    friend bool operator==(const Rule&, const Rule&) = default;
};

}  // namespace understudy::model
