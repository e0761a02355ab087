// keepalived's authentication trailer (releases 2.4.2 and later; draft-cassen-vrrp-auth-hmac): 28 octets
// behind the VRRP message with a time, which is a sequence number too, and the first 16 octets of an
// HMAC-SHA256. Here it is octets to values and back and the digest itself; whether a trailer may be believed
// is decided in vrrp/.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "understudy/base/bytes.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::wire {

inline constexpr std::size_t kHmacTrailerSize = 28;
inline constexpr std::size_t kHmacDigestSize = 16;
inline constexpr std::uint8_t kHmacSha256 = 1;  // the only type that is defined

using HmacDigest = std::array<std::byte, kHmacDigestSize>;

// As received: any octets are a trailer.
struct HmacTrailer {
    std::uint8_t type = kHmacSha256;
    std::uint8_t key_id = 1;
    std::uint16_t reserved = 0;
    std::uint64_t sequence = 0;  // seconds since 1970, their binary fraction in 16 bits, a counter in 16 bits
    HmacDigest digest{};

    [[nodiscard]] bool is_well_formed() const { return type == kHmacSha256 && reserved == 0; }
    friend bool operator==(const HmacTrailer&, const HmacTrailer&) = default;
};

// Of the octets behind a message, which must be kHmacTrailerSize.
[[nodiscard]] HmacTrailer decode_hmac_trailer(Bytes octets);

// Into room for kHmacTrailerSize octets.
void write_hmac_trailer(std::span<std::byte> room, const HmacTrailer& trailer);

// What the digest covers: neither destination nor TTL nor checksum, so one signature serves all peers.
struct HmacInput {
    net::VrrpVersion version = net::VrrpVersion::V3;
    net::Vrid vrid{1};
    net::Address source;
    Bytes message;  // without the trailer
};
// The digest that belongs into the trailer; the one in it does not count.
[[nodiscard]] HmacDigest hmac_digest(const HmacInput& input, const HmacTrailer& trailer, Bytes secret);

}  // namespace understudy::wire
