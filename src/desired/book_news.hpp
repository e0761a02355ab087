// What the kernel says: notifications, whole pictures and answers.
#pragma once

#include <algorithm>
#include <cerrno>

#include "book.hpp"

namespace understudy::desired {

template <typename Kind>
bool Book<Kind>::observed(const Object& object) {
    Item* const item = heard_of(object);
    if (item == nullptr) return true;
    const bool is_news = !std::exchange(item->told, Kind::is_usable(object));
    item_observed(*item, object);
    return is_news;
}

template <typename Kind>
void Book<Kind>::item_observed(Item& item, const Object& object) {
    item.heard = object;
    item.surely_absent = false;
    if (item.expected_observations > 0) {
        --item.expected_observations;
        forget_if_idle(item);
        return;
    }
    item.observed_in_flight = true;
    item.given_up = false;
    set_present(item, true);
    update_place(item);
    tell_if_placed(item);
}

template <typename Kind>
void Book<Kind>::vanished(const Object& object, Instant now) {
    if (Item* const item = find(object)) item_vanished(*item, now, true);
}

// `certain`: it is this object that vanished, and not another one with the same address.
template <typename Kind>
void Book<Kind>::item_vanished(Item& item, Instant now, bool certain) {
    item.told = false;
    if (item.expected_disappearances > 0) {
        --item.expected_disappearances;
        swallow_disappearance(item);
    } else if (!certain && item.present && item.wanted > 0) {
        item.doubtful = true;
    } else {
        const bool was_present = item.present;
        item.disappeared_in_flight = true;
        if (is_placing(item.in_flight)) item.doubtful = true;
        set_present(item, false);
        const bool missed = was_present && item.wanted > 0 && item.in_flight == Operation::None;
        if (missed && !Kind::is_put_back(item.object)) item.given_up = true;
        if (missed && !item.given_up) lost(item, now, item.has_expired(now));
    }
    update_place(item);
    forget_if_idle(item);
}

// Most likely the echo of our own removal. Were it not, a wanted address would be missing for good, and an
// unwanted one be taken for present: both beliefs are the ones that the next change corrects.
template <typename Kind>
void Book<Kind>::swallow_disappearance(Item& item) {
    if (item.wanted > 0 || is_placing(item.in_flight))
        item.doubtful = true;
    else if (item.in_flight == Operation::None)
        set_present(item, false);
}

// It may have been taken away without a word: one more addition will tell.
template <typename Kind>
void Book<Kind>::doubt(Item& item) {
    if (item.wanted == 0 || !item.present || !Kind::is_put_back(item.object)) return;
    item.doubtful = true;
    update_place(item);
}

// It is there, but no longer as it was made: it is removed and added again.
template <typename Kind>
void Book<Kind>::damage(Item& item) {
    if (item.wanted == 0 || !item.present || !Kind::is_put_back(item.object)) return;
    item.damaged = true;
    update_place(item);
}

// What vanished has taken its objects with it; those that somebody manages are remembered for its return.
template <typename Kind>
void Book<Kind>::ground_vanished(const typename Kind::Ground& key) {
    const auto known = grounds.find(key);
    if (known == grounds.end()) return;
    known->second.gone = true;
    std::vector<Item*> items;
    for (const auto& [at, place] : known->second.places)
        for (const auto& item : place) items.push_back(item.get());
    for (Item* const item : items) {
        set_present(*item, false);
        item->surely_absent = true;
        item->told = false;
        item->renew_at.reset();
        item->doubtful = item->lost = item->removal_due = item->leftover = false;
        item->expected_observations = item->expected_disappearances = 0;
        item->in_flight = Operation::None;
        item->placed.reset();
        item->heard.reset();
        item->trouble.reset();
        update(*item);
        forget_if_idle(*item);
    }
}

template <typename Kind>
void Book<Kind>::resynchronised(std::span<const Object> all, Instant now) {
    const std::uint64_t mark = ++last_mark;
    for (const Object& object : all) {
        Item* const item = heard_of(object);
        if (item == nullptr) continue;
        item->mark = mark;
        item->heard = object;
    }
    std::vector<Item*> items;
    for (const auto& [key, on] : grounds)
        for (const auto& [at, place] : on.places)
            for (const auto& item : place)
                if (Kind::is_heard(item->object)) items.push_back(item.get());
    for (Item* const item : items) item_resynchronised(*item, item->mark == mark, now);
}

template <typename Kind>
void Book<Kind>::item_resynchronised(Item& item, bool listed, Instant now) {
    item.expected_observations = item.expected_disappearances = 0;
    item.told = listed && Kind::is_usable(*item.heard);
    const bool was_present = item.present;
    if (item.in_flight == Operation::None) {
        set_present(item, listed);
        item.surely_absent = !listed;
        // What was there before us may be of another protocol, and is then never listed.
        const bool known = item.placed || item.heard;
        const bool missed = !listed && was_present && known && item.wanted > 0;
        if (missed && !Kind::is_put_back(item.object)) item.given_up = true;
        if (missed && !item.given_up) lost(item, now, item.has_expired(now));
    } else if (!listed && is_placing(item.in_flight)) {
        item.doubtful = true;  // the list may be older than the addition
    } else if (!listed) {
        item.disappeared_in_flight = true;
        set_present(item, false);
    }
    update_place(item);
    tell_if_placed(item);
    forget_if_idle(item);
}

constexpr Operation operation_of(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::Add:
            return Operation::Add;
        case ChangeKind::Remove:
            return Operation::Remove;
        case ChangeKind::Renew:
            return Operation::Renew;
    }
    return Operation::None;
}

template <typename Kind>
void Book<Kind>::answered(const Change& change, int error, Instant now) {
    Item* const item = find(change.object);
    const Operation operation = operation_of(change.kind);
    const bool addition = is_placing(operation);
    if (item == nullptr || item->in_flight != operation) return;  // its ground vanished meanwhile
    item->in_flight = Operation::None;
    if (addition && Kind::is_added(item->object, error, item->present))
        addition_answered(*item, change, error, now);
    else if (!addition && Kind::is_removed(error))
        removal_answered(*item, error);
    else
        refused(*item, change, error, now);
    update_place(*item);
    tell_if_placed(*item);
    forget_if_idle(*item);
}

template <typename Kind>
void Book<Kind>::unanswered(const Change& change) {
    Item* const item = find(change.object);
    if (item == nullptr) return;
    item->in_flight = Operation::None;
    item->renew_at.reset();
    update_place(*item);
}

template <typename Kind>
void Book<Kind>::addition_answered(Item& item, const Change& change, int error, Instant now) {
    if (item.trouble) item.trouble->refusals = 0;
    if (error == 0) {
        item.placed = change.object;
        item.damaged = false;
        if (!item.observed_in_flight) {
            item.heard = change.object;
            if (Kind::is_heard(change.object)) ++item.expected_observations;
        }
    } else {
        if (!item.verifying) item.placed.reset();  // somebody else's, taken as it is
        item.renew_at.reset();
    }
    if (item.verifying && error == 0 && item.wanted > 0) {  // it had been missing after all
        lost(item, now);
        note_repair(item, now);
    }
    set_present(item, true);
}

template <typename Kind>
void Book<Kind>::removal_answered(Item& item, int error) {
    if (item.leftover && error == 0) findings.emplace_back(LeftoverRemovedOf<Object>{item.object});
    if (item.trouble) item.trouble->refusals = 0;
    if (item.wanted == 0) item.removal_due = false;
    item.leftover = item.doubtful = item.damaged = false;
    if (!item.disappeared_in_flight) {
        // Of what was not there any more nothing is told.
        if (error == 0 && item.present && Kind::is_heard(item.object))
            item.expected_disappearances += Kind::echoes_of_removal(item.placed.value_or(item.object));
        set_present(item, false);
    }
    item.placed.reset();
    item.heard.reset();
    item.surely_absent = !item.present;  // present: somebody added it after our removal
}

template <typename Kind>
void Book<Kind>::refused(Item& item, const Change& change, int error, Instant now) {
    Trouble& trouble = item.troubles();
    ++trouble.refusals;
    if (trouble.refusals == 1) trouble.refusal_reported = false;
    if (!trouble.refusal_reported && Kind::is_worth_telling(item.object, error, trouble.refusals)) {
        findings.emplace_back(RefusedOf<Object>{change, error, item.owners});
        trouble.refusal_reported = true;
    }
    const auto doublings = std::min(trouble.refusals - 1, 5u);
    const seconds pause = std::min(kFirstRetry * (1u << doublings), kLongestRetry);
    const Operation operation = operation_of(change.kind);
    if (operation == Operation::Add && item.present) item.doubtful = true;  // the doubt was not settled
    item.renew_at.reset();
    if (needed(item) != operation) return;
    const std::optional<Instant> next = item.next_renewal(now);
    const bool is_urgent = operation == Operation::Renew && next;
    wait(item, operation, is_urgent ? std::min(*next, now + pause) : now + pause);
    item.waits_for_retry = true;
}

// Somebody deleted a wanted object, or its lease ran out. It is put back at once, unless that has been in
// vain too often lately.
template <typename Kind>
void Book<Kind>::lost(Item& item, Instant now, bool expired) {
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
        if (owners[owner].wanted)
            findings.emplace_back(LostOf<Object>{owner, item.object, trouble.losses, again_at, expired});
    if (again_at && needed(item) == Operation::Add) wait(item, Operation::Add, *again_at);
}

template <typename Kind>
void Book<Kind>::note_repair(Item& item, Instant now) {
    Trouble& trouble = item.troubles();
    trouble.repairs[trouble.repair_count++ % kRepairsBeforeLimit] = now;
}

template <typename Kind>
void Book<Kind>::set_present(Item& item, bool present) {
    if (present) item.surely_absent = false;
    if (item.present == present) return;
    item.present = present;
    if (!present) item.placed_told = false;
}

template <typename Kind>
void Book<Kind>::tell_if_placed(Item& item) {
    if (!item.present || item.doubtful || item.placed_told || item.wanted == 0) return;
    if (item.in_flight == Operation::Remove) return;
    item.placed_told = true;
    const bool repaired = std::exchange(item.lost, false);
    for (const Owner owner : item.owners)
        if (owners[owner].wanted) findings.emplace_back(PlacedOf<Object>{owner, item.object, repaired});
}

}  // namespace understudy::desired
