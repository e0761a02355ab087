// The book behind Objects: every object with its owners, an ordered queue of those that need a change, and
// those that wait for their time. update() is the only place that decides what an item needs.
//
// Notifications and answers come from two sockets, so the echo of our own change may be read before or after
// its answer. The answer is the truth about the moment it was given; echoes still to come are counted and
// swallowed. A swallowed disappearance leaves a doubt that one more addition settles: EEXIST means all is
// well, success means that somebody had deleted the object after all.
//
// What has a lease is renewed in place when a third of it is over; that is no change anybody waits for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "item.hpp"

namespace understudy::desired {

template <typename Kind>
struct OwnerOf {
    std::vector<ItemOf<Kind>*> items;  // in the order in which they are to be added
    bool wanted = false;
    std::size_t outstanding = 0;
};

template <typename Kind>
struct Book {
    using Object = typename Kind::Object;
    using Item = ItemOf<Kind>;
    using Ground = GroundOf<Kind>;
    using Place = PlaceOf<Kind>;
    using OwnerBook = OwnerOf<Kind>;
    using Change = ChangeOf<Object>;

    // What the owners ask for.
    bool manage(Owner owner, const std::vector<Object>& objects);
    void want(Owner owner, bool wanted);
    void remove_leftovers();

    // What the kernel says.
    bool observed(const Object& object);
    void vanished(const Object& object, Instant now);
    void resynchronised(std::span<const Object> all, Instant now);
    void unanswered(const Change& change);
    void answered(const Change& change, int error, Instant now);
    void ground_vanished(const typename Kind::Ground& key);
    void doubt(Item& item);
    void damage(Item& item);

    std::vector<Change> take_removals(std::size_t most, Instant now);
    std::vector<Change> take_additions(std::size_t most, Instant now);
    std::vector<Change> take_renewals(std::size_t most, Instant now);
    void retry();

    // Look-up and forgetting.
    Ground& ground(const typename Kind::Ground& key);
    Place* find_place(const typename Kind::Ground& key, const typename Kind::PlaceKey& at);
    Item* find(const Object& object);
    Item& find_or_make(const Object& object);
    Item* heard_of(const Object& object);
    void forget_if_idle(Item& item);

    // What manage() and want() are made of.
    void adopt(Owner owner, OwnerBook& book, Item& item, const Object& object);
    void disown(Owner owner, OwnerBook& book, Item& item);
    void begin_wanting(Owner owner, Item& item);
    void stop_wanting(Item& item);
    void revive(Ground& back);

    // What notifications and answers are made of.
    void item_observed(Item& item, const Object& object);
    void item_vanished(Item& item, Instant now, bool certain);
    void swallow_disappearance(Item& item);
    void item_resynchronised(Item& item, bool listed, Instant now);
    void addition_answered(Item& item, const Change& change, int error, Instant now);
    void removal_answered(Item& item, int error);
    void refused(Item& item, const Change& change, int error, Instant now);
    void lost(Item& item, Instant now, bool expired = false);
    void note_repair(Item& item, Instant now);
    void set_present(Item& item, bool present);
    void tell_if_placed(Item& item);

    // What needs doing, and when.
    [[nodiscard]] Operation needed(const Item& item) const;
    [[nodiscard]] bool addition_pending_beside(const Item& item) const;
    void update(Item& item);
    void update_place(Item& item);
    void decide(Item& item);
    void count_outstanding(Item& item);
    void one_outstanding_less(Owner owner, OwnerBook& book);
    void enqueue(Item& item, Operation operation);
    void leave_queue(Item& item);
    void wait(Item& item, Operation operation, Instant until);
    void leave_waiting(Item& item);
    void wake(Instant now);
    Change start(Item& item, Operation operation, Instant now);

    using Queue = std::map<std::uint64_t, Item*>;  // by ticket: first come, first served
    void take_from(Queue& queue, std::size_t most, Instant now, std::vector<Change>& changes);
    Queue& queue_of(Operation operation) {
        if (operation == Operation::Renew) return renewals;
        return operation == Operation::Add ? additions : removals;
    }

    // Ordered maps where a walk decides the order of changes or findings: a replay must see the same one.
    std::map<typename Kind::Ground, Ground> grounds;
    std::map<Owner, OwnerBook> owners;
    Queue additions;
    Queue removals;
    Queue renewals;
    std::map<std::pair<Instant, std::uint64_t>, Item*> waiting;
    std::uint64_t last_ticket = 0;
    std::uint64_t last_mark = 0;
    std::vector<FindingOf<Object>> findings;
    std::vector<Owner> settled;  // owners whose last outstanding change is over, until taken
};

}  // namespace understudy::desired
