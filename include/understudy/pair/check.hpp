// Whether the configurations of several hosts work together: do they hear each other, do they protect the
// same, who is master, and what does each failure lead to. Judged with the agent's own means (an advert of
// one is encoded and put before the rules of the other, RFC 9568 §7.1; weights and ranks by track/ and
// vrrp/), so the answer is what the daemons would do. Passwords and keys are compared and never told.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/config/load.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/virtual_router.hpp"
#include "understudy/pair/finding.hpp"

namespace understudy::pair {

// One host's configuration, loaded without errors and with its places.
struct HostConfig {
    std::string name;
    std::string file;
    const config::LoadResult* loaded = nullptr;
};

// Instances that back each other, one a host at most.
struct VirtualRouter {
    std::string name;
    net::Vrid vrid{1};
    net::Family family = net::Family::Ipv4;
    std::vector<std::optional<std::size_t>> instances;  // by host: index into its configuration
    std::size_t unit = 0;  // those of one unit move together (a sync group); others stand alone
};

// By index of host. More than one master: the address is held twice. None: nobody holds it.
using Masters = std::vector<std::size_t>;

struct Outcome {
    Masters meanwhile;
    Masters afterwards;                // once it is over
    std::optional<microseconds> wait;  // a host that dies is missed only after this
};

struct Failure {
    std::size_t host = 0;
    std::string kind;  // "host", "interface", "script"
    std::string name;
    std::string text;               // "script check_web fails"
    std::vector<Outcome> outcomes;  // one a virtual router
};

struct Report {
    std::vector<std::string> hosts;
    std::vector<VirtualRouter> virtual_routers;
    std::vector<Masters> masters;                      // while all is well, one a virtual router
    std::vector<std::vector<std::string>> priorities;  // then in effect, by virtual router and host
    std::vector<Failure> failures;
    std::vector<Finding> findings;  // errors first

    [[nodiscard]] bool has_errors() const;
};

// At least two hosts.
[[nodiscard]] Report check(std::span<const HostConfig> hosts);

}  // namespace understudy::pair
