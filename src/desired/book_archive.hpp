// A book as octets and back; see base/archive.hpp. Items stand in the order of their grounds and places, and
// owners name them by their number in that order. The queues are not kept: each item knows its place in them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "understudy/net/archive.hpp"

#include "book.hpp"

namespace understudy::desired {

template <typename Kind>
class BookSaver {
public:
    explicit BookSaver(ArchiveWriter& out) : out_(&out) {}

    void save(const Book<Kind>& book) {
        Members::visit(book, [this](const auto& grounds, const auto& owners, const auto&, const auto&,
                                    const auto&, const auto&, const auto&... rest) {
            save_grounds(grounds);
            save_owners(owners);
            (put(*out_, rest), ...);
        });
    }

private:
    void save_grounds(const auto& grounds) {
        out_->number(grounds.size());
        for (const auto& [ground_key, ground] : grounds)
            Members::visit(ground, [this](const auto& key, const auto& gone, const auto& places) {
                put(*out_, key);
                put(*out_, gone);
                out_->number(places.size());
                for (const auto& [at, place] : places) save_place(place);
            });
    }
    void save_place(const PlaceOf<Kind>& place) {
        out_->number(place.size());
        for (const auto& item : place) {
            numbers_.emplace(item.get(), numbers_.size());
            Members::visit(
                *item, [this](const auto&, const auto&, const auto&... rest) { (put(*out_, rest), ...); });
        }
    }
    void save_owners(const auto& owners) {
        out_->number(owners.size());
        for (const auto& [owner, book] : owners) {
            put(*out_, owner);
            Members::visit(book, [this](const auto& items, const auto&... rest) {
                out_->number(items.size());
                for (const ItemOf<Kind>* const item : items) out_->number(numbers_.at(item));
                (put(*out_, rest), ...);
            });
        }
    }

    ArchiveWriter* out_;
    std::map<const ItemOf<Kind>*, std::size_t> numbers_;
};

template <typename Kind>
class BookLoader {
public:
    BookLoader(ArchiveReader& in, Book<Kind>& book) : in_(&in), book_(&book) {}

    void load() {
        Members::visit(*book_,
                       [this](auto& grounds, auto& owners, auto&, auto&, auto&, auto&, auto&... rest) {
                           load_grounds(grounds);
                           load_owners(owners);
                           (take(*in_, rest), ...);
                       });
        for (ItemOf<Kind>* const item : items_) {
            enqueue(*item);
            if (owners_told_[item] != item->owners.size()) in_->fail(ArchiveFault::Unsound);
        }
    }

private:
    void load_grounds(auto& grounds) {
        for (std::size_t left = in_->count(); left > 0 && !in_->failed(); --left) {
            auto key = blank<typename Kind::Ground>();
            take(*in_, key);
            auto& ground = grounds[key];
            ground.key = key;
            take(*in_, ground.gone);
            for (std::size_t places = in_->count(); places > 0 && !in_->failed(); --places)
                load_place(ground);
        }
    }
    // Where an item stands follows from what it is.
    void load_place(GroundOf<Kind>& ground) {
        PlaceOf<Kind>* place = nullptr;
        for (std::size_t left = in_->count(); left > 0 && !in_->failed(); --left) {
            ItemOf<Kind> read{ground, nowhere_, blank<typename Kind::Object>()};
            Members::visit(read, [this](auto&, auto&, auto&... rest) { (take(*in_, rest), ...); });
            if (in_->failed()) return;
            if (place == nullptr) place = &ground.places[Kind::place(read.object)];
            if (place != &ground.places[Kind::place(read.object)] || Kind::ground(read.object) != ground.key)
                return in_->fail(ArchiveFault::Unsound);
            read.place = place;
            items_.push_back(place->emplace_back(std::make_unique<ItemOf<Kind>>(std::move(read))).get());
        }
        if (place == nullptr) in_->fail(ArchiveFault::Unsound);
    }
    void load_owners(auto& owners) {
        for (std::size_t left = in_->count(); left > 0 && !in_->failed(); --left) {
            Owner owner = 0;
            take(*in_, owner);
            Members::visit(owners[owner], [&](auto& items, auto&... rest) {
                items.clear();
                for (std::size_t of_owner = in_->count(); of_owner > 0 && !in_->failed(); --of_owner)
                    if (ItemOf<Kind>* const item = item_of(owner)) items.push_back(item);
                (take(*in_, rest), ...);
            });
        }
    }
    static bool is_of(const ItemOf<Kind>& item, Owner owner) {
        return std::ranges::find(item.owners, owner) != item.owners.end();
    }
    ItemOf<Kind>* item_of(Owner owner) {
        const std::uint64_t number = in_->number();
        if (number >= items_.size() || !is_of(*items_[number], owner)) {
            in_->fail(ArchiveFault::Unsound);
            return nullptr;
        }
        ++owners_told_[items_[number]];
        return items_[number];
    }
    void enqueue(ItemOf<Kind>& item) {
        bool is_new = true;
        if (item.queued != Operation::None)
            is_new = book_->queue_of(item.queued).emplace(item.ticket, &item).second;
        if (item.waiting != Operation::None)
            is_new &= book_->waiting.emplace(std::pair{item.wait_until, item.ticket}, &item).second;
        if (!is_new) in_->fail(ArchiveFault::Unsound);
    }

    ArchiveReader* in_;
    Book<Kind>* book_;
    PlaceOf<Kind> nowhere_;
    std::vector<ItemOf<Kind>*> items_;
    std::map<const ItemOf<Kind>*, std::size_t> owners_told_;
};

template <typename Kind>
Shape shape_of_book() {
    using Object = typename Kind::Object;
    Shape whole = mixed(understudy::shape<Object>(), understudy::shape<FindingOf<Object>>());
    const auto mix = [&whole]<typename... T>(const T&...) {
        ((whole = mixed(whole, understudy::shape<T>())), ...);
    };
    const Object object = blank<Object>();
    GroundOf<Kind> ground;
    PlaceOf<Kind> place;
    const ItemOf<Kind> item{ground, place, object};
    Members::visit(item, [&](const auto&, const auto&, const auto&... rest) { mix(rest...); });
    return whole;
}

}  // namespace understudy::desired
