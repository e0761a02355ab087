// What reading and writing the VRRP message share: its layout (RFC 3768 §5.1, RFC 9568 §5.1) and its
// checksum.
#pragma once

#include <cstddef>
#include <cstdint>

#include "understudy/base/bytes.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/virtual_router.hpp"
#include "understudy/wire/advert.hpp"

namespace understudy::wire {

inline constexpr std::size_t kFixedSize = 8;  // up to the first address
inline constexpr std::size_t kChecksumOffset = 6;
inline constexpr std::size_t kAuthDataSize =
    8;  // behind the addresses of version 2, whatever the authentication type
inline constexpr std::uint8_t kAdvertisement = 1;

[[nodiscard]] constexpr std::size_t message_size(net::VrrpVersion version, net::Family family,
                                                 std::size_t addresses) {
    return kFixedSize + addresses * net::address_size(family) +
           (version == net::VrrpVersion::V2 ? kAuthDataSize : 0);
}

// Over a message whose checksum field is zero: the value for the field. Over a received one: 0 when it is
// right.
[[nodiscard]] std::uint16_t message_checksum(ChecksumForm form, Bytes message, const net::Address& source,
                                             const net::Address& destination);

}  // namespace understudy::wire
