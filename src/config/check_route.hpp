// Routes and rules against what else was read and what this host has.
#pragma once

#include <vector>

#include "understudy/model/route.hpp"

#include "check.hpp"

namespace understudy::config {

[[nodiscard]] std::vector<model::Route> check_routes(const CheckContext& context,
                                                     const std::vector<RouteDraft>& drafts);
[[nodiscard]] std::vector<model::Rule> check_rules(const CheckContext& context,
                                                   const std::vector<RuleDraft>& drafts);

}  // namespace understudy::config
