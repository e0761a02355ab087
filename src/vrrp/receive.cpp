#include "understudy/vrrp/receive.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include "understudy/base/assert.hpp"
#include "understudy/vrrp/stats.hpp"

namespace understudy::vrrp {
namespace {

static_assert(static_cast<std::size_t>(Refusal::TrailerReplayed) <
                  std::tuple_size_v<decltype(Stats::refused)>,
              "every refusal has its counter");

using Verdict = std::optional<Refusal>;
using wire::ChecksumForm;

constexpr std::uint8_t kAuthNone = 0;
constexpr std::uint8_t kAuthPass = 1;
constexpr std::uint8_t kAuthAh = 2;
constexpr std::uint8_t kUnforwarded = 255;  // no router between the sender and us (RFC 9568 §5.1.1.3)

// One packet under examination.
struct Case {
    const Router& me;
    const ReceiveRules& rules;
    const wire::Received& received;
    const ReceiveContext& context;

    [[nodiscard]] const wire::Advert& advert() const { return received.advert; }
    [[nodiscard]] bool is_v2() const { return me.version == net::VrrpVersion::V2; }
    // A version 3 instance has no authentication of this kind, whatever is configured.
    [[nodiscard]] std::uint8_t auth_type() const { return is_v2() ? rules.auth_type : kAuthNone; }
    [[nodiscard]] bool is_strict() const { return rules.strict || me.strict; }
};

Verdict check_ah_presence(const Case& c) {
    if (c.advert().ah.has_value() != (c.auth_type() == kAuthAh)) return Refusal::AuthTypeMismatch;
    return {};
}

// Unicast crosses routers, so only multicast must arrive untouched.
Verdict check_ttl(const Case& c) {
    if (!c.rules.unicast && c.received.ttl != kUnforwarded) return Refusal::WrongTtl;
    return {};
}

Verdict check_version(const Case& c) {
    if (c.advert().version != c.me.version) return Refusal::WrongVersion;
    return {};
}

// The password as it stands in the packet: 8 octets, padded with zeros (RFC 2338 §5.3.10).
std::array<std::byte, 8> padded(std::string_view password) {
    std::array<std::byte, 8> octets{};
    std::memcpy(octets.data(), password.data(), std::min(password.size(), octets.size()));
    return octets;
}

Verdict check_ah(const Case& c) {
    const wire::AhHeader& ah = *c.advert().ah;
    const auto expected = wire::ah_icv(c.context.packet, c.rules.password);
    if (!wire::equal_in_constant_time(expected, ah.icv)) return Refusal::AuthFailed;
    // draft-ietf-vrrp-ipsecah-spec-00: the SPI is the source address.
    if (ah.spi != Reader{c.received.source.bytes()}.u32()) return Refusal::AuthFailed;
    if (ah.sequence <= c.context.ah_counter) return Refusal::AhReplayed;
    return {};
}

Verdict check_authentication(const Case& c) {
    if (!c.is_v2()) return {};
    const wire::Advert& advert = c.advert();
    if (advert.auth_type > kAuthAh) return Refusal::AuthTypeUnknown;
    if (advert.auth_type != c.auth_type()) return Refusal::AuthTypeMismatch;
    if (advert.auth_type == kAuthPass &&
        !wire::equal_in_constant_time(padded(c.rules.password), advert.auth_data))
        return Refusal::AuthFailed;
    if (advert.auth_type == kAuthAh) return check_ah(c);
    return {};
}

bool is_peer(const Case& c) {
    return std::ranges::find(c.rules.peers, c.received.source, &ReceiveRules::Peer::address) !=
           c.rules.peers.end();
}

Verdict check_time(const Case& c) {
    const model::HmacAuthentication& hmac = *c.rules.hmac;
    const seconds ahead = ahead_of(c.advert().hmac->sequence, c.context.clock);
    if (hmac.anti_replay == model::AntiReplay::Time && !is_within(ahead, hmac.time_window))
        return Refusal::TrailerStale;
    return {};
}

Verdict check_digest(const Case& c) {
    const wire::HmacTrailer& trailer = *c.advert().hmac;
    const model::HmacKey* const key = c.rules.hmac->key(trailer.key_id);
    if (!key || key->secret.empty()) return Refusal::TrailerOfUnknownKey;
    const wire::HmacInput input{c.me.version, c.me.vrid, c.received.source, c.advert().message};
    const wire::HmacDigest expected = wire::hmac_digest(input, trailer, key->secret.bytes());
    if (!wire::equal_in_constant_time(expected, trailer.digest)) return Refusal::TrailerNotAuthentic;
    return {};
}

// What fails is refused in every mode; a mode forgives no more than that there is no trailer. The clock comes
// before the digest, so that a flood of old captures costs little.
Verdict check_trailer(const Case& c) {
    const std::optional<wire::HmacTrailer>& trailer = c.advert().hmac;
    if (!c.rules.hmac) return trailer ? Verdict{Refusal::TrailerUnexpected} : Verdict{};
    const model::HmacAuthentication& hmac = *c.rules.hmac;
    if (!trailer) return hmac.mode == model::HmacMode::Enforce ? Verdict{Refusal::TrailerMissing} : Verdict{};
    if (c.rules.unicast && !is_peer(c)) return Refusal::UnknownPeer;
    if (!trailer->is_well_formed()) return Refusal::TrailerMalformed;
    if (const Verdict stale = check_time(c)) return stale;
    if (const Verdict forged = check_digest(c)) return forged;
    // Our own, sent back to us by somebody: the kernel lets it in over IPv6, and on a virtual MAC.
    if (c.received.source == c.me.address) return Refusal::TrailerReplayed;
    if (c.context.marks &&
        c.context.marks->is_replay(c.received.source, trailer->sequence, c.context.clock, hmac))
        return Refusal::TrailerReplayed;
    return {};
}

// Version 2 learns no interval, so a different one is refused (RFC 3768 §7.1). Version 3 learns any but zero,
// which would end every wait at once.
Verdict check_interval(const Case& c) {
    if (c.is_v2() && c.advert().interval != c.me.interval) return Refusal::IntervalMismatch;
    if (!c.is_v2() && c.advert().interval == Centiseconds{0}) return Refusal::IntervalZero;
    return {};
}

Verdict check_checksum_form(const Case& c) {
    if (c.advert().checksum == ChecksumForm::OldUnicast && !c.rules.accepts_old_unicast_checksum)
        return Refusal::ChecksumForm;
    return {};
}

Verdict check_destination(const Case& c) {
    if (c.received.destination.is_multicast() == c.rules.unicast) return Refusal::NotForUnicast;
    return {};
}

// RFC 3768 §7.1, and RFC 9568 §7.1 as printed; erratum 8298 turns it into the election, which is the default.
Verdict check_ownership(const Case& c) {
    // One whom the operator has given another priority is to hear who takes over.
    const bool as_owner = c.me.is_owner() && c.me.priority == net::kOwner;
    if (as_owner && (c.me.owner_ignores_adverts || c.is_strict())) return Refusal::OwnerIgnores;
    return {};
}

Verdict check_addresses(const Case& c) {
    const wire::AddressList& heard = c.advert().addresses;
    // A router whose addresses are all excluded from its adverts has peers configured alike.
    if (heard.size() == 0) return c.rules.addresses.empty() ? Verdict{} : Verdict{Refusal::NoAddresses};
    if (c.is_strict() && c.me.family == net::Family::Ipv6 && !heard[0].is_link_local())
        return Refusal::FirstAddressNotLinkLocal;
    return {};
}

// A range for the TTL implies that the source is checked: it belongs to one peer.
bool checks_source(const ReceiveRules& rules) {
    const auto has_range = [](const ReceiveRules::Peer& peer) { return peer.min_ttl || peer.max_ttl; };
    return rules.unicast && (rules.check_unicast_source || std::ranges::any_of(rules.peers, has_range));
}

Verdict check_source(const Case& c) {
    if (!checks_source(c.rules)) return {};
    const auto peer = std::ranges::find(c.rules.peers, c.received.source, &ReceiveRules::Peer::address);
    if (peer == c.rules.peers.end()) return Refusal::UnknownPeer;
    const std::uint8_t ttl = c.received.ttl;
    if (ttl < peer->min_ttl.value_or(0) || ttl > peer->max_ttl.value_or(255)) return Refusal::WrongTtl;
    return {};
}

// The order decides which counter a packet with several faults raises; it is keepalived's.
constexpr std::array kChecks{
    check_ah_presence,    check_ttl,       check_version,       check_trailer,
    check_authentication, check_interval,  check_checksum_form, check_destination,
    check_ownership,      check_addresses, check_source,
};

bool same_addresses(const std::vector<net::Address>& ours, const wire::AddressList& theirs) {
    if (ours.size() != theirs.size()) return false;
    std::size_t at = 0;
    const auto in_step = [&](const net::Address& address) { return theirs[at++] == address; };
    // Configured alike, the order is the same too and one pass tells; any other order is just as good.
    if (std::ranges::all_of(ours, in_step)) return true;
    return std::ranges::all_of(ours, [&](const net::Address& address) { return theirs.contains(address); });
}

bool addresses_differ(const Case& c) {
    const bool known = c.context.known_master == c.received.source;
    if (known && c.rules.skip_address_check_of_known_master) return false;
    return !same_addresses(c.rules.addresses, c.advert().addresses);
}

// Only version 3 over IPv4 has more than one form.
bool has_other_checksum_form(const Case& c) {
    if (c.is_v2() || c.me.family == net::Family::Ipv6) return false;
    return c.advert().checksum != c.context.sent;
}

// Before it is further off than the window and nothing of it is believed any more.
bool clock_differs(const Case& c) {
    if (!c.advert().hmac || c.rules.hmac->anti_replay != model::AntiReplay::Time) return false;
    return !is_within(ahead_of(c.advert().hmac->sequence, c.context.clock), c.rules.hmac->time_window / 2);
}

Oddities oddities(const Case& c) {
    return {.addresses_differ = addresses_differ(c),
            .interval_differs = !c.is_v2() && c.advert().interval != c.me.interval,
            .other_checksum_form = has_other_checksum_form(c),
            .clock_differs = clock_differs(c)};
}

}  // namespace

std::string_view describe(Refusal refusal) {
    switch (refusal) {
        case Refusal::WrongVersion:
            return "has another VRRP version";
        case Refusal::WrongTtl:
            return "has a TTL or hop limit that is not allowed";
        case Refusal::NotForUnicast:
            return "is multicast to a unicast instance, or the reverse";
        case Refusal::UnknownPeer:
            return "is not from a unicast peer";
        case Refusal::NoAddresses:
            return "carries no addresses";
        case Refusal::AuthTypeMismatch:
            return "has another authentication type";
        case Refusal::AuthTypeUnknown:
            return "has an unknown authentication type";
        case Refusal::AuthFailed:
            return "fails the authentication";
        case Refusal::AhReplayed:
            return "has an old sequence number";
        case Refusal::IntervalZero:
            return "has an interval of zero";
        case Refusal::IntervalMismatch:
            return "has another interval";
        case Refusal::ChecksumForm:
            return "has a checksum of the old unicast form";
        case Refusal::FirstAddressNotLinkLocal:
            return "does not begin with a link-local address";
        case Refusal::OwnerIgnores:
            return "is for addresses that we own";
        case Refusal::TrailerUnexpected:
            return "has an HMAC trailer, but there is no auth_hmac here";
        case Refusal::TrailerMissing:
            return "has no HMAC trailer";
        case Refusal::TrailerMalformed:
            return "has a malformed HMAC trailer";
        case Refusal::TrailerStale:
            return "was signed further from our clock than time_window";
        case Refusal::TrailerOfUnknownKey:
            return "was signed with a key whose id is not configured here";
        case Refusal::TrailerNotAuthentic:
            return "has a wrong HMAC: another secret, or forged";
        case Refusal::TrailerReplayed:
            return "was sent before: its HMAC sequence has not grown";
    }
    assertion_failed("refusal is one of those named", __FILE__, __LINE__);
}

std::expected<Accepted, Refusal> receive(const Router& me, const ReceiveRules& rules,
                                         const wire::Received& received, const ReceiveContext& context) {
    const Case c{me, rules, received, context};
    for (const auto check : kChecks)
        if (const Verdict refusal = check(c)) return std::unexpected(*refusal);
    Accepted accepted{
        {received.advert.priority, received.advert.interval, received.source}, oddities(c), {}, {}};
    if (received.advert.ah) accepted.ah_sequence = received.advert.ah->sequence;
    if (const auto& trailer = received.advert.hmac)
        accepted.hmac = {received.source, trailer->sequence, ahead_of(trailer->sequence, context.clock)};
    return accepted;
}

}  // namespace understudy::vrrp
