// Routes and rules as they were written. What their words mean is known at once; whether the interfaces and
// groups they name exist is known when everything has been read.
#pragma once

#include <string>
#include <vector>

#include "understudy/config/source.hpp"
#include "understudy/model/route.hpp"

#include "given.hpp"

namespace understudy::config {

struct LinkUse {
    std::string name;
    Span span;
};

struct RouteDraft {
    model::Route route;
    Span span;
    std::vector<LinkUse> links;
    Given<std::string> track_group;
};

struct RuleDraft {
    model::Rule rule;
    Span span;
    std::vector<LinkUse> links;
    bool in_link = false;  // one of them is that of arriving packets
    Given<std::string> track_group;
};

}  // namespace understudy::config
