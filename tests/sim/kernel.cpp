#include "sim/kernel.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "understudy/base/assert.hpp"
#include "understudy/base/overloaded.hpp"

#include "sim/plan.hpp"

namespace understudy::sim {

Kernel::Kernel(const net::Mac& mac, std::vector<net::InterfaceAddress> own) {
    link_ = {.index = kLan, .name = kInterface, .mac = mac, .admin_up = true, .running = true};
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

int Kernel::add(const net::InterfaceAddress& address) {
    return carry_out(desired::Change{desired::Change::Kind::Add, address});
}

int Kernel::remove(const net::Address& address) {
    for (const net::InterfaceAddress& held : objects_.all())
        if (held.prefix.address == address)
            return carry_out(desired::Change{desired::Change::Kind::Remove, held});
    return EADDRNOTAVAIL;
}

void Kernel::set_carrier(bool up) {
    if (std::exchange(link_.running, up) != up) news_.emplace_back(agent::LinkSeen{link_});
}

bool Kernel::holds(const net::Address& address) const {
    return std::ranges::any_of(objects_.all(),
                               [&](const auto& held) { return held.prefix.address == address; });
}

agent::KernelPictured Kernel::picture() const {
    return {{link_}, objects_.all(), routes_.routes(), routes_.rules()};
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
