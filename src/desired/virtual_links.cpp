#include "understudy/desired/virtual_links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "item.hpp"

namespace understudy::desired {

namespace {

constexpr seconds kRepairGap{1};
// Whoever manages the host gives a new interface the settings of all, a moment after it has appeared
// (systemd-sysctl by udev's rules); later somebody may load them all again.
constexpr seconds kFirstCheck{3};
constexpr seconds kNextCheck{60};
// The kernel takes tens of milliseconds for each, and adverts are sent between two.
constexpr std::size_t kMostAtOnce = 1;
constexpr int kMostNumberedNames = 255;
constexpr std::size_t kMostDigits = 3;

bool fits(const net::Link& link, const net::VirtualLink& wanted) {
    if (wanted.ipvlan) return link.ipvlan && link.base == wanted.base;
    return link.macvlan && link.private_macvlan && link.base == wanted.base && link.mac == wanted.mac;
}

// What a dead keepalived left, or we ourselves between making it and noting that it is ours: the MAC is that
// of the virtual router, which nobody else on this interface can have.
bool is_leftover(const net::Link& link, const net::VirtualLink& wanted) {
    if (wanted.ipvlan || !link.alias.empty()) return false;
    const auto vrid = net::Vrid::from(std::to_integer<std::uint8_t>(link.mac.octets.back()));
    return vrid && (link.mac == net::virtual_mac(net::Family::Ipv4, *vrid) ||
                    link.mac == net::virtual_mac(net::Family::Ipv6, *vrid));
}

// It was made for what is wanted, by us or a predecessor. An ipvlan has no mark of its own but our note.
bool may_be_taken_over(const net::Link& link, const net::VirtualLink& wanted) {
    return fits(link, wanted) && (is_note(link.alias) || is_leftover(link, wanted));
}

net::VirtualLink described(const net::Link& link) {
    net::VirtualLink described;
    described.name = link.name;
    described.base = link.base;
    described.mac = link.mac;
    if (link.ipvlan) described.ipvlan = net::IpvlanMode::Bridge;
    return described;
}

std::vector<std::string> candidate_names(const LinkWish& wish) {
    const std::string vrid = "." + std::to_string(wish.vrid.value());
    const std::string prefix = wish.prefix.substr(0, net::kLongestLinkName - kMostDigits - vrid.size());
    std::vector<std::string> names{prefix + vrid};
    if (wish.family == net::Family::Ipv6) names.push_back(fmt::format("{}6{}", prefix, vrid));
    for (int number = 1; number <= kMostNumberedNames; ++number)
        if (std::string name = fmt::format("{}{}{}", prefix, number, vrid);
            std::ranges::find(names, name) == names.end())
            names.push_back(std::move(name));
    return names;
}

seconds retry_gap(std::uint32_t failures) {
    seconds gap = kFirstRetry;
    for (std::uint32_t i = 1; i < failures && gap < kLongestRetry; ++i) gap *= 2;
    return std::min(gap, kLongestRetry);
}

}  // namespace

void VirtualLinks::want(Owner owner, std::span<const LinkWish> wishes) {
    std::set<Key> wanted;
    for (const LinkWish& wish : wishes) {
        entry_for(owner, wish);
        wanted.insert({wish.base, wish.mac});
    }
    for (auto& [key, entry] : entries_)
        if (!wanted.contains(key)) entry.owners.erase(owner);
    std::erase_if(entries_, [](const auto& item) { return item.second.owners.empty(); });
}

VirtualLinks::Entry& VirtualLinks::entry_for(Owner owner, const LinkWish& wish) {
    const auto [found, is_new] = entries_.try_emplace({wish.base, wish.mac});
    Entry& entry = found->second;
    net::VirtualLink link = entry.link;
    const bool renamed = !wish.name.empty() && wish.name != link.name;
    if (is_new || renamed) link.name = wish.name.empty() ? choose_name(wish) : wish.name;
    link.base = wish.base;
    link.base_name = wish.base_name;
    link.mac = wish.mac;
    link.ipvlan = wish.ipvlan;
    link.carries_v4 |= wish.carries_v4;
    link.carries_v6 |= wish.carries_v6;
    if (wish.group) link.group = wish.group;
    if (link != entry.link) {
        entry.link = link;
        entry.configured = false;
        entry.not_before.reset();
    }
    entry.owners.insert(owner);
    return entry;
}

// One that a predecessor has left under any of our names is as good as the first name.
std::string VirtualLinks::choose_name(const LinkWish& wish) const {
    const std::vector<std::string> names = candidate_names(wish);
    net::VirtualLink wanted;
    wanted.base = wish.base;
    wanted.mac = wish.mac;
    wanted.ipvlan = wish.ipvlan;
    for (const std::string& name : names)
        if (const net::Link* const link = find(name);
            link && may_be_taken_over(*link, wanted) && !is_named(name))
            return name;
    for (const std::string& name : names) {
        const net::Link* const link = find(name);
        if (!is_named(name) && (!link || is_note(link->alias))) return name;
    }
    return names.front();
}

bool VirtualLinks::is_named(std::string_view name) const {
    return std::ranges::any_of(entries_, [&](const auto& item) { return item.second.link.name == name; });
}

const net::Link* VirtualLinks::find(std::string_view name) const {
    const auto found =
        std::ranges::find_if(links_, [&](const auto& item) { return item.second.name == name; });
    return found == links_.end() ? nullptr : &found->second;
}

bool VirtualLinks::is_ready(const Entry& entry) const {
    const net::Link* const link = find(entry.link.name);
    return link && entry.configured && entry.seen_up && fits(*link, entry.link);
}

LinkStanding VirtualLinks::standing(net::LinkIndex base, const net::Mac& mac) const {
    const auto found = entries_.find({base, mac});
    if (found == entries_.end()) return {};
    const Entry& entry = found->second;
    LinkStanding standing;
    standing.name = entry.link.name;
    if (const net::Link* const link = find(entry.link.name); link && fits(*link, entry.link))
        standing.index = link->index;
    standing.ready = is_ready(entry);
    standing.was_ready = entry.was_ready;
    standing.error = entry.error;
    standing.ipvlan = entry.link.ipvlan.has_value();
    standing.name_taken = entry.told_taken;
    return standing;
}

std::vector<std::pair<net::LinkIndex, net::VirtualLink>> VirtualLinks::all_ready() const {
    std::vector<std::pair<net::LinkIndex, net::VirtualLink>> all;
    for (const auto& [key, entry] : entries_)
        if (is_ready(entry)) all.emplace_back(find(entry.link.name)->index, entry.link);
    std::ranges::sort(all, {}, [](const auto& item) { return item.first; });
    return all;
}

void VirtualLinks::touch(const Entry& entry) { touched_.insert(entry.owners.begin(), entry.owners.end()); }

void VirtualLinks::observed(const net::Link& link) {
    net::Link& known = links_[link.index];
    const std::string before = known.name;
    known = link;
    for (auto& [key, entry] : entries_) {
        if (entry.link.name != link.name && entry.link.name != before) continue;
        if (entry.link.name == link.name && is_being_made(entry)) entry.own = link.index;
        if (link.admin_up) {
            entry.seen_up = true;
        } else if (std::exchange(entry.seen_up, false)) {
            entry.configured = false;  // somebody has put it down
        }
        entry.was_ready |= is_ready(entry);
        touch(entry);
    }
}

void VirtualLinks::vanished(net::LinkIndex index) {
    const auto found = links_.find(index);
    if (found == links_.end()) return;
    const std::string name = found->second.name;
    links_.erase(found);
    given_up_.erase(name);
    for (auto& [key, entry] : entries_) {
        if (entry.link.name != name) continue;
        // With the interface below it goes for good, and of that we hear right after.
        if (std::exchange(entry.configured, false) && links_.contains(entry.link.base))
            findings_.push_back({LinkFinding::Kind::Deleted, entry.link, 0});
        entry.seen_up = false;
        touch(entry);
    }
}

void VirtualLinks::resynchronised(std::span<const net::Link> links) {
    std::vector<net::LinkIndex> gone;
    for (const auto& [index, link] : links_)
        if (std::ranges::find(links, index, &net::Link::index) == links.end()) gone.push_back(index);
    for (const net::LinkIndex index : gone) vanished(index);
    for (const net::Link& link : links) observed(link);
}

// Before the answer there is news of it already, without the note that is put on it last.
bool VirtualLinks::is_being_made(const Entry& entry) const {
    return std::ranges::any_of(in_flight_, [&](const LinkChange& change) {
        return change.kind == LinkChange::Kind::Make && change.link == entry.link;
    });
}

bool VirtualLinks::is_wanted(const net::Link& link) const {
    return std::ranges::any_of(entries_, [&](const auto& item) {
        return item.second.link.name == link.name && fits(link, item.second.link);
    });
}

// Only what we have made ourselves, in this life or an earlier one, is removed.
void VirtualLinks::remove_needless(std::vector<LinkChange>& changes) {
    for (const auto& [index, link] : links_) {
        if (!link.is_virtual() || !is_note(link.alias) || is_wanted(link) || given_up_.contains(link.name))
            continue;
        if (changes.size() >= kMostAtOnce) return;
        changes.push_back({LinkChange::Kind::Remove, described(link), index, link.alias});
    }
}

void VirtualLinks::make(Entry& entry, Instant now, std::vector<LinkChange>& changes) {
    if (changes.size() >= kMostAtOnce || now < entry.due(now)) return;
    const net::Link* const link = find(entry.link.name);
    const bool usable =
        link && fits(*link, entry.link) && (link->index == entry.own || may_be_taken_over(*link, entry.link));
    if (link && !usable) {
        if (is_note(link->alias)) return;  // it is being removed first
        if (std::exchange(entry.told_taken, true)) return;
        findings_.push_back({LinkFinding::Kind::NameTaken, entry.link, 0});
        touch(entry);
        return;
    }
    entry.told_taken = false;
    if (!entry.configured) entry.seen_up = false;
    changes.push_back({LinkChange::Kind::Make, entry.link, link ? link->index : net::LinkIndex{},
                       link ? link->alias : std::string{}});
}

std::vector<LinkChange> VirtualLinks::take_changes(Instant now) {
    if (!in_flight_.empty()) return {};
    std::vector<LinkChange> changes;
    remove_needless(changes);
    for (auto& [key, entry] : entries_) make(entry, now, changes);
    in_flight_ = changes;
    return changes;
}

void VirtualLinks::answered(std::span<const int> errors, Instant now) {
    if (errors.size() != in_flight_.size()) return;  // an answer to what we no longer know
    const std::vector<LinkChange> changes = std::exchange(in_flight_, {});
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const LinkChange& change = changes[i];
        if (change.kind == LinkChange::Kind::Remove) {
            if (errors[i] != 0) given_up_.insert(change.link.name);
            if (errors[i] == 0) links_.erase(change.existing);
            const auto kind = errors[i] == 0 ? LinkFinding::Kind::Gone : LinkFinding::Kind::Failed;
            findings_.push_back({kind, change.link, errors[i]});
        } else if (const auto entry = entries_.find({change.link.base, change.link.mac});
                   entry != entries_.end() && entry->second.link == change.link) {
            made(entry->second, change, errors[i], now);
        }
    }
}

void VirtualLinks::unanswered(Instant now) {
    in_flight_.clear();
    for (auto& [key, entry] : entries_)
        if (entry.configured) entry.check_at = now;
}

void VirtualLinks::made(Entry& entry, const LinkChange& change, int error, Instant now) {
    if (error == 0) {
        const bool again = std::exchange(entry.configured, true);
        entry.failures = 0;
        entry.error = 0;
        if (!again) entry.not_before = now + kRepairGap;
        // One that was up before gives no news of it.
        const net::Link* const link = find(entry.link.name);
        if (link) entry.own = link->index;
        entry.seen_up |= change.existing.value != 0 && link && link->admin_up;
        entry.was_ready |= is_ready(entry);
        const bool is_new = change.existing.value == 0;
        entry.check_at = now + (is_new ? kFirstCheck : kNextCheck);
        if (again) return;
        findings_.push_back({is_new ? LinkFinding::Kind::Made : LinkFinding::Kind::TakenOver, entry.link, 0});
    } else if (entry.own = {};
               error == ENODEV) {  // it, or the one below, has just gone, and the news of that is on its way
        if (change.existing.value == 0) entry.not_before = now + kFirstRetry;
        if (links_.erase(change.existing) > 0)
            findings_.push_back({LinkFinding::Kind::Deleted, entry.link, 0});
    } else {
        entry.not_before = now + retry_gap(++entry.failures);
        if (std::exchange(entry.error, error) != error)
            findings_.push_back({LinkFinding::Kind::Failed, entry.link, error});
    }
    touch(entry);
}

std::optional<Instant> VirtualLinks::deadline() const {
    std::optional<Instant> first;
    if (!in_flight_.empty()) return first;
    for (const auto& [key, entry] : entries_) {
        const std::optional<Instant>& due = entry.configured ? entry.check_at : entry.not_before;
        if (due && !entry.told_taken) first = first ? std::min(*first, *due) : *due;
    }
    return first;
}

bool VirtualLinks::is_done() const {
    if (!entries_.empty() || !in_flight_.empty()) return false;
    return std::ranges::none_of(links_, [&](const auto& item) {
        const net::Link& link = item.second;
        return link.is_virtual() && is_note(link.alias) && !given_up_.contains(link.name);
    });
}

std::vector<LinkFinding> VirtualLinks::take_findings() { return std::exchange(findings_, {}); }

std::set<Owner> VirtualLinks::take_touched() { return std::exchange(touched_, {}); }

}  // namespace understudy::desired
