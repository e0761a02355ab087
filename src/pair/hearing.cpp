#include "hearing.hpp"

#include <algorithm>
#include <array>

#include "understudy/agent/protocol.hpp"

namespace understudy::pair {

namespace {

using Obstacle = Hearing::Obstacle;

// Nobody's address (RFC 6890: 0.0.0.0/8, fe80::/10 with a small interface identifier), one a host.
net::Address made_up(net::Family family, std::size_t host) {
    std::array<std::byte, 16> octets{};
    const std::byte last{static_cast<unsigned char>(host + 1)};
    if (family == net::Family::Ipv4) {
        octets[3] = last;
    } else {
        octets[0] = std::byte{0xfe};
        octets[1] = std::byte{0x80};
        octets[15] = last;
    }
    return *net::Address::from_bytes(Bytes{octets}.first(net::address_size(family)));
}

bool lists(const std::vector<model::UnicastPeer>& peers, const net::Address& address) {
    return std::ranges::find(peers, address, &model::UnicastPeer::address) != peers.end();
}

// A peer of `of` that no other host claims: where the file of `host` doesn't tell its address, that may be
// it.
std::optional<net::Address> unclaimed_peer(const Cluster& cluster, const VirtualRouter& router,
                                           std::size_t of) {
    for (const model::UnicastPeer& peer : cluster.instance(router, of)->unicast_peers) {
        const auto claims = [&](std::size_t host) {
            return cluster.instance(router, host)->source == peer.address;
        };
        if (std::ranges::none_of(cluster.members(router), claims)) return peer.address;
    }
    return std::nullopt;
}

// Where the listener would get the advert; none: nothing is sent there.
std::optional<net::Address> destination(const Cluster& cluster, const VirtualRouter& router,
                                        std::size_t speaker, std::size_t listener) {
    const model::Instance& from = *cluster.instance(router, speaker);
    const model::Instance& to = *cluster.instance(router, listener);
    if (!from.is_unicast()) return from.multicast_group;
    const std::optional<net::Address> source = to.given_source();
    if (!source) return unclaimed_peer(cluster, router, speaker);
    // A listener on multicast needn't be among the peers to be told apart by its refusal.
    if (lists(from.unicast_peers, *source) || !to.is_unicast()) return source;
    return std::nullopt;
}

// The speaker's address as the listener sees it.
net::Address apparent_source(const Cluster& cluster, const VirtualRouter& router, std::size_t speaker,
                             std::size_t listener) {
    const model::Instance& from = *cluster.instance(router, speaker);
    if (const auto given = from.given_source()) return *given;
    return unclaimed_peer(cluster, router, listener).value_or(made_up(router.family, speaker));
}

vrrp::Router listening(const Cluster& cluster, const VirtualRouter& router, std::size_t listener) {
    const model::Instance& to = *cluster.instance(router, listener);
    vrrp::Router me;
    agent::configure(me, to);
    me.priority = to.priority;
    me.address = source_of(cluster, router, listener);
    return me;
}

std::expected<wire::Received, wire::PacketFault> carried(const std::vector<std::byte>& packet,
                                                         const wire::Outgoing& sent) {
    if (sent.source.is_v4()) return wire::decode_ipv4(packet);
    return wire::decode_ipv6(packet, {sent.source, sent.destination, sent.ttl});
}

// Makes the speaker like the listener in what was refused, so that what else is wrong shows, too.
bool mend(model::Instance& from, const model::Instance& to, vrrp::Refusal refusal) {
    switch (refusal) {
        case vrrp::Refusal::WrongVersion:
            from.version = to.version;
            // A sub-second interval cannot be said in version 2.
            if (from.advert_interval % seconds{1} != microseconds{0})
                from.advert_interval = to.advert_interval;
            return true;
        case vrrp::Refusal::IntervalMismatch:
            from.advert_interval = to.advert_interval;
            return true;
        case vrrp::Refusal::AuthTypeMismatch:
        case vrrp::Refusal::AuthTypeUnknown:
        case vrrp::Refusal::AuthFailed:
            from.auth_type = to.auth_type;
            from.auth_pass = to.auth_pass;
            return true;
        case vrrp::Refusal::TrailerUnexpected:
        case vrrp::Refusal::TrailerMissing:
        case vrrp::Refusal::TrailerOfUnknownKey:
        case vrrp::Refusal::TrailerNotAuthentic:
            from.hmac = to.hmac;
            // A listener that enforces hears nobody who does not sign.
            if (from.hmac) from.hmac->mode = model::HmacMode::Enforce;
            return !to.hmac || to.hmac->key(to.hmac->active_key) != nullptr;
        case vrrp::Refusal::TrailerMalformed:
        case vrrp::Refusal::TrailerStale:
        case vrrp::Refusal::TrailerReplayed:
        case vrrp::Refusal::WrongTtl:
        case vrrp::Refusal::NotForUnicast:
        case vrrp::Refusal::UnknownPeer:
        case vrrp::Refusal::NoAddresses:
        case vrrp::Refusal::AhReplayed:
        case vrrp::Refusal::IntervalZero:
        case vrrp::Refusal::ChecksumForm:
        case vrrp::Refusal::FirstAddressNotLinkLocal:
        case vrrp::Refusal::OwnerIgnores:
            return false;
    }
    return false;
}

// Of a key in a file nobody has read, only the id is known: it is taken for the same secret everywhere.
void assume_secrets(model::Instance& instance) {
    if (!instance.hmac) return;
    for (model::HmacKey& key : instance.hmac->keys)
        if (key.secret.empty()) key.secret = *Secret::from("the same secret on every host!!!");
}

bool knows_all_secrets(const model::Instance& instance) {
    return !instance.hmac || std::ranges::none_of(instance.hmac->keys, [](const model::HmacKey& key) {
        return key.secret.empty();
    });
}

// If one side's secrets are not known, neither are those that they would be compared with.
void make_comparable(model::Instance& from, model::Instance& to) {
    if (knows_all_secrets(from) && knows_all_secrets(to)) return;
    for (model::Instance* const side : {&from, &to})
        if (side->hmac)
            for (model::HmacKey& key : side->hmac->keys) key.secret = {};
    assume_secrets(from);
    assume_secrets(to);
}

}  // namespace

net::Address source_of(const Cluster& cluster, const VirtualRouter& router, std::size_t host) {
    return cluster.instance(router, host)->source.value_or(made_up(router.family, host));
}

Hearing hearing(const Cluster& cluster, const VirtualRouter& router, std::size_t speaker,
                std::size_t listener) {
    model::Instance from = *cluster.instance(router, speaker);
    model::Instance to = *cluster.instance(router, listener);
    make_comparable(from, to);
    const auto reached = destination(cluster, router, speaker, listener);
    if (!reached) return {Obstacle::NotAddressed};
    const bool both_multicast = !from.is_unicast() && !to.is_unicast();
    if (both_multicast && from.multicast_group != to.multicast_group) return {Obstacle::OtherGroup};
    const vrrp::Router me = listening(cluster, router, listener);
    const vrrp::ReceiveRules rules = agent::receive_rules(to);
    Hearing heard;
    for (;;) {
        const std::vector<net::Address> addresses = agent::advertised_addresses(from);
        wire::Outgoing outgoing = agent::advert(from, addresses);
        outgoing.vrid = to.vrid;  // another one is a finding of its own, and hides nothing else
        outgoing.priority = from.priority;
        outgoing.ah_sequence = 1;
        if (outgoing.hmac) outgoing.hmac->sequence = 1;  // of clocks, files say nothing
        outgoing.source = apparent_source(cluster, router, speaker, listener);
        outgoing.destination = *reached;
        const std::vector<std::byte> packet = wire::encode(outgoing);
        const auto received = carried(packet, outgoing);
        if (!received) return {Obstacle::Faulty, heard.refusals};
        const vrrp::ReceiveContext context{0, packet, std::nullopt, agent::checksum_form(to)};
        const auto accepted = vrrp::receive(me, rules, *received, context);
        if (accepted) {
            heard.oddities = accepted->oddities;
            return heard;
        }
        heard.obstacle = Obstacle::Refused;
        heard.refusals.push_back(accepted.error());
        if (!mend(from, to, accepted.error())) return heard;
    }
}

}  // namespace understudy::pair
