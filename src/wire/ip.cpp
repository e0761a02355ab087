#include "ip.hpp"

#include <optional>

#include "understudy/base/assert.hpp"

namespace understudy::wire {

namespace {

constexpr std::uint8_t kVersion4 = 4;
constexpr std::size_t kHeaderChecksumOffset = 10;
constexpr std::uint16_t kFragmentBits =
    0x3fff;  // "more fragments" and the offset; "don't fragment" is harmless

net::Address address(Bytes octets) {
    const std::optional<net::Address> found = net::Address::from_bytes(octets);
    UNDERSTUDY_ASSERT(found.has_value());
    return *found;
}

}  // namespace

std::expected<Ipv4Header, PacketFault> decode_ipv4_header(Bytes packet) {
    if (packet.size() < kIpv4HeaderSize) return std::unexpected(PacketFault::Truncated);
    Reader in{packet};
    const std::uint8_t version_and_size = in.u8();
    in.skip(1);  // type of service
    const std::uint16_t total_length = in.u16();
    in.skip(2);  // identification
    const std::uint16_t fragment = in.u16();
    Ipv4Header header;
    header.size = (version_and_size & 0x0fu) * 4u;
    header.ttl = in.u8();
    header.protocol = in.u8();
    in.skip(2);  // header checksum
    header.source = address(in.take(4));
    header.destination = address(in.take(4));
    const bool sound = version_and_size >> 4 == kVersion4 && header.size >= kIpv4HeaderSize &&
                       header.size <= total_length && total_length == packet.size() &&
                       (fragment & kFragmentBits) == 0;
    if (!sound) return std::unexpected(PacketFault::BadIpHeader);
    return header;
}

void write_ipv4_header(std::span<std::byte> packet, const Ipv4Choice& choice) {
    constexpr std::uint8_t kVersionAndSize = kVersion4 << 4 | kIpv4HeaderSize / 4;
    Writer out{packet};
    out.u8(kVersionAndSize);
    out.u8(kNetworkControl);
    out.u16(static_cast<std::uint16_t>(packet.size()));
    out.u16(choice.identification);
    out.u16(0);  // may be fragmented, is not
    out.u8(choice.ttl);
    out.u8(choice.protocol);
    out.u16(0);  // checksum, below
    out.put(choice.source.bytes());
    out.put(choice.destination.bytes());
    UNDERSTUDY_ASSERT(!out.overran());
    store_u16(packet, kHeaderChecksumOffset, net::Checksum{}.add(packet.first(kIpv4HeaderSize)).value());
}

net::Checksum pseudo_header_sum(const net::Address& source, const net::Address& destination,
                                std::uint8_t protocol, std::size_t length) {
    return net::Checksum{}
        .add(source.bytes())
        .add(destination.bytes())
        .add_word(protocol)
        .add_word(static_cast<std::uint16_t>(length));
}

void store_u16(std::span<std::byte> packet, std::size_t offset, std::uint16_t value) {
    Writer{packet.subspan(offset, 2)}.u16(value);
}

}  // namespace understudy::wire
