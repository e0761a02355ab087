// Puts a picture of the kernel together from the answers to a dump and the notifications that come in between
// them.
#pragma once

#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "understudy/net/interface_address.hpp"
#include "understudy/net/link.hpp"
#include "understudy/os/netlink.hpp"
#include "understudy/wire/rtnl.hpp"

namespace understudy::os {

class KernelDump {
public:
    // Forgets everything; the answers that follow are links.
    void begin_links();
    // Forgets the addresses; the answers that follow are addresses. So for routes and rules.
    void begin_addresses();
    void begin_routes(net::Family family);
    void begin_rules(net::Family family);

    void apply(const wire::RtnlMessage& message, bool from_dump);

    // Something was first reported as removed and then listed: the kernel may have listed it before it was
    // removed and handed us the list only afterwards. Only another dump can tell.
    [[nodiscard]] bool is_ambiguous() const { return ambiguous_; }

    [[nodiscard]] KernelPicture take();

private:
    // Of an address with a peer there may be several (IPv4), which differ in the peer's network.
    using AddressKey = std::tuple<net::LinkIndex, net::Prefix, net::Prefix>;
    [[nodiscard]] static AddressKey key_of(const net::InterfaceAddress& address);

    void hear(const net::Link& link, bool from_dump);
    void hear(const net::InterfaceAddress& address, bool from_dump);
    template <typename Object>
    void hear(const Object& object, bool from_dump, std::vector<Object>& held, std::vector<Object>& removed);

    std::map<net::LinkIndex, net::Link> links_;
    std::map<AddressKey, net::InterfaceAddress> addresses_;
    std::set<net::LinkIndex> removed_links_;
    std::set<AddressKey> removed_addresses_;
    // Routes and rules have no order; there are few that are told of here, and fewer that change meanwhile.
    std::vector<net::Route> routes_;
    std::vector<net::Rule> rules_;
    std::vector<net::Route> removed_routes_;
    std::vector<net::Rule> removed_rules_;
    bool ambiguous_ = false;
};

}  // namespace understudy::os
