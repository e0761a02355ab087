// What Linux does with routes and rules, for tests: it refuses what is there already or is not, lets IPv4
// routes go without a word with their interface or their preferred source, and tells of all other changes in
// order.
#pragma once

#include <deque>
#include <string_view>
#include <variant>
#include <vector>

#include "understudy/desired/routes.hpp"
#include "understudy/desired/rules.hpp"

namespace understudy::desired {

// "203.0.113.0/24" over link 1, or another.
[[nodiscard]] WantedRoute route_to(std::string_view prefix, std::uint32_t link = 1);
// From an address to table 100.
[[nodiscard]] WantedRule rule_from(std::string_view prefix, std::uint32_t priority = 100);

class ModelRoutes {
public:
    struct News {
        bool appeared = true;
        std::variant<net::Route, net::Rule> object;
        bool replaces = false;
    };

    // 0 or an errno.
    int carry_out(const RouteChange& change);
    int carry_out(const RuleChange& change);
    // By somebody else, in the place of all that are to the same destination.
    void replace(const net::Route& route);
    void link_down(net::LinkIndex link);
    void address_removed(const net::Address& address);

    [[nodiscard]] bool holds(const net::Route& route) const;
    [[nodiscard]] bool holds(const net::Rule& rule) const;
    [[nodiscard]] const std::vector<net::Route>& routes() const { return routes_; }
    [[nodiscard]] const std::vector<net::Rule>& rules() const { return rules_; }

    std::deque<News> news;

private:
    std::vector<net::Route> routes_;
    std::vector<net::Rule> rules_;
};

}  // namespace understudy::desired
