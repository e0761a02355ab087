// The part of a simulated host that outlives its agent: links, addresses, routes and rules by Linux's rules,
// and the news of what changes about them, in order.
#pragma once

#include <string>
#include <vector>

#include "understudy/agent/action.hpp"
#include "understudy/agent/event.hpp"

#include "support/model_kernel.hpp"
#include "support/model_routes.hpp"

namespace understudy::sim {

// The one interface of a host that is on the LAN has this index, until somebody makes it anew.
inline constexpr net::LinkIndex kFirstLan{2};

class Kernel {
public:
    Kernel(const net::Mac& mac, std::vector<net::InterfaceAddress> own);

    int carry_out(const agent::KernelChange& change);
    int carry_out(const desired::LinkChange& change);
    // By somebody who is not the agent: 0 or an errno.
    int add(const net::InterfaceAddress& address);
    int remove(const net::Address& address);
    void set_carrier(bool up);
    // Address leases begin then, and those that have ended by then are over.
    void time_is(Instant now);

    // What somebody may do to the interface on the LAN. Without it nothing is heard or said.
    void remove_lan();                                             // with all that is on it
    void make_lan(const std::vector<net::InterfaceAddress>& own);  // its index is a new one
    void rename_lan(const std::string& name);
    void set_mtu(std::uint32_t mtu);
    // News that have not been taken are lost, as when a socket overruns.
    void lose_news() { news_.clear(); }
    // Its present index, or the last it had.
    [[nodiscard]] net::LinkIndex lan() const { return link_.index; }
    [[nodiscard]] const net::Mac& mac() const { return link_.mac; }
    [[nodiscard]] bool has_lan() const { return present_; }
    // On what a socket can be: the interface, one on it, or none in particular (0).
    [[nodiscard]] bool has_link(net::LinkIndex link) const;

    // Somebody removes an interface with a virtual MAC: 0 or an errno.
    int remove_virtual_link(const std::string& name);
    [[nodiscard]] const std::vector<net::Link>& virtual_links() const { return virtual_links_; }
    [[nodiscard]] bool has_carrier() const { return present_ && link_.running; }
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
    bool present_ = true;
    std::vector<net::Link> virtual_links_;  // on it
    std::uint32_t last_index_ = kFirstLan.value;
    std::vector<agent::Event> news_;
};

}  // namespace understudy::sim
