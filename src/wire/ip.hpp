// IP headers as far as VRRP and neighbour discovery need them: the IPv4 header (RFC 791 §3.1) in both
// directions, and the pseudo-header sum that IPv6 (RFC 8200 §8.1) and the older reading of VRRP version 3 put
// in front of a message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "understudy/base/bytes.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/checksum.hpp"
#include "understudy/wire/advert.hpp"

namespace understudy::wire {

inline constexpr std::size_t kIpv4HeaderSize = 20;     // without options
inline constexpr std::uint8_t kNetworkControl = 0xc0;  // DSCP CS6, which every VRRP speaker sets

struct Ipv4Header {
    std::size_t size = kIpv4HeaderSize;  // options included
    std::uint8_t ttl = 0;
    std::uint8_t protocol = 0;
    net::Address source;
    net::Address destination;
};

// Of a whole packet: one whose total length is another than its size, or a fragment, is refused. The header
// checksum is left to the kernel, which drops a bad one before any socket hears of it.
[[nodiscard]] std::expected<Ipv4Header, PacketFault> decode_ipv4_header(Bytes packet);

// What the sender chooses in a header without options; the rest follows from the packet.
struct Ipv4Choice {
    std::uint16_t identification = 0;
    std::uint8_t ttl = 255;
    std::uint8_t protocol = 0;
    net::Address source;
    net::Address destination;
};
// Fills the first 20 octets of a packet whose payload follows them.
void write_ipv4_header(std::span<std::byte> packet, const Ipv4Choice& choice);

// The sum over source, destination, upper-layer length and protocol, to which the message is added. The
// fields of the IPv4 and the IPv6 pseudo-header differ in width only, which a ones' complement sum does not
// see.
[[nodiscard]] net::Checksum pseudo_header_sum(const net::Address& source, const net::Address& destination,
                                              std::uint8_t protocol, std::size_t length);

// Stores a checksum, or any other number of two octets, at an offset.
void store_u16(std::span<std::byte> packet, std::size_t offset, std::uint16_t value);

}  // namespace understudy::wire
