#include "links.hpp"

#include <algorithm>

namespace understudy::agent {

bool Links::seen(const net::Link& link) {
    Entry& entry = by_index_[link.index];
    if (entry.link == link) return false;
    if (entry.link.name != link.name) {
        if (const auto old = by_name_.find(entry.link.name);
            old != by_name_.end() && old->second == link.index)
            by_name_.erase(old);
        by_name_[link.name] = link.index;
    }
    entry.link = link;
    return true;
}

bool Links::vanished(net::LinkIndex index) {
    const auto found = by_index_.find(index);
    if (found == by_index_.end()) return false;
    if (const auto named = by_name_.find(found->second.link.name);
        named != by_name_.end() && named->second == index)
        by_name_.erase(named);
    by_index_.erase(found);
    return true;
}

bool Links::seen(const net::InterfaceAddress& address) {
    const auto found = by_index_.find(address.link);
    if (found == by_index_.end()) return false;
    std::vector<net::InterfaceAddress>& known = found->second.addresses;
    const auto same = std::ranges::find(known, address.prefix, &net::InterfaceAddress::prefix);
    if (same == known.end()) {
        known.push_back(address);
        return true;
    }
    const bool became_usable = same->tentative != address.tentative;
    *same = address;
    return became_usable;
}

bool Links::vanished(const net::InterfaceAddress& address) {
    const auto found = by_index_.find(address.link);
    if (found == by_index_.end()) return false;
    return std::erase_if(found->second.addresses, [&](const net::InterfaceAddress& known) {
               return known.prefix == address.prefix;
           }) > 0;
}

void Links::forget_everything() {
    by_index_.clear();
    by_name_.clear();
}

const net::Link* Links::find(net::LinkIndex index) const {
    const auto found = by_index_.find(index);
    return found == by_index_.end() ? nullptr : &found->second.link;
}

const net::Link* Links::find(std::string_view name) const {
    const auto found = by_name_.find(std::string{name});
    return found == by_name_.end() ? nullptr : find(found->second);
}

std::vector<net::LinkIndex> Links::indices() const {
    std::vector<net::LinkIndex> all;
    for (const auto& [index, entry] : by_index_) all.push_back(index);
    std::ranges::sort(all);
    return all;
}

const std::vector<net::InterfaceAddress>& Links::addresses(net::LinkIndex index) const {
    static const std::vector<net::InterfaceAddress> kNone;
    const auto found = by_index_.find(index);
    return found == by_index_.end() ? kNone : found->second.addresses;
}

bool Links::owns(const net::Mac& mac) const {
    return std::ranges::any_of(by_index_, [&](const auto& item) { return item.second.link.mac == mac; });
}

bool Links::owns(const net::Address& address) const {
    return std::ranges::any_of(by_index_, [&](const auto& item) {
        return std::ranges::any_of(item.second.addresses, [&](const net::InterfaceAddress& known) {
            return known.prefix.address == address;
        });
    });
}

}  // namespace understudy::agent
