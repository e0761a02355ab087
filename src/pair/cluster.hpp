// The hosts and their virtual routers side by side, and the list of findings that grows about them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "understudy/pair/check.hpp"

namespace understudy::pair {

struct Cluster {
    std::span<const HostConfig> hosts;
    std::vector<VirtualRouter> routers;

    [[nodiscard]] const model::Config& config(std::size_t host) const { return hosts[host].loaded->config; }
    // None: this host has no part in it.
    [[nodiscard]] const model::Instance* instance(const VirtualRouter& router, std::size_t host) const {
        const std::optional<std::size_t> index = router.instances[host];
        return index ? &config(host).instances[*index] : nullptr;
    }
    // The hosts that have a part in it.
    [[nodiscard]] std::vector<std::size_t> members(const VirtualRouter& router) const {
        std::vector<std::size_t> found;
        for (std::size_t host = 0; host < hosts.size(); ++host)
            if (router.instances[host]) found.push_back(host);
        return found;
    }
    [[nodiscard]] const std::string& name(std::size_t host) const { return hosts[host].name; }
    // The sync group of an instance of a host.
    [[nodiscard]] const model::SyncGroup* group(std::size_t host, std::size_t instance) const;
    [[nodiscard]] std::size_t units() const;
};

[[nodiscard]] Cluster match(std::span<const HostConfig> hosts);

// Collects findings, each with the place of the statement it is about.
class Findings {
public:
    explicit Findings(const Cluster& cluster) : cluster_(cluster) {}

    // About `keyword` of the instance of a router on a host; of its header when the keyword isn't written.
    void add(Code code, std::size_t host, const VirtualRouter& router, std::string_view keyword,
             std::string message, std::string hint = "");
    // About a block such as "vrrp_sync_group G".
    void add_block(Code code, std::size_t host, const std::string& block, std::string message,
                   std::string hint = "");
    // Errors first.
    [[nodiscard]] std::vector<Finding> take() &&;

private:
    [[nodiscard]] Place locate(std::size_t host, const std::string& block, std::string_view keyword) const;

    const Cluster& cluster_;
    std::vector<Finding> all_;
};

// "alpha", "alpha and beta", "alpha, beta and gamma".
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

}  // namespace understudy::pair
