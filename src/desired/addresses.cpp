#include "understudy/desired/addresses.hpp"

#include <algorithm>
#include <utility>

#include "understudy/base/assert.hpp"

#include "book.hpp"

namespace understudy::desired {

Addresses::Addresses() : book_(std::make_unique<Book>()) {}
Addresses::~Addresses() = default;
Addresses::Addresses(Addresses&&) noexcept = default;
Addresses& Addresses::operator=(Addresses&&) noexcept = default;

void Addresses::manage(Owner owner, std::vector<net::InterfaceAddress> addresses) {
    book_->manage(owner, addresses);
}

void Addresses::want(Owner owner, bool wanted) { book_->want(owner, wanted); }

bool Addresses::wants(Owner owner) const {
    const auto found = book_->owners.find(owner);
    return found != book_->owners.end() && found->second.wanted;
}

std::size_t Addresses::outstanding(Owner owner) const {
    const auto found = book_->owners.find(owner);
    return found == book_->owners.end() ? 0 : found->second.outstanding;
}

void Addresses::remove_leftovers() { book_->remove_leftovers(); }

bool Addresses::manages(net::LinkIndex link, const net::Address& address) const {
    const Place* const place = book_->find_place(link, address);
    return place != nullptr &&
           std::ranges::any_of(*place, [](const auto& item) { return !item->owners.empty(); });
}

bool Addresses::is_present(net::LinkIndex link, const net::Prefix& prefix) const {
    net::InterfaceAddress address;
    address.link = link;
    address.prefix = prefix;
    const Item* const item = book_->find(address);
    return item != nullptr && item->present;
}

void Addresses::observed(const net::InterfaceAddress& address) { book_->observed(address); }

void Addresses::vanished(const net::InterfaceAddress& address, Instant now) { book_->vanished(address, now); }

void Addresses::vanished(net::LinkIndex link, const net::Address& address, Instant now) {
    book_->vanished(link, address, now);
}

void Addresses::link_vanished(net::LinkIndex link) { book_->link_vanished(link); }

void Addresses::resynchronised(std::span<const net::InterfaceAddress> all, Instant now) {
    book_->resynchronised(all, now);
}

std::vector<Change> Addresses::take_changes(std::size_t most, Instant now) {
    return book_->take_changes(most, now);
}

bool Addresses::has_changes(Instant now) const {
    if (!book_->removals.empty() || !book_->additions.empty()) return true;
    return !book_->waiting.empty() && book_->waiting.begin()->first.first <= now;
}

void Addresses::answered(std::span<const Change> changes, std::span<const int> errors, Instant now) {
    UNDERSTUDY_ASSERT(changes.size() == errors.size());
    for (std::size_t i = 0; i < changes.size(); ++i) book_->answered(changes[i], errors[i], now);
}

std::optional<Instant> Addresses::deadline() const {
    if (book_->waiting.empty()) return std::nullopt;
    return book_->waiting.begin()->first.first;
}

std::vector<Finding> Addresses::take_findings() { return std::exchange(book_->findings, {}); }

}  // namespace understudy::desired
