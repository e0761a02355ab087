// The part of a simulated host that outlives its agent: links, addresses, routes and rules by Linux's rules,
// and the news of what changes about them, in order.
#pragma once

#include <vector>

#include "understudy/agent/action.hpp"
#include "understudy/agent/event.hpp"

#include "support/model_kernel.hpp"
#include "support/model_routes.hpp"

namespace understudy::sim {

// The one interface of a host that is on the LAN.
inline constexpr net::LinkIndex kLan{2};

class Kernel {
public:
    Kernel(const net::Mac& mac, std::vector<net::InterfaceAddress> own);

    int carry_out(const agent::KernelChange& change);
    int carry_out(const desired::LinkChange& change);
    // By somebody who is not the agent: 0 or an errno.
    int add(const net::InterfaceAddress& address);
    int remove(const net::Address& address);
    void set_carrier(bool up);

    // Somebody removes an interface with a virtual MAC: 0 or an errno.
    int remove_virtual_link(const std::string& name);
    [[nodiscard]] const std::vector<net::Link>& virtual_links() const { return virtual_links_; }
    [[nodiscard]] bool has_carrier() const { return link_.running; }
    [[nodiscard]] bool holds(const net::Address& address) const;
    [[nodiscard]] const std::vector<net::InterfaceAddress>& addresses() const { return objects_.all(); }
    [[nodiscard]] const desired::ModelRoutes& routes() const { return routes_; }
    [[nodiscard]] agent::KernelPictured picture() const;

    // What has happened since the last call.
    [[nodiscard]] std::vector<agent::Event> take_news();

private:
    void collect();
    void tell(const net::Route& route, bool appeared, bool replaces);
    void tell(const net::Rule& rule, bool appeared, bool replaces);
    int remove_link(net::LinkIndex index);

    desired::ModelKernel objects_;
    desired::ModelRoutes routes_;
    net::Link link_;
    std::vector<net::Link> virtual_links_;  // on it
    std::uint32_t last_index_ = kLan.value;
    std::vector<agent::Event> news_;
};

}  // namespace understudy::sim
