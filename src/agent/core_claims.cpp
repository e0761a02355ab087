// Whether the neighbours still believe the master: who else speaks for its addresses, and when it may have
// been away without knowing. Its adverts say nothing to them; only announcing the addresses again does.
#include <algorithm>
#include <memory>
#include <utility>

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

// Nothing is announced before it is in place; the first burst is still to come then.
void Agent::Core::doubt(VirtualRouter& router) {
    if (router.role() != vrrp::Role::Master || router.leaving) return;
    const auto occasion = vrrp::Announce::Occasion::Doubted;
    const std::uint32_t rounds = router.schedule.begin(occasion, router.announcing, now);
    if (router.rounds_to_come == 0) announce(router.id, router.announcements, rounds);
    arm(router);
}

void Agent::Core::doubt_those_on(net::LinkIndex link) {
    const auto is_there = [link](const Announcement& own) { return own.link == link; };
    for (const auto& router : routers)
        if (router->announcements && std::ranges::any_of(*router->announcements, is_there)) doubt(*router);
}

// Whoever speaks for one address has probably spoken for all, as another master of the virtual router and its
// group does, and not each of its frames was heard here. Somebody who insists on a single one changes nothing
// about the others.
void Agent::Core::doubt_neighbours_of_claimed(VirtualRouter& router) {
    if (!router.group) {
        if (router.announcements && router.announcements->size() > 1) doubt(router);
        return;
    }
    for (VirtualRouter* const member : groups[*router.group].members) doubt(*member);
}

// A master's addresses nobody else may claim, nor those whose owner has given way until nobody does.
bool Agent::Core::should_guard(const VirtualRouter& router) const {
    const bool watches = router.role() == vrrp::Role::Master || router.split_brain.has_yielded();
    return watches && !router.leaving && !keeping_addresses && router.announcements;
}

void Agent::Core::guard(VirtualRouter& router, bool guards) {
    if (std::exchange(router.guards, guards) == guards) return;
    for (const Announcement& own : *router.announcements) {
        const GuardKey key{{own.link, own.address}, router.id};
        if (guards)
            guarded.try_emplace(key);
        else
            guarded.erase(key);
    }
}

// What was guarded before keeps the memory of earlier claims.
void Agent::Core::guard_instead(const VirtualRouter& router, const std::vector<Announcement>& others) {
    std::map<GuardKey, Claim> now_guarded;
    for (const Announcement& own : others) {
        const GuardKey key{{own.link, own.address}, router.id};
        auto known = guarded.extract(key);
        if (known)
            now_guarded.insert(std::move(known));
        else
            now_guarded.try_emplace(key);
    }
    for (const Announcement& own : *router.announcements) guarded.erase({{own.link, own.address}, router.id});
    guarded.merge(now_guarded);
}

void Agent::Core::settle_guard() {
    for (const std::size_t id : std::exchange(guard_due, {}))
        if (VirtualRouter* const router = find_router(id)) guard(*router, should_guard(*router));
    std::vector<GuardedLink> wanted;
    for (const auto& [key, claim] : guarded) {
        const auto& [link, address] = key.first;
        if (wanted.empty() || wanted.back().link != link) wanted.push_back({link, {}});
        std::vector<net::Address>& addresses_there = wanted.back().addresses;
        if (addresses_there.empty() || addresses_there.back() != address) addresses_there.push_back(address);
    }
    if (wanted == watching) return;
    watching = wanted;
    actions.push_back(WatchNeighbours{std::move(wanted)});
}

// Of several routers with one address the first stands for all.
std::map<Agent::Core::GuardKey, Claim>::iterator Agent::Core::find_guard(const ClaimKey& key) {
    const auto found = guarded.lower_bound({key, 0});
    return found != guarded.end() && found->first.first == key ? found : guarded.end();
}

void Agent::Core::on(const AddressClaimed& event) {
    const ClaimKey key{event.link, event.address};
    const auto found = find_guard(key);
    if (found == guarded.end() || stopping) return;
    if (links.owns(event.mac)) return;  // another interface of ours answers, or a bridge sends it back
    VirtualRouter* const router = find_router(found->first.second);
    if (!router) return;
    if (const net::Link* const link = links.find(event.link))
        router->split_brain.answered(event.address, event.mac, link->mac);
    if (router->role() != vrrp::Role::Master) return;
    ++router->stats.addresses_claimed;
    Claim& claim = found->second;
    const std::optional<Instant> due_before = claim.due();
    if (claim.heard(now))
        tell(words::address_claimed(router->settings.name, link_name(event.link), event.address, event.mac));
    if (!claim.is_quarrel()) doubt_neighbours_of_claimed(*router);
    if (due_before || !claim.due()) return;
    claims_to_answer.emplace(*claim.due(), key);
    claims_due();
}

// What is no longer guarded, or was answered meanwhile, is passed over.
void Agent::Core::claims_due() {
    while (!claims_to_answer.empty() && claims_to_answer.begin()->first <= now)
        answer_claim(claims_to_answer.extract(claims_to_answer.begin()).value());
    const bool any = !claims_to_answer.empty();
    deadlines.set({AlarmKind::Claims, 0},
                  any ? std::optional{claims_to_answer.begin()->first} : std::nullopt);
}

void Agent::Core::answer_claim(const std::pair<Instant, ClaimKey>& entry) {
    const auto& [at, key] = entry;
    const auto found = find_guard(key);
    if (found == guarded.end() || found->second.due() != at) return;
    VirtualRouter* const router = find_router(found->first.second);
    const net::Link* const link = links.find(key.first);
    Claim& claim = found->second;
    claim.answered(now);
    if (claim.due()) claims_to_answer.emplace(*claim.due(), key);
    if (!router || router->role() != vrrp::Role::Master) return;
    if (!link || router->rounds_to_come > 0) return;  // the first burst is still to come
    const std::vector<Announcement> one{{link->index, link->mac, key.second}};
    announce(router->id, std::make_shared<const std::vector<Announcement>>(one), 1);
}

}  // namespace understudy::agent
