// What is to be done, in which order and when: the queue of changes and those that wait for their time.
#pragma once

#include <algorithm>

#include "book.hpp"

namespace understudy::desired {

template <typename Kind>
Operation Book<Kind>::needed(const Item& item) const {
    if (item.in_flight != Operation::None || item.ground->gone) return Operation::None;
    if (item.wanted > 0) {
        if (item.given_up) return Operation::None;
        if (item.present && item.is_stale()) return Operation::Remove;
        if (!item.present || item.doubtful) return Operation::Add;
        return item.is_renewable() ? Operation::Renew : Operation::None;
    }
    if (!item.removal_due || item.surely_absent || addition_pending_beside(item)) return Operation::None;
    return Operation::Remove;
}

// A reload that changes the prefix length of an IPv4 address makes another object, as does one that changes
// the gateway of a route. The old one goes after the new one has come, so that the host never stops
// answering.
template <typename Kind>
bool Book<Kind>::addition_pending_beside(const Item& item) const {
    return std::ranges::any_of(*item.place, [&](const auto& other) {
        return other.get() != &item &&
               (other->queued == Operation::Add || other->in_flight == Operation::Add);
    });
}

template <typename Kind>
void Book<Kind>::update(Item& item) {
    decide(item);
    count_outstanding(item);
}

template <typename Kind>
void Book<Kind>::decide(Item& item) {
    const Operation operation = needed(item);
    if (operation == item.queued && (operation != Operation::None || item.waiting == Operation::None)) return;
    if (operation != Operation::None && operation == item.waiting) return;
    leave_queue(item);
    leave_waiting(item);
    if (operation == Operation::Renew && item.renew_at) return wait(item, operation, *item.renew_at);
    if (operation != Operation::None) enqueue(item, operation);
}

template <typename Kind>
void Book<Kind>::update_place(Item& item) {
    update(item);
    if (item.place->size() == 1) return;
    for (const auto& other : *item.place) update(*other);
    for (const auto& other : *item.place) update(*other);  // now that all additions are known
}

template <typename Kind>
void Book<Kind>::count_outstanding(Item& item) {
    const bool outstanding = is_awaited(item.queued) || is_awaited(item.in_flight) ||
                             (is_awaited(item.waiting) && !item.waits_for_retry);
    if (std::exchange(item.outstanding, outstanding) == outstanding) return;
    for (const Owner owner : item.owners) {
        OwnerBook& book = owners[owner];
        if (outstanding)
            ++book.outstanding;
        else
            one_outstanding_less(owner, book);
    }
}

template <typename Kind>
void Book<Kind>::one_outstanding_less(Owner owner, OwnerBook& book) {
    if (--book.outstanding == 0) settled.push_back(owner);
}

template <typename Kind>
void Book<Kind>::enqueue(Item& item, Operation operation) {
    item.queued = operation;
    item.ticket = ++last_ticket;
    Queue& queue = queue_of(operation);
    queue.emplace_hint(queue.end(), item.ticket, &item);
}

template <typename Kind>
void Book<Kind>::leave_queue(Item& item) {
    if (item.queued == Operation::None) return;
    queue_of(item.queued).erase(item.ticket);
    item.queued = Operation::None;
}

template <typename Kind>
void Book<Kind>::wait(Item& item, Operation operation, Instant until) {
    leave_queue(item);
    leave_waiting(item);
    item.waiting = operation;
    item.waits_for_retry = false;
    item.wait_until = until;
    item.ticket = ++last_ticket;
    waiting.emplace(std::pair{until, item.ticket}, &item);
}

template <typename Kind>
void Book<Kind>::leave_waiting(Item& item) {
    if (item.waiting == Operation::None) return;
    waiting.erase({item.wait_until, item.ticket});
    item.waiting = Operation::None;
}

template <typename Kind>
void Book<Kind>::wake(Instant now) {
    while (!waiting.empty() && waiting.begin()->first.first <= now) {
        Item& item = *waiting.begin()->second;
        if (item.waiting == Operation::Renew) item.renew_at.reset();
        leave_waiting(item);
        update(item);
    }
}

template <typename Kind>
void Book<Kind>::retry() {
    std::vector<Item*> refused_before;
    for (const auto& [when, item] : waiting)
        if (item->waits_for_retry) refused_before.push_back(item);
    for (Item* const item : refused_before) {
        leave_waiting(*item);
        update(*item);
    }
}

template <typename Kind>
auto Book<Kind>::take_removals(std::size_t most, Instant now) -> std::vector<Change> {
    wake(now);
    std::vector<Change> changes;
    take_from(removals, most, now, changes);
    return changes;
}

template <typename Kind>
auto Book<Kind>::take_additions(std::size_t most, Instant now) -> std::vector<Change> {
    wake(now);
    std::vector<Change> changes;
    take_from(additions, most, now, changes);
    return changes;
}

template <typename Kind>
auto Book<Kind>::take_renewals(std::size_t most, Instant now) -> std::vector<Change> {
    wake(now);
    std::vector<Change> changes;
    take_from(renewals, most, now, changes);
    return changes;
}

template <typename Kind>
void Book<Kind>::take_from(Queue& queue, std::size_t most, Instant now, std::vector<Change>& changes) {
    while (changes.size() < most && !queue.empty()) {
        Item& item = *queue.begin()->second;
        const Operation operation = item.queued;
        leave_queue(item);
        changes.push_back(start(item, operation, now));
    }
}

template <typename Kind>
auto Book<Kind>::start(Item& item, Operation operation, Instant now) -> Change {
    item.in_flight = operation;
    item.observed_in_flight = item.disappeared_in_flight = false;
    if (operation == Operation::Remove)
        return {Change::Kind::Remove, Kind::to_remove(item.object, item.placed, item.heard)};
    item.renew_at = item.next_renewal(now);
    item.surely_absent = false;
    item.verifying = operation == Operation::Add && item.present && item.doubtful;
    if (operation == Operation::Renew) return {Change::Kind::Renew, item.object};
    item.doubtful = false;
    if (item.lost) note_repair(item, now);
    return {Change::Kind::Add, item.object};
}

}  // namespace understudy::desired
