// What is to be done, in which order and when: the queue of changes and those that wait for their time.
#include <algorithm>

#include "book.hpp"

namespace understudy::desired {

Operation Addresses::Book::needed(const Item& item) const {
    if (item.in_flight != Operation::None || item.link->gone) return Operation::None;
    if (item.wanted > 0) {
        if (item.present && item.is_stale()) return Operation::Remove;
        return item.present && !item.doubtful ? Operation::None : Operation::Add;
    }
    if (!item.removal_due || item.surely_absent || addition_pending_beside(item)) return Operation::None;
    return Operation::Remove;
}

// IPv4 only: a reload that changes the prefix length makes another object of the same address. The old one
// goes after the new one has come, so that the host never stops answering.
bool Addresses::Book::addition_pending_beside(const Item& item) const {
    return std::ranges::any_of(*item.place, [&](const auto& other) {
        return other.get() != &item &&
               (other->queued == Operation::Add || other->in_flight == Operation::Add);
    });
}

void Addresses::Book::update(Item& item) {
    decide(item);
    count_outstanding(item);
}

void Addresses::Book::decide(Item& item) {
    const Operation operation = needed(item);
    if (operation == item.queued && (operation != Operation::None || item.waiting == Operation::None)) return;
    if (operation != Operation::None && operation == item.waiting) return;
    leave_queue(item);
    leave_waiting(item);
    if (operation != Operation::None) enqueue(item, operation);
}

void Addresses::Book::update_place(Item& item) {
    update(item);
    if (item.place->size() == 1) return;
    for (const auto& other : *item.place) update(*other);
    for (const auto& other : *item.place) update(*other);  // now that all additions are known
}

void Addresses::Book::count_outstanding(Item& item) {
    const bool outstanding = item.queued != Operation::None || item.in_flight != Operation::None ||
                             (item.waiting != Operation::None && !item.waits_for_retry);
    if (std::exchange(item.outstanding, outstanding) == outstanding) return;
    for (const Owner owner : item.owners) {
        std::size_t& count = owners[owner].outstanding;
        outstanding ? ++count : --count;
    }
}

void Addresses::Book::enqueue(Item& item, Operation operation) {
    item.queued = operation;
    item.ticket = ++last_ticket;
    Queue& queue = queue_of(operation);
    queue.emplace_hint(queue.end(), item.ticket, &item);
}

void Addresses::Book::leave_queue(Item& item) {
    if (item.queued == Operation::None) return;
    queue_of(item.queued).erase(item.ticket);
    item.queued = Operation::None;
}

void Addresses::Book::wait(Item& item, Operation operation, Instant until) {
    leave_queue(item);
    leave_waiting(item);
    item.waiting = operation;
    item.waits_for_retry = false;
    item.wait_until = until;
    item.ticket = ++last_ticket;
    waiting.emplace(std::pair{until, item.ticket}, &item);
}

void Addresses::Book::leave_waiting(Item& item) {
    if (item.waiting == Operation::None) return;
    waiting.erase({item.wait_until, item.ticket});
    item.waiting = Operation::None;
}

void Addresses::Book::wake(Instant now) {
    while (!waiting.empty() && waiting.begin()->first.first <= now) {
        Item& item = *waiting.begin()->second;
        leave_waiting(item);
        update(item);
    }
}

std::vector<Change> Addresses::Book::take_changes(std::size_t most, Instant now) {
    wake(now);
    std::vector<Change> changes;
    changes.reserve(std::min(most, removals.size() + additions.size()));
    take_from(removals, most, now, changes);
    take_from(additions, most, now, changes);
    return changes;
}

void Addresses::Book::take_from(Queue& queue, std::size_t most, Instant now, std::vector<Change>& changes) {
    while (changes.size() < most && !queue.empty()) {
        Item& item = *queue.begin()->second;
        const Operation operation = item.queued;
        leave_queue(item);
        changes.push_back(start(item, operation, now));
    }
}

Change Addresses::Book::start(Item& item, Operation operation, Instant now) {
    item.in_flight = operation;
    item.observed_in_flight = item.disappeared_in_flight = false;
    Change change{operation == Operation::Add ? Change::Kind::Add : Change::Kind::Remove, item.address};
    if (operation == Operation::Remove) {
        // The kernel compares the prefix length even where it allows only one object per address.
        if (item.address.prefix.address.is_v6()) change.address.prefix.length = item.kernel_length;
        return change;
    }
    item.verifying = item.present && item.doubtful;
    item.doubtful = false;
    item.surely_absent = false;
    if (item.lost) note_repair(item, now);
    return change;
}

}  // namespace understudy::desired
