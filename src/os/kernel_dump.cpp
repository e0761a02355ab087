#include "kernel_dump.hpp"

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

void KernelDump::hear(const net::InterfaceAddress& address, bool from_dump) {
    const AddressKey key{address.link, address.prefix};
    if (from_dump)
        ambiguous_ |= removed_addresses_.contains(key);
    else
        removed_addresses_.erase(key);
    addresses_.insert_or_assign(key, address);
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
                       const AddressKey key{removed.address.link, removed.address.prefix};
                       addresses_.erase(key);
                       removed_addresses_.insert(key);
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
    *this = KernelDump{};
    return picture;
}

}  // namespace understudy::os
