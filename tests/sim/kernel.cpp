#include "sim/kernel.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "understudy/base/assert.hpp"
#include "understudy/base/overloaded.hpp"

#include "sim/plan.hpp"

namespace understudy::sim {

Kernel::Kernel(const net::Mac& mac, std::vector<net::InterfaceAddress> own) {
    link_ = {.index = kFirstLan, .name = kInterface, .mac = mac, .admin_up = true, .running = true};
    link_.multicast = true;
    for (const net::InterfaceAddress& address : own) UNDERSTUDY_ASSERT(objects_.add(address) == 0);
    objects_.news.clear();
}

int Kernel::carry_out(const agent::KernelChange& change) {
    const int error = std::visit(overloaded{[&](const desired::Change& c) { return objects_.carry_out(c); },
                                            [&](const auto& c) { return routes_.carry_out(c); }},
                                 change);
    collect();
    return error;
}

int Kernel::carry_out(const desired::LinkChange& change) {
    if (change.kind == desired::LinkChange::Kind::Remove) return remove_link(change.existing);
    auto known = std::ranges::find(virtual_links_, change.link.name, &net::Link::name);
    if (change.existing.value == 0) {
        if (!present_) return ENODEV;
        if (known != virtual_links_.end()) return EEXIST;
        net::Link made = link_;
        made.index = net::LinkIndex{++last_index_};
        made.name = change.link.name;
        made.mac = change.link.mac;
        made.base = change.link.base;
        made.macvlan = made.private_macvlan = true;
        known = virtual_links_.insert(virtual_links_.end(), made);
        objects_.add_link(made.index.value);
    }
    if (known == virtual_links_.end()) return ENODEV;
    known->admin_up = true;
    known->alias = desired::note_of({});
    news_.emplace_back(agent::LinkSeen{*known});
    return 0;
}

int Kernel::remove_link(net::LinkIndex index) {
    if (std::erase_if(virtual_links_, [&](const net::Link& link) { return link.index == index; }) == 0)
        return ENODEV;
    objects_.remove_link(index.value);
    collect();
    news_.emplace_back(agent::LinkVanished{index});
    return 0;
}

int Kernel::remove_virtual_link(const std::string& name) {
    const auto known = std::ranges::find(virtual_links_, name, &net::Link::name);
    return known == virtual_links_.end() ? ENODEV : remove_link(known->index);
}

int Kernel::add(const net::InterfaceAddress& address) {
    return carry_out(desired::Change{desired::Change::Kind::Add, address});
}

int Kernel::remove(const net::Address& address) {
    for (const net::InterfaceAddress& held : objects_.all())
        if (held.prefix.address == address)
            return carry_out(desired::Change{desired::Change::Kind::Remove, held});
    return EADDRNOTAVAIL;
}

void Kernel::time_is(Instant now) {
    objects_.time_is(now);
    collect();
}

void Kernel::set_carrier(bool up) {
    if (std::exchange(link_.running, up) == up) return;
    news_.emplace_back(agent::LinkSeen{link_});
    for (net::Link& link : virtual_links_) {
        link.running = up;
        news_.emplace_back(agent::LinkSeen{link});
    }
}

void Kernel::remove_lan() {
    UNDERSTUDY_ASSERT(present_);
    while (!virtual_links_.empty()) remove_link(virtual_links_.back().index);
    objects_.remove_link(link_.index.value);
    collect();
    present_ = false;
    news_.emplace_back(agent::LinkVanished{link_.index});
}

void Kernel::make_lan(const std::vector<net::InterfaceAddress>& own) {
    UNDERSTUDY_ASSERT(!present_);
    link_.index = net::LinkIndex{++last_index_};
    link_.name = kInterface;
    objects_.add_link(link_.index.value);
    present_ = true;
    news_.emplace_back(agent::LinkSeen{link_});
    for (net::InterfaceAddress address : own) {
        address.link = link_.index;
        UNDERSTUDY_ASSERT(add(address) == 0);
    }
}

void Kernel::rename_lan(const std::string& name) {
    link_.name = name;
    news_.emplace_back(agent::LinkSeen{link_});
}

void Kernel::set_mtu(std::uint32_t mtu) {
    link_.mtu = mtu;
    news_.emplace_back(agent::LinkSeen{link_});
}

bool Kernel::has_link(net::LinkIndex link) const {
    return link.value == 0 || (present_ && link == link_.index) ||
           std::ranges::find(virtual_links_, link, &net::Link::index) != virtual_links_.end();
}

bool Kernel::holds(const net::Address& address) const {
    return std::ranges::any_of(objects_.all(),
                               [&](const auto& held) { return held.prefix.address == address; });
}

agent::KernelPictured Kernel::picture() const {
    std::vector<net::Link> links;
    if (present_) links.push_back(link_);
    links.insert(links.end(), virtual_links_.begin(), virtual_links_.end());
    return {std::move(links), objects_.all(), routes_.routes(), routes_.rules()};
}

void Kernel::collect() {
    using Kind = desired::ModelKernel::News::Kind;
    for (const auto& news : std::exchange(objects_.news, {})) {
        if (news.kind == Kind::Added) news_.emplace_back(agent::AddressSeen{news.address});
        if (news.kind != Kind::Removed) continue;
        routes_.address_removed(news.address.prefix.address);
        news_.emplace_back(agent::AddressVanished{news.address});
    }
    for (const auto& news : std::exchange(routes_.news, {}))
        std::visit([&](const auto& object) { tell(object, news.appeared, news.replaces); }, news.object);
}

void Kernel::tell(const net::Route& route, bool appeared, bool replaces) {
    if (appeared)
        news_.emplace_back(agent::RouteSeen{route, replaces});
    else
        news_.emplace_back(agent::RouteVanished{route});
}

void Kernel::tell(const net::Rule& rule, bool appeared, bool) {
    if (appeared)
        news_.emplace_back(agent::RuleSeen{rule});
    else
        news_.emplace_back(agent::RuleVanished{rule});
}

std::vector<agent::Event> Kernel::take_news() { return std::exchange(news_, {}); }

}  // namespace understudy::sim
