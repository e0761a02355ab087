// What the owners ask for: which objects they manage and whether they want them.
#pragma once

#include <algorithm>
#include <utility>

#include "book.hpp"

namespace understudy::desired {

template <typename Kind>
bool Book<Kind>::manage(Owner owner, const std::vector<Object>& objects) {
    OwnerBook& book = owners[owner];
    const std::vector<Item*> before = std::exchange(book.items, {});
    const std::uint64_t mark = ++last_mark;
    bool altered = false;
    for (const Object& object : objects) {
        Item& item = find_or_make(object);
        altered |= item.object != object;
        adopt(owner, book, item, object);
        if (std::exchange(item.mark, mark) == mark) continue;  // listed twice
        book.items.push_back(&item);
    }
    for (Item* const item : before)
        if (item->mark != mark) disown(owner, book, *item);
    for (Item* const item : book.items) {
        update_place(*item);
        tell_if_placed(*item);
    }
    return altered || book.items != before;
}

template <typename Kind>
void Book<Kind>::adopt(Owner owner, OwnerBook& book, Item& item, const Object& object) {
    if (item.ground->gone && Kind::exists(item.ground->key)) revive(*item.ground);
    if (!Kind::has_same_lease(item.object, object)) {
        item.renew_at.reset();
        if (item.waiting == Operation::Renew) leave_waiting(item);
    }
    item.object = object;
    if (std::ranges::find(item.owners, owner) == item.owners.end()) {
        item.owners.push_back(owner);
        if (item.outstanding) ++book.outstanding;
        if (book.wanted) begin_wanting(owner, item);
    }
}

template <typename Kind>
void Book<Kind>::disown(Owner owner, OwnerBook& book, Item& item) {
    std::erase(item.owners, owner);
    if (item.outstanding) one_outstanding_less(owner, book);
    if (book.wanted) stop_wanting(item);
    if (!item.removal_due) item.leftover = false;
    update_place(item);
    forget_if_idle(item);
}

template <typename Kind>
void Book<Kind>::want(Owner owner, bool wanted) {
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

template <typename Kind>
void Book<Kind>::begin_wanting(Owner owner, Item& item) {
    if (item.wanted++ > 0) {
        if (item.placed_told) findings.emplace_back(PlacedOf<Object>{owner, item.object, false});
        return;
    }
    item.removal_due = item.leftover = item.given_up = false;
    item.trouble.reset();
    leave_waiting(item);
    tell_if_placed(item);
}

template <typename Kind>
void Book<Kind>::stop_wanting(Item& item) {
    if (--item.wanted > 0) return;
    item.removal_due = true;
    item.lost = false;
    item.placed_told = false;
    item.trouble.reset();
    leave_waiting(item);
}

// The owners manage objects on a ground again that had vanished, so it is back.
template <typename Kind>
void Book<Kind>::revive(Ground& back) {
    back.gone = false;
    for (auto& [key, place] : back.places)
        for (const auto& item : place) update(*item);
}

template <typename Kind>
void Book<Kind>::remove_leftovers() {
    for (auto& [owner, book] : owners)
        for (Item* const item : book.items) {
            if (item->wanted > 0 || !item->present) continue;
            item->removal_due = true;
            item->leftover = true;
            update(*item);
        }
}

template <typename Kind>
auto Book<Kind>::ground(const typename Kind::Ground& key) -> Ground& {
    const auto [found, made] = grounds.try_emplace(key);
    if (made) {
        found->second.key = key;
        found->second.gone = !Kind::exists(key);  // nothing can be tried there
    }
    return found->second;
}

template <typename Kind>
auto Book<Kind>::find_place(const typename Kind::Ground& key, const typename Kind::PlaceKey& at) -> Place* {
    const auto known = grounds.find(key);
    if (known == grounds.end()) return nullptr;
    const auto place = known->second.places.find(at);
    return place == known->second.places.end() ? nullptr : &place->second;
}

template <typename Kind>
ItemOf<Kind>* find_in(const PlaceOf<Kind>& place, const typename Kind::Object& object) {
    const auto found =
        std::ranges::find_if(place, [&](const auto& item) { return Kind::is_same(item->object, object); });
    return found == place.end() ? nullptr : found->get();
}

template <typename Kind>
auto Book<Kind>::find(const Object& object) -> Item* {
    const Place* const place = find_place(Kind::ground(object), Kind::place(object));
    return place == nullptr ? nullptr : find_in<Kind>(*place, object);
}

template <typename Kind>
auto Book<Kind>::find_or_make(const Object& object) -> Item& {
    Ground& on = ground(Kind::ground(object));
    Place& place = on.places[Kind::place(object)];
    if (Item* const found = find_in<Kind>(place, object)) return *found;
    place.push_back(std::make_unique<Item>(on, place, object));
    return *place.back();
}

// What the kernel has told of; none for a stranger that is not to be remembered.
template <typename Kind>
auto Book<Kind>::heard_of(const Object& object) -> Item* {
    if constexpr (Kind::kRemembersStrangers)
        return &find_or_make(object);
    else
        return find(object);
}

template <typename Kind>
void Book<Kind>::forget_if_idle(Item& item) {
    if (!item.is_forgettable()) return;
    Ground& on = *item.ground;
    const auto place = on.places.find(Kind::place(item.object));
    std::erase_if(place->second, [&](const auto& held) { return held.get() == &item; });
    if (place->second.empty()) on.places.erase(place);
    if (on.places.empty()) grounds.erase(typename Kind::Ground{on.key});
}

}  // namespace understudy::desired
