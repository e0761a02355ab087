// What the kernel says: notifications, whole pictures and answers.
#include <algorithm>
#include <cerrno>

#include "book.hpp"

namespace understudy::desired {

void Addresses::Book::observed(const net::InterfaceAddress& address) {
    item_observed(find_or_make(address), address.prefix.length);
}

void Addresses::Book::item_observed(Item& item, std::uint8_t length) {
    item.kernel_length = length;
    item.surely_absent = false;
    if (item.expected_observations > 0) {
        --item.expected_observations;
        forget_if_idle(item);
        return;
    }
    item.observed_in_flight = true;
    set_present(item, true);
    update_place(item);
    tell_if_placed(item);
}

void Addresses::Book::vanished(const net::InterfaceAddress& address, Instant now) {
    if (Item* const item = find(address)) item_vanished(*item, now, true);
}

void Addresses::Book::vanished(net::LinkIndex link, const net::Address& address, Instant now) {
    Place* const place = find_place(link, address);
    if (place == nullptr) return;
    std::vector<Item*> items;
    for (const auto& item : *place) items.push_back(item.get());
    for (Item* const item : items) item_vanished(*item, now, items.size() == 1);
}

// `certain`: it is this object that vanished, and not another one with the same address.
void Addresses::Book::item_vanished(Item& item, Instant now, bool certain) {
    if (item.expected_disappearances > 0) {
        --item.expected_disappearances;
        swallow_disappearance(item);
    } else if (!certain && item.present && item.wanted > 0) {
        item.doubtful = true;
    } else {
        const bool was_present = item.present;
        item.disappeared_in_flight = true;
        if (item.in_flight == Operation::Add) item.doubtful = true;
        set_present(item, false);
        if (was_present && item.wanted > 0 && item.in_flight == Operation::None) lost(item, now);
    }
    update_place(item);
    forget_if_idle(item);
}

// Most likely the echo of our own removal. Were it not, a wanted address would be missing for good, and an
// unwanted one be taken for present: both beliefs are the ones that the next change corrects.
void Addresses::Book::swallow_disappearance(Item& item) {
    if (item.wanted > 0 || item.in_flight == Operation::Add)
        item.doubtful = true;
    else if (item.in_flight == Operation::None)
        set_present(item, false);
}

// A vanished link has taken its addresses with it; those that somebody manages are remembered for its return.
void Addresses::Book::link_vanished(net::LinkIndex index) {
    const auto link = links.find(index);
    if (link == links.end()) return;
    link->second.gone = true;
    std::vector<Item*> items;
    for (const auto& [address, place] : link->second.places)
        for (const auto& item : place) items.push_back(item.get());
    for (Item* const item : items) {
        set_present(*item, false);
        item->surely_absent = true;
        item->doubtful = item->lost = item->removal_due = item->leftover = false;
        item->expected_observations = item->expected_disappearances = 0;
        item->in_flight = Operation::None;
        item->placed.reset();
        item->trouble.reset();
        update(*item);
        forget_if_idle(*item);
    }
}

void Addresses::Book::resynchronised(std::span<const net::InterfaceAddress> all, Instant now) {
    const std::uint64_t mark = ++last_mark;
    for (const net::InterfaceAddress& address : all) {
        Item& item = find_or_make(address);
        item.mark = mark;
        item.kernel_length = address.prefix.length;
    }
    std::vector<Item*> items;
    for (const auto& [index, link] : links)
        for (const auto& [address, place] : link.places)
            for (const auto& item : place) items.push_back(item.get());
    for (Item* const item : items) item_resynchronised(*item, item->mark == mark, now);
}

void Addresses::Book::item_resynchronised(Item& item, bool listed, Instant now) {
    item.expected_observations = item.expected_disappearances = 0;
    const bool was_present = item.present;
    if (item.in_flight == Operation::None) {
        set_present(item, listed);
        item.surely_absent = !listed;
        if (!listed && was_present && item.wanted > 0) lost(item, now);
    } else if (!listed && item.in_flight == Operation::Add) {
        item.doubtful = true;  // the list may be older than the addition
    } else if (!listed) {
        item.disappeared_in_flight = true;
        set_present(item, false);
    }
    update_place(item);
    tell_if_placed(item);
    forget_if_idle(item);
}

void Addresses::Book::answered(const Change& change, int error, Instant now) {
    Item* const item = find(change.address);
    const bool addition = change.kind == Change::Kind::Add;
    const Operation operation = addition ? Operation::Add : Operation::Remove;
    if (item == nullptr || item->in_flight != operation) return;  // its link vanished meanwhile
    item->in_flight = Operation::None;
    if (addition && (error == 0 || error == EEXIST))
        addition_answered(*item, change, error, now);
    else if (!addition && (error == 0 || error == EADDRNOTAVAIL || error == ENODEV))
        removal_answered(*item, error);
    else
        refused(*item, change, error, now);
    update_place(*item);
    tell_if_placed(*item);
    forget_if_idle(*item);
}

void Addresses::Book::addition_answered(Item& item, const Change& change, int error, Instant now) {
    if (item.trouble) item.trouble->refusals = 0;
    if (error == 0) {
        item.placed = change.address;
        item.kernel_length = change.address.prefix.length;
        if (!item.observed_in_flight) ++item.expected_observations;
    } else if (!item.verifying) {
        item.placed.reset();  // somebody else's, taken as it is
    }
    if (item.verifying && error == 0 && item.wanted > 0) {  // it had been missing after all
        lost(item, now);
        note_repair(item, now);
    }
    set_present(item, true);
}

void Addresses::Book::removal_answered(Item& item, int error) {
    if (item.leftover && error == 0) findings.emplace_back(LeftoverRemoved{item.address});
    if (item.trouble) item.trouble->refusals = 0;
    if (item.wanted == 0) item.removal_due = false;
    item.leftover = item.doubtful = false;
    item.placed.reset();
    if (!item.disappeared_in_flight) {
        if (item.present) ++item.expected_disappearances;
        set_present(item, false);
    }
    item.surely_absent = !item.present;  // present: somebody added it after our removal
}

void Addresses::Book::refused(Item& item, const Change& change, int error, Instant now) {
    Trouble& trouble = item.troubles();
    ++trouble.refusals;
    if (trouble.refusals == 1) trouble.refusal_reported = false;
    // The first ENODEV is most likely the forerunner of the news that the link has vanished.
    const bool worth_telling = error != ENODEV || trouble.refusals > 1;
    if (worth_telling && !trouble.refusal_reported) {
        findings.emplace_back(Refused{change, error, item.owners});
        trouble.refusal_reported = true;
    }
    const auto doublings = std::min(trouble.refusals - 1, 5u);
    const seconds pause = std::min(kFirstRetry * (1u << doublings), kLongestRetry);
    const Operation operation = change.kind == Change::Kind::Add ? Operation::Add : Operation::Remove;
    if (operation == Operation::Add && item.present) item.doubtful = true;  // the doubt was not settled
    if (needed(item) != operation) return;
    wait(item, operation, now + pause);
    item.waits_for_retry = true;
}

// Somebody deleted a wanted address. It is put back at once, unless that has been in vain too often lately.
void Addresses::Book::lost(Item& item, Instant now) {
    Trouble& trouble = item.troubles();
    if (trouble.losses > 0 && now - trouble.last_loss >= kRepairWindow) {
        trouble.losses = 0;
        trouble.limited = false;
    }
    ++trouble.losses;
    trouble.last_loss = now;
    item.lost = true;
    item.placed_told = false;
    const Instant oldest = trouble.repairs[trouble.repair_count % kRepairsBeforeLimit];
    if (trouble.repair_count >= kRepairsBeforeLimit && now - oldest < kRepairWindow) trouble.limited = true;
    std::optional<Instant> again_at;
    if (trouble.limited && !item.present) {
        const Instant latest = trouble.repairs[(trouble.repair_count - 1) % kRepairsBeforeLimit];
        if (latest + kLimitedRepairGap > now) again_at = latest + kLimitedRepairGap;
    }
    for (const Owner owner : item.owners)
        if (owners[owner].wanted) findings.emplace_back(Lost{owner, item.address, trouble.losses, again_at});
    if (again_at && needed(item) == Operation::Add) wait(item, Operation::Add, *again_at);
}

void Addresses::Book::note_repair(Item& item, Instant now) {
    Trouble& trouble = item.troubles();
    trouble.repairs[trouble.repair_count++ % kRepairsBeforeLimit] = now;
}

void Addresses::Book::set_present(Item& item, bool present) {
    if (present) item.surely_absent = false;
    if (item.present == present) return;
    item.present = present;
    if (!present) item.placed_told = false;
}

void Addresses::Book::tell_if_placed(Item& item) {
    if (!item.present || item.doubtful || item.placed_told || item.wanted == 0) return;
    if (item.in_flight == Operation::Remove) return;
    item.placed_told = true;
    const bool repaired = std::exchange(item.lost, false);
    for (const Owner owner : item.owners)
        if (owners[owner].wanted) findings.emplace_back(Placed{owner, item.address, repaired});
}

}  // namespace understudy::desired
