#include "kernel_dump.hpp"

#include <algorithm>
#include <variant>

#include "understudy/base/overloaded.hpp"

namespace understudy::os {

void KernelDump::begin_links() { *this = KernelDump{}; }

void KernelDump::begin_addresses() {
    addresses_.clear();
    removed_addresses_.clear();
    ambiguous_ = false;
}

void KernelDump::hear(const net::Link& link, bool from_dump) {
    if (from_dump)
        ambiguous_ |= removed_links_.contains(link.index);
    else
        removed_links_.erase(link.index);
    links_.insert_or_assign(link.index, link);
}

KernelDump::AddressKey KernelDump::key_of(const net::InterfaceAddress& address) {
    const bool several = address.prefix.address.is_v4();
    return {address.link, address.prefix, several ? address.network().network() : address.prefix};
}

void KernelDump::hear(const net::InterfaceAddress& address, bool from_dump) {
    const AddressKey key = key_of(address);
    if (from_dump)
        ambiguous_ |= removed_addresses_.contains(key);
    else
        removed_addresses_.erase(key);
    addresses_.insert_or_assign(key, address);
}

void KernelDump::begin_routes(net::Family family) {
    std::erase_if(routes_, [&](const net::Route& route) { return route.family() == family; });
    std::erase_if(removed_routes_, [&](const net::Route& route) { return route.family() == family; });
    ambiguous_ = false;
}

void KernelDump::begin_rules(net::Family family) {
    std::erase_if(rules_, [&](const net::Rule& rule) { return rule.family == family; });
    std::erase_if(removed_rules_, [&](const net::Rule& rule) { return rule.family == family; });
    ambiguous_ = false;
}

template <typename Object>
void KernelDump::hear(const Object& object, bool from_dump, std::vector<Object>& held,
                      std::vector<Object>& removed) {
    if (from_dump)
        ambiguous_ |= std::ranges::find(removed, object) != removed.end();
    else
        std::erase(removed, object);
    held.push_back(object);
}

void KernelDump::apply(const wire::RtnlMessage& message, bool from_dump) {
    std::visit(overloaded{
                   [&](const wire::LinkHeard& heard) { hear(heard.link, from_dump); },
                   [&](const wire::AddressHeard& heard) { hear(heard.address, from_dump); },
                   [&](const wire::LinkRemoved& removed) {
                       links_.erase(removed.index);
                       removed_links_.insert(removed.index);
                   },
                   [&](const wire::AddressRemoved& removed) {
                       const AddressKey key = key_of(removed.address);
                       addresses_.erase(key);
                       removed_addresses_.insert(key);
                   },
                   [&](const wire::RouteHeard& heard) {
                       if (heard.route.protocol != net::kKeepalivedRouteProtocol) return;
                       hear(heard.route, from_dump, routes_, removed_routes_);
                   },
                   [&](const wire::RouteRemoved& removed) {
                       std::erase(routes_, removed.route);
                       removed_routes_.push_back(removed.route);
                   },
                   [&](const wire::RuleHeard& heard) { hear(heard.rule, from_dump, rules_, removed_rules_); },
                   [&](const wire::RuleRemoved& removed) {
                       std::erase(rules_, removed.rule);
                       removed_rules_.push_back(removed.rule);
                   },
                   [](const wire::Answer&) {},
                   [](const wire::DumpEnded&) {},
               },
               message);
}

KernelPicture KernelDump::take() {
    KernelPicture picture;
    for (auto& [index, link] : links_) picture.links.push_back(std::move(link));
    for (auto& [key, address] : addresses_) picture.addresses.push_back(std::move(address));
    picture.routes = std::move(routes_);
    picture.rules = std::move(rules_);
    *this = KernelDump{};
    return picture;
}

}  // namespace understudy::os
