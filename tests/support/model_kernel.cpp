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
    ends_.push_back(end_of(address));
    news.push_back({News::Kind::Added, address});
    return 0;
}

// Of one that is there only the lifetimes change.
int ModelKernel::renew(const net::InterfaceAddress& address) {
    const net::InterfaceAddress* const held = find(address);
    if (held == nullptr) return add(address);
    const auto at = static_cast<std::size_t>(held - addresses_.data());
    addresses_[at].valid_lifetime = address.valid_lifetime;
    addresses_[at].preferred_lifetime = address.preferred_lifetime;
    ends_[at] = end_of(address);
    news.push_back({News::Kind::Added, addresses_[at]});
    return 0;
}

std::optional<Instant> ModelKernel::end_of(const net::InterfaceAddress& address) const {
    if (!address.valid_lifetime) return std::nullopt;
    return now_ + *address.valid_lifetime;
}

void ModelKernel::time_is(Instant now) {
    now_ = now;
    for (std::size_t i = addresses_.size(); i-- > 0;)
        if (ends_[i] && *ends_[i] <= now) remove(net::InterfaceAddress{addresses_[i]});
}

int ModelKernel::remove(const net::InterfaceAddress& address) {
    if (!has_link(address.link)) return ENODEV;
    const net::InterfaceAddress* const held = find(address);
    if (held == nullptr || held->prefix.length != address.prefix.length) return EADDRNOTAVAIL;
    news.push_back({News::Kind::Removed, *held});
    const auto at = held - addresses_.data();
    addresses_.erase(addresses_.begin() + at);
    ends_.erase(ends_.begin() + at);
    return 0;
}

int ModelKernel::carry_out(const Change& change) {
    switch (change.kind) {
        case ChangeKind::Add:
            return add(change.object);
        case ChangeKind::Remove:
            return remove(change.object);
        case ChangeKind::Renew:
            return renew(change.object);
    }
    return EINVAL;
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
