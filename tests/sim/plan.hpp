// Configurations for simulated routers, as an operator would have written them: one virtual router on eth0.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "understudy/model/config.hpp"

namespace understudy::sim {

inline constexpr const char* kInterface = "eth0";

struct PlannedScript {
    std::string name;
    std::int16_t weight = 0;
    microseconds interval = seconds{1};
    microseconds timeout = seconds{1};
    std::uint32_t rise = 1;
    std::uint32_t fall = 1;
};

struct Plan {
    int priority = 100;
    net::VrrpVersion version = net::VrrpVersion::V2;
    net::Family family = net::Family::Ipv4;
    int vrid = 51;
    microseconds interval = seconds{1};
    bool preempt = true;
    microseconds preempt_delay{0};
    bool starts_as_master = false;
    bool virtual_mac = false;
    bool accept = true;
    std::optional<seconds> address_lease = {};
    std::optional<model::SplitBrain> split_brain = {};
    std::string witness = {};  // of split_brain; empty: none
    std::vector<std::string> addresses = {"203.0.113.1"};
    std::vector<PlannedScript> scripts = {};
    std::vector<std::string> routes = {};  // virtual_routes: destinations, with the first address as source
    std::vector<std::string> rules = {};   // virtual_rules: sources, to look up table 100
};

[[nodiscard]] model::Instance instance_of(const Plan& plan);
[[nodiscard]] std::shared_ptr<model::Config> config_of(const Plan& plan);

}  // namespace understudy::sim
