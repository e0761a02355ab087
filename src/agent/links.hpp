// The agent's picture of links and of the addresses that may serve as a router's source. Virtual addresses
// are kept by desired/ and never appear here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "understudy/base/members.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/interface_address.hpp"
#include "understudy/net/link.hpp"

namespace understudy::agent {

class Links {
public:
    // True: something a virtual router cares about is new or different.
    bool seen(const net::Link& link);
    bool vanished(net::LinkIndex index);
    bool seen(const net::InterfaceAddress& address);
    bool vanished(const net::InterfaceAddress& address);
    void forget_everything();

    [[nodiscard]] const net::Link* find(net::LinkIndex index) const;
    [[nodiscard]] const net::Link* find(std::string_view name) const;
    [[nodiscard]] std::vector<net::LinkIndex> indices() const;

    // Usable addresses of this family in the kernel's order; tentative ones are not usable yet.
    [[nodiscard]] const std::vector<net::InterfaceAddress>& addresses(net::LinkIndex index) const;
    // The address of one of this host's own interfaces.
    [[nodiscard]] bool owns(const net::Mac& mac) const;
    // One of this host's own addresses.
    [[nodiscard]] bool owns(const net::Address& address) const;

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 2;

    struct Entry {
        net::Link link;
        std::vector<net::InterfaceAddress> addresses;
    };
    std::unordered_map<net::LinkIndex, Entry> by_index_;
    std::unordered_map<std::string, net::LinkIndex> by_name_;
};

}  // namespace understudy::agent
