// Configurations of several hosts, written in a test and judged together.
#pragma once

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/config/render.hpp"
#include "understudy/pair/check.hpp"

#include "fake_host.hpp"

namespace understudy::pair {

constexpr std::string_view kAddress = "virtual_ipaddress {\n192.0.2.50/24\n}\n";

// One instance on eth0 with these statements more.
inline std::string instance(std::string_view statements, std::string_view name = "VI_1", int vrid = 51,
                            std::string_view addresses = kAddress) {
    return "vrrp_instance " + std::string{name} + " {\ninterface eth0\nvirtual_router_id " +
           std::to_string(vrid) + "\n" + std::string{statements} + "\n" + std::string{addresses} + "}\n";
}

// The hosts are called alpha, beta, gamma.
inline Report judge(const std::vector<std::string>& texts) {
    static constexpr std::string_view kNames[] = {"alpha", "beta", "gamma"};
    std::deque<config::LoadResult> loaded;
    std::vector<HostConfig> hosts;
    for (const std::string& text : texts) {
        const std::string name{kNames[hosts.size()]};
        config::MemoryReader reader;
        reader.add(name + ".conf", text);
        config::LoadOptions options;
        options.offline = true;
        options.places = true;
        loaded.push_back(config::load(name + ".conf", reader, golden::FakeHost{}, options));
        if (loaded.back().diagnostics.has_errors())
            throw std::invalid_argument(config::render(loaded.back().diagnostics.all()));
        hosts.push_back({name, name + ".conf", &loaded.back()});
    }
    return check(hosts);
}

// The findings of a code.
inline std::vector<Finding> found(const Report& report, Code code) {
    std::vector<Finding> all;
    std::ranges::copy_if(report.findings, std::back_inserter(all),
                         [&](const Finding& finding) { return finding.code == code; });
    return all;
}

}  // namespace understudy::pair
