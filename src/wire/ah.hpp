// The authentication header in front of a version 2 advert (RFC 2402 §2, with HMAC-MD5-96 of RFC 2403): its
// 24 octets to bytes and back. The integrity check value itself is ah_icv() of the public header.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "understudy/base/bytes.hpp"
#include "understudy/wire/advert.hpp"

namespace understudy::wire {

inline constexpr std::size_t kAhSize = 24;

// Of the payload of an IP packet. Anything but VRRP behind the header is NotVrrp: other users of AH share the
// protocol number.
[[nodiscard]] std::expected<AhHeader, PacketFault> decode_ah(Bytes payload);

void write_ah(std::span<std::byte> payload, const AhHeader& header);

}  // namespace understudy::wire
