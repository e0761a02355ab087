// What the tests of the codecs share: hexadecimal, adverts with usual values, packets with one octet changed,
// and the text form in which the golden files state a decoded frame.
#pragma once

#include <expected>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/wire/advert.hpp"
#include "understudy/wire/arp.hpp"
#include "understudy/wire/ndisc.hpp"

namespace understudy::wire {

void PrintTo(PacketFault fault, std::ostream* out);
void PrintTo(ChecksumForm form, std::ostream* out);

namespace test {

using Packet = std::vector<std::byte>;

inline const net::Mac kMac = net::Mac::of(0x02, 0x00, 0x5e, 0x10, 0x00, 0x01);

inline constexpr std::size_t kIpv4HeaderSize = 20;
// Offsets in it.
inline constexpr std::size_t kTtl = 8;
inline constexpr std::size_t kProtocol = 9;

[[nodiscard]] inline unsigned octet(Bytes bytes, std::size_t offset) {
    return std::to_integer<unsigned>(bytes[offset]);
}
// What an IPv4 packet carries.
[[nodiscard]] inline Bytes message_of(Bytes packet) { return packet.subspan(kIpv4HeaderSize); }

[[nodiscard]] std::string_view name(PacketFault fault);
[[nodiscard]] std::string_view name(ChecksumForm form);

// Blanks and line ends are passed over; anything else that is no digit fails an assertion.
[[nodiscard]] Packet from_hex(std::string_view text);
[[nodiscard]] std::string to_hex(Bytes bytes);

[[nodiscard]] net::Address address(std::string_view text);
[[nodiscard]] net::Mac mac(std::string_view text);
[[nodiscard]] std::optional<PacketFault> fault_of(const std::expected<Received, PacketFault>& decoded);

// VRID 51, priority 150, one second, the usual two addresses, to the group.
[[nodiscard]] Outgoing version2();
[[nodiscard]] Outgoing version3();
[[nodiscard]] Outgoing version3_ipv6();
[[nodiscard]] Ipv6Carrier carrier_of(const Outgoing& outgoing);

// An IPv4 packet without authentication header, with one octet of its message changed and its checksum made
// right again, so that nothing but the change can be the reason for what follows.
[[nodiscard]] Packet with_message_octet(Packet packet, std::size_t offset, std::uint8_t value);
[[nodiscard]] Packet with_octet(Packet packet, std::size_t offset, std::uint8_t value);

// As in tests/golden/wire: one fact a line.
[[nodiscard]] std::string text_of(const std::expected<Received, PacketFault>& decoded);
[[nodiscard]] std::string text_of(const Arp& arp);
[[nodiscard]] std::string text_of(const NeighbourAdvert& advert);

}  // namespace test
}  // namespace understudy::wire
