#include "understudy/desired/addresses.hpp"

#include <algorithm>
#include <cerrno>

#include "objects_of.hpp"

namespace understudy::desired {

template class Objects<AddressKind>;

bool AddressKind::is_same(const Object& a, const Object& b) {
    if (a.prefix.address.is_v6()) return true;
    return a.prefix.length == b.prefix.length && a.network().contains(b.network().address);
}

bool AddressKind::has_same_settings(const Object& a, const Object& b) {
    Object with_lease_of_b = a;
    with_lease_of_b.valid_lifetime = b.valid_lifetime;
    with_lease_of_b.preferred_lifetime = b.preferred_lifetime;
    return with_lease_of_b == b;
}

bool AddressKind::has_same_lease(const Object& a, const Object& b) {
    return a.valid_lifetime == b.valid_lifetime && a.preferred_lifetime == b.preferred_lifetime;
}

// The kernel compares the prefix length even where it allows only one object per address.
net::InterfaceAddress AddressKind::to_remove(const Object& asked, const std::optional<Object>&,
                                             const std::optional<Object>& heard) {
    Object removed = asked;
    if (heard && asked.prefix.address.is_v6()) removed.prefix.length = heard->prefix.length;
    return removed;
}

bool AddressKind::is_added(const Object&, int error, bool) { return error == 0 || error == EEXIST; }

bool AddressKind::is_removed(int error) { return error == 0 || error == EADDRNOTAVAIL || error == ENODEV; }

// The first ENODEV is most likely the forerunner of the news that the link has vanished.
bool AddressKind::is_worth_telling(const Object&, int error, std::uint32_t refusals) {
    return error != ENODEV || refusals > 1;
}

bool Addresses::manages(net::LinkIndex link, const net::Address& address, std::optional<Owner> except) const {
    const auto on = book().grounds.find(link);
    if (on == book().grounds.end()) return false;
    const auto place = on->second.places.find(address);
    if (place == on->second.places.end()) return false;
    return std::ranges::any_of(place->second, [&](const auto& item) {
        return std::ranges::any_of(item->owners, [&](Owner owner) { return owner != except; });
    });
}

namespace {

const ItemOf<AddressKind>* find_present(const Book<AddressKind>& book, net::LinkIndex link,
                                        const net::Prefix& prefix) {
    const auto on = book.grounds.find(link);
    if (on == book.grounds.end()) return nullptr;
    const auto place = on->second.places.find(prefix.address);
    if (place == on->second.places.end()) return nullptr;
    const auto found = std::ranges::find_if(place->second, [&](const auto& item) {
        return item->present && (prefix.address.is_v6() || item->object.prefix.length == prefix.length);
    });
    return found == place->second.end() ? nullptr : found->get();
}

}  // namespace

bool Addresses::is_present(net::LinkIndex link, const net::Prefix& prefix) const {
    return find_present(book(), link, prefix) != nullptr;
}

std::optional<Instant> Addresses::lease_end(net::LinkIndex link, const net::Prefix& prefix) const {
    const auto* const item = find_present(book(), link, prefix);
    return item == nullptr ? std::nullopt : item->lease_end();
}

void Addresses::vanished(net::LinkIndex link, const net::Address& address, Instant now) {
    auto* const place = book().find_place(link, address);
    if (place == nullptr) return;
    std::vector<ItemOf<AddressKind>*> items;
    for (const auto& item : *place) items.push_back(item.get());
    for (auto* const item : items) book().item_vanished(*item, now, items.size() == 1);
}

void Addresses::link_vanished(net::LinkIndex link) { book().ground_vanished(link); }

}  // namespace understudy::desired
