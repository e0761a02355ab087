// What a configuration asks for, as the kernel knows it: addresses, routes and rules, with the numbers of the
// interfaces they name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "understudy/desired/routes.hpp"
#include "understudy/desired/rules.hpp"
#include "understudy/model/address.hpp"
#include "understudy/model/route.hpp"
#include "understudy/net/interface_address.hpp"
#include "understudy/net/link.hpp"

#include "links.hpp"

namespace understudy::agent {

[[nodiscard]] net::InterfaceAddress on_link(const model::VirtualAddress& asked, net::LinkIndex link,
                                            std::optional<seconds> lease = std::nullopt);

// Those that can be asked for now. A route is left out while an interface it names does not exist, or while
// the only one is switched off: the kernel has taken it away, and would refuse it.
[[nodiscard]] std::vector<desired::WantedRoute> routes_on(const Links& links,
                                                          const std::vector<model::Route>& asked);
[[nodiscard]] std::vector<desired::WantedRule> wanted_rules(const std::vector<model::Rule>& asked);

// All interfaces that these routes name.
void add_links_of(const std::vector<model::Route>& routes, std::vector<std::string>& names);

// In the words of a configuration: "203.0.113.0/24 via 192.0.2.2 dev eth0 table 100".
[[nodiscard]] std::string text_of(const net::Route& route, const Links& links);
[[nodiscard]] std::string text_of(const net::Rule& rule);

}  // namespace understudy::agent
