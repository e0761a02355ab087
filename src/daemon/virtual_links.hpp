// Makes and removes the interfaces with virtual MACs that the agent orders, with the kernel settings of each
// and of the interface below it, which gets its own settings back when the last one on it goes.
#pragma once

#include <expected>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "understudy/desired/virtual_links.hpp"
#include "understudy/net/virtual_link.hpp"
#include "understudy/os/link_requests.hpp"
#include "understudy/os/log.hpp"

namespace understudy::daemon {

class VirtualLinkMaker {
public:
    explicit VirtualLinkMaker(os::Log& log) : log_(&log) {}

    // 0 or an errno for each, in order.
    [[nodiscard]] std::vector<int> change(const std::vector<desired::LinkChange>& changes);

private:
    using Done = std::expected<void, os::SysError>;

    [[nodiscard]] Done carry_out(const desired::LinkChange& change);
    [[nodiscard]] Done make(const desired::LinkChange& change);
    [[nodiscard]] Done configure(const net::VirtualLink& link, net::LinkIndex index);
    [[nodiscard]] Done remove(const desired::LinkChange& change);
    [[nodiscard]] Done prepare_base(const desired::LinkChange& change);
    [[nodiscard]] Done filter_sources_by_interface();
    void restore_base(net::LinkIndex link);
    void restore_filters();

    os::Log* log_;
    std::optional<os::LinkRequests> requests_;
    struct Base {
        std::vector<net::KernelSetting> before;  // what the settings were, by name
        std::set<std::string> links;             // on it, by name
    };
    std::map<net::LinkIndex, Base> bases_;
    struct Raised {
        std::string path;
        std::string before;
        std::string now;
    };
    std::vector<Raised> raised_;  // rp_filter of the host and of its interfaces, in the order of the changes
};

}  // namespace understudy::daemon
