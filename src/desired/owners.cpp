// What the owners ask for: which addresses they manage and whether they want them.
#include <algorithm>

#include "book.hpp"

namespace understudy::desired {

void Addresses::Book::manage(Owner owner, const std::vector<net::InterfaceAddress>& addresses) {
    OwnerBook& book = owners[owner];
    const std::vector<Item*> before = std::exchange(book.items, {});
    const std::uint64_t mark = ++last_mark;
    for (const net::InterfaceAddress& address : addresses) {
        Item& item = adopt(owner, book, address);
        if (std::exchange(item.mark, mark) == mark) continue;  // listed twice
        book.items.push_back(&item);
    }
    for (Item* const item : before)
        if (item->mark != mark) disown(owner, book, *item);
    for (Item* const item : book.items) {
        update_place(*item);
        tell_if_placed(*item);
    }
}

Item& Addresses::Book::adopt(Owner owner, OwnerBook& book, const net::InterfaceAddress& address) {
    Item& item = find_or_make(address);
    if (item.link->gone && address.link.value != 0) revive(*item.link);
    item.address = address;
    if (std::ranges::find(item.owners, owner) == item.owners.end()) {
        item.owners.push_back(owner);
        if (item.outstanding) ++book.outstanding;
        if (book.wanted) begin_wanting(owner, item);
    }
    return item;
}

void Addresses::Book::disown(Owner owner, OwnerBook& book, Item& item) {
    std::erase(item.owners, owner);
    if (item.outstanding) --book.outstanding;
    if (book.wanted) stop_wanting(item);
    if (!item.removal_due) item.leftover = false;
    update_place(item);
    forget_if_idle(item);
}

void Addresses::Book::want(Owner owner, bool wanted) {
    OwnerBook& book = owners[owner];
    if (std::exchange(book.wanted, wanted) == wanted) return;
    for (Item* const item : book.items) {
        if (wanted)
            begin_wanting(owner, *item);
        else
            stop_wanting(*item);
        update_place(*item);
    }
}

void Addresses::Book::begin_wanting(Owner owner, Item& item) {
    if (item.wanted++ > 0) {
        if (item.placed_told) findings.emplace_back(Placed{owner, item.address, false});
        return;
    }
    item.removal_due = false;
    item.leftover = false;
    item.trouble.reset();
    leave_waiting(item);
    tell_if_placed(item);
}

void Addresses::Book::stop_wanting(Item& item) {
    if (--item.wanted > 0) return;
    item.removal_due = true;
    item.lost = false;
    item.placed_told = false;
    item.trouble.reset();
    leave_waiting(item);
}

// The owners of a link that had vanished manage addresses on it again, so it is back.
void Addresses::Book::revive(LinkBook& link) {
    link.gone = false;
    for (auto& [address, place] : link.places)
        for (const auto& item : place) update(*item);
}

void Addresses::Book::remove_leftovers() {
    for (auto& [owner, book] : owners)
        for (Item* const item : book.items) {
            if (item->wanted > 0 || !item->present) continue;
            item->removal_due = true;
            item->leftover = true;
            update(*item);
        }
}

LinkBook& Addresses::Book::link_book(net::LinkIndex index) {
    const auto [found, made] = links.try_emplace(index);
    if (made) {
        found->second.index = index;
        found->second.gone = index.value == 0;  // no interface at all: nothing can be tried there
    }
    return found->second;
}

Place* Addresses::Book::find_place(net::LinkIndex index, const net::Address& address) {
    const auto link = links.find(index);
    if (link == links.end()) return nullptr;
    const auto place = link->second.places.find(address);
    return place == link->second.places.end() ? nullptr : &place->second;
}

namespace {

Item* find_in(const Place& place, const net::Prefix& prefix) {
    const auto same_object = [&](const auto& item) {
        return prefix.address.is_v6() || item->address.prefix.length == prefix.length;
    };
    const auto found = std::ranges::find_if(place, same_object);
    return found == place.end() ? nullptr : found->get();
}

}  // namespace

Item* Addresses::Book::find(const net::InterfaceAddress& address) {
    const Place* const place = find_place(address.link, address.prefix.address);
    return place == nullptr ? nullptr : find_in(*place, address.prefix);
}

Item& Addresses::Book::find_or_make(const net::InterfaceAddress& address) {
    LinkBook& link = link_book(address.link);
    Place& place = link.places[address.prefix.address];
    if (Item* const found = find_in(place, address.prefix)) return *found;
    place.push_back(std::make_unique<Item>(link, place, address));
    return *place.back();
}

void Addresses::Book::forget_if_idle(Item& item) {
    if (!item.is_forgettable()) return;
    LinkBook& link = *item.link;
    const auto place = link.places.find(item.address.prefix.address);
    std::erase_if(place->second, [&](const auto& held) { return held.get() == &item; });
    if (place->second.empty()) link.places.erase(place);
    if (link.places.empty()) links.erase(link.index);
}

}  // namespace understudy::desired
