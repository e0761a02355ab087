// Whether a decoded advert concerns this instance and may be believed: the checks of RFC 9568 §7.1 and RFC
// 3768 §7.1 that need configuration (version, TTL, authentication, interval, addresses, carrier). A refused
// advert changes nothing but a counter.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/model/authentication.hpp"
#include "understudy/net/address.hpp"
#include "understudy/vrrp/event.hpp"
#include "understudy/vrrp/hmac.hpp"
#include "understudy/vrrp/router.hpp"
#include "understudy/wire/advert.hpp"

namespace understudy::vrrp {

// How adverts of this instance must look, beyond what Router says.
struct ReceiveRules {
    bool unicast = false;  // peers are configured: only unicast is sent and accepted
    bool strict = false;
    std::uint8_t auth_type = 0;  // version 2: 0, 1 (PASS) or 2 (AH)
    std::string password;
    std::optional<model::HmacAuthentication> hmac;
    bool accepts_old_unicast_checksum = true;  // of keepalived before 1.3.6
    bool skip_address_check_of_known_master = false;
    bool check_unicast_source = false;
    struct Peer {
        net::Address address;
        std::optional<std::uint8_t> min_ttl;
        std::optional<std::uint8_t> max_ttl;
    };
    std::vector<Peer> peers;
    std::vector<net::Address> addresses;  // carried in our own adverts
};

enum class Refusal : std::uint8_t {
    WrongVersion,
    WrongTtl,
    NotForUnicast,  // multicast to a unicast instance, or the reverse
    UnknownPeer,
    NoAddresses,  // count 0 although we advertise some (RFC 9568 erratum 8299)
    AuthTypeMismatch,
    AuthTypeUnknown,
    AuthFailed,
    AhReplayed,
    IntervalZero,              // RFC 9568 erratum 8301
    IntervalMismatch,          // version 2
    ChecksumForm,              // the pre-1.3.6 unicast form, not wanted here
    FirstAddressNotLinkLocal,  // strict only
    OwnerIgnores,
    TrailerUnexpected,  // an HMAC trailer, but no auth_hmac here
    TrailerMissing,     // mode enforce
    TrailerMalformed,
    TrailerStale,  // further from our clock than time_window
    TrailerOfUnknownKey,
    TrailerNotAuthentic,
    TrailerReplayed,
};
// The rest of a sentence that begins with the packet, as wire::describe() gives it.
[[nodiscard]] std::string_view describe(Refusal refusal);

// What is odd about an accepted advert: to be counted and told once, never a reason to drop.
struct Oddities {
    bool addresses_differ = false;
    bool interval_differs = false;     // version 3
    bool other_checksum_form = false;  // than the one we send to that router
    bool clock_differs = false;        // by more than half of auth_hmac's time_window
    friend bool operator==(const Oddities&, const Oddities&) = default;
};

struct Accepted {
    AdvertHeard advert;
    Oddities oddities;
    std::optional<std::uint32_t> ah_sequence;  // the caller raises its counter to it
    std::optional<ReplayMarks::Mark> hmac;     // to be marked; none: it was not signed
};

// `ah_counter`: the one counter of this instance for sending and receiving. `packet`: the whole IP packet,
// for AH. `known_master`: the present master's address, if its address list was checked before. `clock` and
// `marks`: for HMAC trailers; without marks nothing is a replay.
struct ReceiveContext {
    std::uint32_t ah_counter = 0;
    Bytes packet;
    std::optional<net::Address> known_master;
    wire::ChecksumForm sent = wire::ChecksumForm::PseudoHeader;  // to that router; version 3 over IPv4
    WallTime clock{};
    const ReplayMarks* marks = nullptr;
};
[[nodiscard]] std::expected<Accepted, Refusal> receive(const Router& me, const ReceiveRules& rules,
                                                       const wire::Received& received,
                                                       const ReceiveContext& context);

}  // namespace understudy::vrrp
