// What Objects of one kind are made of. Included by the source of each kind, which instantiates it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "understudy/base/assert.hpp"
#include "understudy/desired/objects.hpp"

#include "book.hpp"
#include "book_archive.hpp"
#include "book_news.hpp"
#include "book_owners.hpp"
#include "book_queue.hpp"

namespace understudy::desired {

template <typename Kind>
Objects<Kind>::Objects() : book_(std::make_unique<Book<Kind>>()) {}
template <typename Kind>
Objects<Kind>::~Objects() = default;
template <typename Kind>
Objects<Kind>::Objects(Objects&&) noexcept = default;
template <typename Kind>
Objects<Kind>& Objects<Kind>::operator=(Objects&&) noexcept = default;

template <typename Kind>
bool Objects<Kind>::manage(Owner owner, std::vector<Object> objects) {
    return book_->manage(owner, objects);
}

template <typename Kind>
void Objects<Kind>::want(Owner owner, bool wanted) {
    book_->want(owner, wanted);
}

template <typename Kind>
bool Objects<Kind>::wants(Owner owner) const {
    const auto found = book_->owners.find(owner);
    return found != book_->owners.end() && found->second.wanted;
}

template <typename Kind>
std::size_t Objects<Kind>::outstanding(Owner owner) const {
    const auto found = book_->owners.find(owner);
    return found == book_->owners.end() ? 0 : found->second.outstanding;
}

template <typename Kind>
std::vector<Owner> Objects<Kind>::take_settled() {
    return std::exchange(book_->settled, {});
}

template <typename Kind>
std::size_t Objects<Kind>::present(Owner owner) const {
    const auto found = book_->owners.find(owner);
    if (found == book_->owners.end()) return 0;
    const auto is_present = [](const ItemOf<Kind>* item) { return item->present; };
    return static_cast<std::size_t>(std::ranges::count_if(found->second.items, is_present));
}

template <typename Kind>
void Objects<Kind>::remove_leftovers() {
    book_->remove_leftovers();
}

template <typename Kind>
bool Objects<Kind>::observed(const Object& object) {
    return book_->observed(object);
}

template <typename Kind>
void Objects<Kind>::vanished(const Object& object, Instant now) {
    book_->vanished(object, now);
}

template <typename Kind>
void Objects<Kind>::resynchronised(std::span<const Object> all, Instant now) {
    book_->resynchronised(all, now);
}

template <typename Kind>
void Objects<Kind>::retry() {
    book_->retry();
}

template <typename Kind>
void Objects<Kind>::unanswered(const ChangeOf<Object>& change) {
    book_->unanswered(change);
}

template <typename Kind>
auto Objects<Kind>::take_changes(std::size_t most, Instant now) -> std::vector<ChangeOf<Object>> {
    std::vector<ChangeOf<Object>> changes = book_->take_removals(most, now);
    for (ChangeOf<Object>& renewal : book_->take_renewals(most - changes.size(), now))
        changes.push_back(std::move(renewal));
    for (ChangeOf<Object>& addition : book_->take_additions(most - changes.size(), now))
        changes.push_back(std::move(addition));
    return changes;
}

template <typename Kind>
auto Objects<Kind>::take_removals(std::size_t most, Instant now) -> std::vector<ChangeOf<Object>> {
    return book_->take_removals(most, now);
}

template <typename Kind>
auto Objects<Kind>::take_additions(std::size_t most, Instant now) -> std::vector<ChangeOf<Object>> {
    return book_->take_additions(most, now);
}

template <typename Kind>
auto Objects<Kind>::take_renewals(std::size_t most, Instant now) -> std::vector<ChangeOf<Object>> {
    return book_->take_renewals(most, now);
}

template <typename Kind>
bool Objects<Kind>::has_changes(Instant now) const {
    if (!book_->removals.empty() || !book_->additions.empty() || !book_->renewals.empty()) return true;
    return !book_->waiting.empty() && book_->waiting.begin()->first.first <= now;
}

template <typename Kind>
void Objects<Kind>::answered(std::span<const ChangeOf<Object>> changes, std::span<const int> errors,
                             Instant now) {
    UNDERSTUDY_ASSERT(changes.size() == errors.size());
    for (std::size_t i = 0; i < changes.size(); ++i) book_->answered(changes[i], errors[i], now);
}

template <typename Kind>
std::optional<Instant> Objects<Kind>::deadline() const {
    if (book_->waiting.empty()) return std::nullopt;
    return book_->waiting.begin()->first.first;
}

template <typename Kind>
auto Objects<Kind>::take_findings() -> std::vector<FindingOf<Object>> {
    return std::exchange(book_->findings, {});
}

template <typename Kind>
void Objects<Kind>::save(ArchiveWriter& out) const {
    BookSaver<Kind>{out}.save(*book_);
}

template <typename Kind>
void Objects<Kind>::load(ArchiveReader& in) {
    book_ = std::make_unique<Book<Kind>>();
    BookLoader<Kind>{in, *book_}.load();
}

template <typename Kind>
std::uint64_t Objects<Kind>::shape() {
    return shape_of_book<Kind>();
}

}  // namespace understudy::desired
