// What is announced to neighbours and to switches: which addresses by which interfaces, in bursts by the
// schedule of the protocol core, one by one after repairs, and now and then where no adverts are seen.
#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "core.hpp"

namespace understudy::agent {

namespace {

// What is announced now as it was before.
Announcer::List still_announced(const std::vector<Announcement>& before,
                                const std::vector<Announcement>& now) {
    std::unordered_map<net::Address, Announcement> known;
    for (const Announcement& announcement : before) known.emplace(announcement.address, announcement);
    auto kept = std::make_shared<std::vector<Announcement>>();
    std::ranges::copy_if(now, std::back_inserter(*kept), [&](const Announcement& announcement) {
        const auto found = known.find(announcement.address);
        return found != known.end() && found->second == announcement;
    });
    return kept;
}

}  // namespace

// Each address by the interface that carries it.
void Agent::Core::bind_announcements(VirtualRouter& router) {
    auto announced = std::make_shared<std::vector<Announcement>>();
    auto extra = std::make_shared<std::vector<Announcement>>();
    for (const auto* list : {&router.settings.addresses, &router.settings.excluded_addresses}) {
        for (const model::VirtualAddress& address : *list) {
            const net::Link* const link = carrier(router, address);
            if (!link || link->no_arp || link->loopback) continue;
            // A group has no one link address (RFC 4861 §4.4: a target is never multicast).
            if (address.prefix.address.is_multicast()) continue;
            announced->push_back({link->index, link->mac, address.prefix.address});
            // One address is enough for a switch.
            if (is_forgotten(router, address, link->index) &&
                std::ranges::find(*extra, link->index, &Announcement::link) == extra->end())
                extra->push_back(announced->back());
        }
    }
    // What waits to be announced (vrrp_garp_interval) may have gone to another host by the time it leaves.
    if (router.announcements && *router.announcements != *announced) {
        if (router.guards) guard_instead(router, *announced);
        const bool waited = announcer.cancel(router.id);
        if (waited && router.role() == vrrp::Role::Master)
            announcer.add(router.id, still_announced(*router.announcements, *announced), 1);
    }
    router.announcements = std::move(announced);
    router.extra_announcements = std::move(extra);
}

// Adverts keep the MAC of the interface by which they leave in the memory of switches; that of another is
// lost after some minutes, and then its traffic floods every port.
bool Agent::Core::is_forgotten(const VirtualRouter& router, const model::VirtualAddress& address,
                               net::LinkIndex link) const {
    if (link == router.link) return false;
    return router.settings.extra_announcing.all || carrier_wish(router, address);
}

void Agent::Core::announce_again(VirtualRouter& router, const net::InterfaceAddress& address) {
    const net::Link* const link = links.find(address.link);
    if (!link || link->no_arp || link->loopback || address.prefix.address.is_multicast()) return;
    const std::vector<Announcement> one{{link->index, link->mac, address.prefix.address}};
    announce(router.id, std::make_shared<const std::vector<Announcement>>(one),
             router.announcing.master_repeat);
}

// An address that came with a reload is announced like those of a new master: all of them, in one burst.
void Agent::Core::announce_all_later(VirtualRouter& router) {
    if (router.rounds_to_come == 0) router.rounds_to_come = router.announcing.master_repeat;
    unsettle(router);
}

// A peer that sends unicast to us would otherwise first have to ask for our link address.
void Agent::Core::announce_own_address(const VirtualRouter& router) {
    const net::Link* const link = router.link ? links.find(*router.link) : nullptr;
    if (!router.settings.is_unicast() || !link || link->no_arp || link->loopback) return;
    const std::vector<Announcement> own{{link->index, link->mac, router.me.address}};
    announce(router.id, std::make_shared<const std::vector<Announcement>>(own), 1);
}

// At each change of role, and when a reload may have changed the interval (garp_extra_if).
void Agent::Core::arm_extra_announcements(const VirtualRouter& router) {
    const seconds interval = router.settings.extra_announcing.interval;
    const bool wanted = router.role() == vrrp::Role::Master && interval > seconds{0};
    deadlines.set({AlarmKind::ExtraAnnouncements, router.id},
                  wanted ? std::optional{now + interval} : std::nullopt);
}

void Agent::Core::extra_announcements_due(const VirtualRouter& router) {
    // Nothing is announced before it is in place (RFC 9568 §8.1.2).
    if (outstanding(router.id) == 0) announce(router.id, router.extra_announcements, 1);
    arm_extra_announcements(router);
}

// `rounds` times over the whole list, as quickly as the configuration lets it go.
void Agent::Core::announce(std::size_t owner, const Announcer::List& list, std::uint32_t rounds) {
    if (rounds == 0) return;
    restless = true;
    if (pacing.is_none()) return announcer.add(owner, list, rounds);
    auto unpaced = std::make_shared<std::vector<Announcement>>();
    for (const Announcement& one : *list) {
        const net::Link* const link = links.find(one.link);
        const auto pace = link ? pacing.of(*link, one.address.family(), links) : std::nullopt;
        if (pace) {
            announcer.add_paced(owner, one, rounds, *pace);
        } else {
            unpaced->push_back(one);
        }
    }
    announcer.add(owner, std::move(unpaced), rounds);
}

// While the kernel is at work on more addresses nothing is repeated: they wait to be announced at all. Its
// answer leads back here.
void Agent::Core::settle_announcements() {
    const Announcer::Rounds which = in_flight.empty() ? Announcer::Rounds::All : Announcer::Rounds::First;
    if (const auto due = announcer.deadline(now, which); due && *due <= now)
        actions.push_back(SendAnnouncements{announcer.take_slice(now, which)});
    deadlines.set({AlarmKind::Announcer, 0}, announcer.deadline(now, which));
}

}  // namespace understudy::agent
