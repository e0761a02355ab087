// Adverts out and in. Nothing that arrives changes more than a counter until every check has passed.
#include <algorithm>
#include <array>
#include <utility>

#include "understudy/agent/protocol.hpp"
#include "understudy/vrrp/timing.hpp"

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

constexpr std::uint32_t kLastAhSequence = 0xfffffffd;

// The VRID a packet claims, read before anything is believed, so that a broken packet is counted where it
// belongs.
std::optional<net::Vrid> claimed_vrid(const PacketHeard& event) {
    Reader in{event.bytes};
    if (event.family == net::Family::Ipv4) {
        const std::size_t header = (in.u8() & 0xfu) * 4u;
        in.skip(8);
        const std::uint8_t protocol = in.u8();
        if (header < 20) return std::nullopt;
        in.skip(header - 10);
        if (protocol == net::kAhProtocol) in.skip(24);
    }
    in.skip(1);
    const std::uint8_t vrid = in.u8();
    return in.overran() ? std::nullopt : net::Vrid::from(vrid);
}

net::Address claimed_source(const PacketHeard& event) {
    if (event.family == net::Family::Ipv6) return event.source;
    Reader in{event.bytes};
    in.skip(12);
    return net::Address::from_bytes(in.take(4)).value_or(net::Address{});
}

// It is a router of this VRID that was set up in another way, or has another secret; no broken packet, and
// none that was sent twice.
bool is_of_other_settings(vrrp::Refusal why) {
    using enum vrrp::Refusal;
    constexpr std::array kOthers{WrongVersion,      NotForUnicast,  UnknownPeer,         AuthTypeMismatch,
                                 AuthTypeUnknown,   AuthFailed,     IntervalMismatch,    ChecksumForm,
                                 TrailerUnexpected, TrailerMissing, TrailerOfUnknownKey, TrailerNotAuthentic,
                                 TrailerStale};
    return std::ranges::find(kOthers, why) != kOthers.end();
}

template <typename Value>
bool first_time(std::vector<Value>& told, Value value) {
    if (std::ranges::find(told, value) != told.end()) return false;
    told.push_back(value);
    return true;
}

std::size_t copies_of_an_advert(const VirtualRouter& router) {
    return router.settings.is_unicast() ? router.settings.unicast_peers.size() : 1;
}

}  // namespace

// Who loses the address that it speaks from, and the role with it, says so from there once more: the others
// need not wait for its silence. The header of IPv4 is ours; IPv6's source has to be one of the interface.
net::Address Agent::Core::source_of_advert(VirtualRouter& router, net::Priority priority) {
    if (!router.me.address.is_unspecified()) return router.me.address;
    if (priority != net::kResigning || router.me.family != net::Family::Ipv4) return {};
    return std::exchange(router.last_source, {});
}

void Agent::Core::send_advert(VirtualRouter& router, net::Priority priority) {
    if (!router.link || keeping_addresses) return;
    const net::Address source = source_of_advert(router, priority);
    if (source.is_unspecified()) return;
    judge_last_advert(router);
    // At one advert a second the numbers last 136 years; they do not wrap, because 0 would be taken for a
    // replay.
    if (router.settings.auth_type == model::AuthType::Ah && router.ah_sequence < kLastAhSequence)
        ++router.ah_sequence;
    // Once for all copies, which so carry the same trailer.
    if (router.settings.hmac) router.hmac_sequence = router.hmac_clock.next(clock(), *router.settings.hmac);
    ++router.stats.adverts_sent;
    if (priority == net::kResigning) ++router.stats.priority_zero_sent;
    if (!router.settings.is_unicast()) {
        send_to(router, {source, router.settings.multicast_group}, priority);
        return;
    }
    for (const model::UnicastPeer& peer : router.settings.unicast_peers)
        send_to(router, {source, peer.address}, priority);
}

// That the kernel took an advert is never told, and that it did not a moment later, when the next may be out.
void Agent::Core::judge_last_advert(VirtualRouter& router) {
    router.copies_lost = 0;
    if (!router.unheard_since) return;
    const microseconds time = now - *router.unheard_since;
    if (router.adverts_since_loss++ >= 2 && now - router.last_lost > 2 * router.me.interval) {
        router.unheard_since.reset();
        if (std::exchange(router.told_unheard, false)) tell(words::heard_again(router.settings.name, time));
    } else if (router.role() == vrrp::Role::Master && time > vrrp::longest_peer_wait(router.me) &&
               !std::exchange(router.told_unheard, true)) {
        tell(words::unheard(router.settings.name, router.unheard_because, time));
    }
}

void Agent::Core::send_to(VirtualRouter& router, const AdvertEnds& ends, net::Priority priority) {
    if (router.tells(Debug::Sent)) tell(words::advert_sent(router.settings.name, ends.destination, priority));
    if (++router.identification == 0) router.identification = 1;
    wire::Outgoing outgoing = advert(router.settings, router.advertised);
    outgoing.priority = priority;
    outgoing.ah_sequence = router.ah_sequence;
    if (outgoing.hmac) outgoing.hmac->sequence = router.hmac_sequence;
    outgoing.identification = router.identification;
    outgoing.source = ends.source;
    outgoing.destination = ends.destination;
    outgoing.checksum = router.checksum_form_for(ends.destination);
    actions.push_back(SendPacket{router.id, *router.link, router.me.family, ends.source, ends.destination,
                                 outgoing.ttl, wire::encode(outgoing)});
}

WallTime Agent::Core::clock() const { return WallTime{now.time_since_epoch() + wall_offset}; }

void Agent::Core::on(const WallClockRead& event) {
    wall_offset = event.at.time_since_epoch() - now.time_since_epoch();
}

void Agent::Core::on(const SendFailed& event) {
    VirtualRouter* const router = find_router(event.instance);
    if (!router) return;
    if (++router->copies_lost >= copies_of_an_advert(*router)) {
        router->unheard_because = event.error;
        router->last_lost = now;
        router->adverts_since_loss = 0;
        if (!router->unheard_since) router->unheard_since = now;
    }
    if (std::exchange(router->told_send_failure, true)) return;
    tell(words::send_failed(router->settings.name, event.error));
}

void Agent::Core::index_receivers() {
    receivers.clear();
    for (const auto& router : routers)
        if (!router->leaving && router->link)
            receivers[{*router->link, router->me.family, router->me.vrid.value()}] = router.get();
}

VirtualRouter* Agent::Core::receiver(net::LinkIndex link, net::Family family, net::Vrid vrid) const {
    for (const net::LinkIndex candidate : {link, net::LinkIndex{0}})
        if (const auto found = receivers.find({candidate, family, vrid.value()}); found != receivers.end())
            return found->second;
    return nullptr;
}

void Agent::Core::count_faulty(const PacketHeard& event, wire::PacketFault why) {
    const std::optional<net::Vrid> vrid = claimed_vrid(event);
    if (!vrid) return;
    VirtualRouter* const router = receiver(event.link, event.family, *vrid);
    if (!router) return;
    router->stats.count(why);
    if (first_time(router->told_faults, why) || router->tells(Debug::Refused))
        tell(words::packet_faulty(router->settings.name, claimed_source(event), why));
}

void Agent::Core::refuse(VirtualRouter& router, const net::Address& source, vrrp::Refusal why) {
    router.stats.count(why);
    if (first_time(router.told_refusals, why) || router.tells(Debug::Refused))
        tell(words::advert_refused(router.settings.name, source, why));
}

void Agent::Core::on(const PacketHeard& event) {
    const auto decoded =
        event.family == net::Family::Ipv4
            ? wire::decode_ipv4(event.bytes)
            : wire::decode_ipv6(event.bytes, {event.source, event.destination, event.hop_limit});
    if (!decoded) return count_faulty(event, decoded.error());
    VirtualRouter* const router = receiver(event.link, event.family, decoded->advert.vrid);
    if (!router) return note_stranger(event, *decoded);
    if (!router->started || stopping) return;
    if (decoded->source != router->me.address && links.owns(decoded->source))
        return;  // another instance of this host
    const vrrp::ReceiveContext context{router->ah_sequence,
                                       event.bytes,
                                       router->checked_master,
                                       router->checksum_form_for(decoded->source),
                                       clock(),
                                       &router->replay_marks};
    const auto accepted = vrrp::receive(router->me, router->rules, *decoded, context);
    note_peer(*router, *decoded, accepted);
    if (!accepted && is_of_other_settings(accepted.error())) note_second_master(*router, *decoded);
    if (accepted) {
        follow_after_split_brain(*router, *decoded);
        note_heard(*router, accepted->advert.priority);
    }
    if (router->role() == vrrp::Role::Fault || router->role() == vrrp::Role::Idle)
        return;  // without effect, as in keepalived
    if (!accepted) {
        // An owner that ignores whoever thinks it is gone must still win back those that believed it.
        if (accepted.error() == vrrp::Refusal::OwnerIgnores) doubt(*router);
        return refuse(*router, decoded->source, accepted.error());
    }
    if (router->tells(Debug::Heard))
        tell(words::advert_heard(router->settings.name, decoded->source, accepted->advert.priority));
    ++router->stats.adverts_received;
    if (accepted->advert.priority == net::kResigning) ++router->stats.priority_zero_received;
    if (accepted->ah_sequence) router->ah_sequence = *accepted->ah_sequence;
    note_signature(*router, *accepted);
    note_oddities(*router, *accepted);
    note_checksum_form(*router, decoded->source, decoded->advert.checksum);
    feed(*router, accepted->advert);
    note_second_master(*router, *decoded);  // a weaker one, if we are master still
}

// For people to see; our own adverts that come back are nobody's.
void Agent::Core::note_peer(VirtualRouter& router, const wire::Received& packet,
                            const std::expected<vrrp::Accepted, vrrp::Refusal>& verdict) {
    if (packet.source == router.me.address) return;
    const wire::Advert& advert = packet.advert;
    router.peers.heard({packet.source, now, advert.priority, advert.version, advert.interval,
                        verdict ? std::nullopt : std::optional{verdict.error()},
                        verdict ? verdict->oddities : vrrp::Oddities{}});
}

// With a virtual MAC every socket on the wire hears what is for the others on it.
bool Agent::Core::is_configured_on(net::LinkIndex wire, net::Family family, net::Vrid vrid) const {
    return std::ranges::any_of(routers, [&](const auto& router) {
        const bool there = router->base == wire || router->link == wire || router->base == net::LinkIndex{0};
        return there && router->me.family == family && router->me.vrid == vrid;
    });
}

void Agent::Core::note_stranger(const PacketHeard& event, const wire::Received& packet) {
    if (stopping || links.owns(packet.source)) return;
    const net::Link* const link = links.find(event.link);
    const net::LinkIndex wire = link && link->is_virtual() ? link->base : event.link;
    for (const auto& router : routers)
        if (router->base == wire && router->me.family == event.family) note_second_master(*router, packet);
    if (!config->globals.log_unknown_vrids) return;
    if (is_configured_on(wire, event.family, packet.advert.vrid)) return;
    if (strangers.is_news(wire, packet.advert.vrid, packet.source, now))
        tell(words::unknown_vrid(link_name(wire), packet.advert.vrid, packet.source));
}

void Agent::Core::note_signature(VirtualRouter& router, const vrrp::Accepted& accepted) {
    if (!router.settings.hmac) return;
    if (!accepted.hmac) {
        ++router.stats.hmac_unsigned;
        return;
    }
    ++router.stats.hmac_verified;
    router.replay_marks.heard(*accepted.hmac);
    if (accepted.oddities.clock_differs && !std::exchange(router.told_clock_differs, true))
        tell(words::clock_differs(router.settings.name, accepted.advert.source, accepted.hmac->ahead,
                                  router.settings.hmac->time_window));
}

void Agent::Core::note_oddities(VirtualRouter& router, const vrrp::Accepted& accepted) {
    const net::Address& source = accepted.advert.source;
    const vrrp::Oddities& odd = accepted.oddities;
    router.checked_master = source;
    if (odd.other_checksum_form) ++router.stats.other_checksum_form;
    if (odd.addresses_differ) {
        ++router.stats.address_list_errors;
        if (!std::exchange(router.told_addresses_differ, true))
            tell(words::addresses_differ(router.settings.name, source));
    }
    if (odd.interval_differs) {
        ++router.stats.interval_differences;
        if (!std::exchange(router.told_interval_differs, true))
            tell(words::interval_differs(router.settings.name, source, accepted.advert.interval,
                                         router.me.interval));
    }
}

// keepalived before 1.3.6 refuses adverts by unicast unless their checksum is of its own kind. Of several
// peers each gets what it sends.
void Agent::Core::note_checksum_form(VirtualRouter& router, const net::Address& source,
                                     wire::ChecksumForm form) {
    const model::Instance& settings = router.settings;
    const auto is_source = [&](const model::UnicastPeer& peer) { return peer.address == source; };
    if (settings.old_unicast_checksum != model::OldUnicastChecksum::WhenThePeerDoes ||
        settings.checksum_as_v2 || std::ranges::none_of(settings.unicast_peers, is_source))
        return;
    const bool old = form == wire::ChecksumForm::OldUnicast;
    std::vector<net::Address>& followed = router.old_checksum_peers;
    if (old == (std::ranges::find(followed, source) != followed.end())) return;
    if (old) {
        followed.push_back(source);
    } else {
        std::erase(followed, source);
    }
    tell(words::checksum_form_followed(settings.name, source, old));
}

}  // namespace understudy::agent
