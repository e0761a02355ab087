#include "support/model_kernel.hpp"

#include <algorithm>
#include <cerrno>

namespace understudy::desired {

net::InterfaceAddress on_link(std::string_view prefix, std::uint32_t link) {
    net::InterfaceAddress address;
    address.link = {link};
    address.prefix = net::Prefix::parse(prefix).value();
    return address;
}

namespace {

bool same_object(const net::InterfaceAddress& a, const net::InterfaceAddress& b) {
    if (a.link != b.link || a.prefix.address != b.prefix.address) return false;
    if (a.prefix.address.is_v6()) return true;
    return a.prefix.length == b.prefix.length && a.network().contains(b.network().address);
}

}  // namespace

bool ModelKernel::has_link(net::LinkIndex link) const {
    return std::ranges::find(links_, link) != links_.end();
}

const net::InterfaceAddress* ModelKernel::find(const net::InterfaceAddress& address) const {
    const auto found =
        std::ranges::find_if(addresses_, [&](const auto& held) { return same_object(held, address); });
    return found == addresses_.end() ? nullptr : &*found;
}

int ModelKernel::add(const net::InterfaceAddress& address) {
    if (!has_link(address.link)) return ENODEV;
    if (find(address) != nullptr) return EEXIST;
    addresses_.push_back(address);
    news.push_back({News::Kind::Added, address});
    return 0;
}

int ModelKernel::remove(const net::InterfaceAddress& address) {
    if (!has_link(address.link)) return ENODEV;
    const net::InterfaceAddress* const held = find(address);
    if (held == nullptr || held->prefix.length != address.prefix.length) return EADDRNOTAVAIL;
    news.push_back({News::Kind::Removed, *held});
    addresses_.erase(addresses_.begin() + (held - addresses_.data()));
    return 0;
}

int ModelKernel::carry_out(const Change& change) {
    return change.kind == Change::Kind::Add ? add(change.object) : remove(change.object);
}

void ModelKernel::add_link(std::uint32_t link) { links_.push_back({link}); }

void ModelKernel::remove_link(std::uint32_t link) {
    const std::vector<net::InterfaceAddress> held = addresses_;
    for (const auto& address : held)
        if (address.link.value == link) remove(address);
    std::erase(links_, net::LinkIndex{link});
    net::InterfaceAddress gone;
    gone.link = {link};
    news.push_back({News::Kind::LinkRemoved, gone});
}

}  // namespace understudy::desired
