// VRRP advertisements, versions 2 and 3, to bytes and back (RFC 3768 §5, RFC 9568 §5; authentication of RFC
// 2338 §5.3.6, keepalived's HMAC trailer). Any byte string is either an advert or one named fault; whether a
// good advert is *wanted* (authentication, interval, source) is not decided here but in vrrp/. Decoding
// allocates nothing: the addresses stay in the datagram, which must outlive the value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "understudy/base/bytes.hpp"
#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/virtual_router.hpp"
#include "understudy/wire/hmac_trailer.hpp"

namespace understudy::wire {

enum class PacketFault : std::uint8_t {
    Truncated,      // shorter than its headers or its counted addresses
    TrailingBytes,  // longer than its counted addresses, and not by an HMAC trailer
    BadIpHeader,    // not IPv4, bad header length, another total length, a fragment
    NotVrrp,        // neither protocol 112 nor AH followed by 112
    BadAhHeader,    // AH length or reserved field
    BadVersion,     // neither 2 nor 3, 2 over IPv6, 3 behind AH
    BadType,        // not an advertisement
    BadVrid,        // VRID 0
    BadChecksum,
};
[[nodiscard]] std::string_view describe(PacketFault fault);

// Which octets an IPv4 version 3 checksum covers; the others have one form each.
enum class ChecksumForm : std::uint8_t {
    MessageOnly,   // RFC 9568 §5.2.8; version 2 always
    PseudoHeader,  // RFC 5798 as keepalived reads it; IPv6 always
    OldUnicast,    // pseudo-header with the multicast group although the packet is unicast
};

// The virtual addresses as they lie in the datagram.
class AddressList {
public:
    constexpr AddressList() = default;
    constexpr AddressList(net::Family family, Bytes bytes) : family_(family), bytes_(bytes) {}
    [[nodiscard]] constexpr std::size_t size() const { return bytes_.size() / net::address_size(family_); }
    [[nodiscard]] net::Address operator[](std::size_t index) const;
    [[nodiscard]] bool contains(const net::Address& address) const;

private:
    net::Family family_ = net::Family::Ipv4;
    Bytes bytes_;
};

// The authentication header in front of a version 2 advert (RFC 2402, RFC 2403).
struct AhHeader {
    std::uint32_t spi = 0;
    std::uint32_t sequence = 0;
    std::array<std::byte, 12> icv{};
};

struct Advert {
    net::VrrpVersion version = net::VrrpVersion::V2;
    net::Vrid vrid{1};
    net::Priority priority{0};
    Centiseconds interval{0};    // version 2: whole seconds; 0 is possible and for the receiver to refuse
    std::uint8_t auth_type = 0;  // version 2: as received, 0 to 255
    std::array<std::byte, 8> auth_data{};
    std::optional<AhHeader> ah;
    std::optional<HmacTrailer> hmac;
    ChecksumForm checksum = ChecksumForm::MessageOnly;
    AddressList addresses;
    Bytes message;  // all of it but the trailer, in the datagram
};

// An advert with what its carrier said.
struct Received {
    Advert advert;
    net::Address source;
    net::Address destination;
    std::uint8_t ttl = 0;  // or hop limit
};

// A whole IPv4 packet from its IP header on. The checksum of a version 3 advert may have any of the three
// forms.
[[nodiscard]] std::expected<Received, PacketFault> decode_ipv4(Bytes packet);

// A VRRP message over IPv6, without IP header, and what the socket told about the carrier.
struct Ipv6Carrier {
    net::Address source;
    net::Address destination;
    std::uint8_t hop_limit = 0;
};
[[nodiscard]] std::expected<Received, PacketFault> decode_ipv6(Bytes message, const Ipv6Carrier& carrier);

// What the HMAC trailer is made of. The secret must outlive the value.
struct HmacSignature {
    std::uint8_t key_id = 1;
    Bytes secret;
    std::uint64_t sequence = 0;
};

// What to send. Values must be in range for the version: version 2 takes whole seconds of 1 to 255, version 3
// takes 1 to 4095 centiseconds; at most 255 addresses, all of the source's family; version 2 only over IPv4.
struct Outgoing {
    net::VrrpVersion version = net::VrrpVersion::V2;
    net::Vrid vrid{1};
    net::Priority priority{0};
    Centiseconds interval{100};
    ChecksumForm checksum = ChecksumForm::PseudoHeader;  // of an IPv4 version 3 advert
    std::uint8_t auth_type = 0;                          // version 2: 0 none, 1 simple text, 2 AH
    std::string_view password;                           // at most 8 octets; simple text and AH key
    std::uint32_t ah_sequence = 0;
    std::optional<HmacSignature> hmac;  // not together with AH
    std::uint16_t identification = 1;   // of the IPv4 header
    std::uint8_t ttl = 255;
    net::Address source;
    net::Address destination;
    std::span<const net::Address> addresses;
};

// IPv4: the whole packet from the IP header on (TOS 0xc0). IPv6: the message only, with its checksum.
[[nodiscard]] std::vector<std::byte> encode(const Outgoing& outgoing);

// The integrity check value of an AH packet: the first 12 octets of HMAC-MD5 over it with its mutable fields
// as zero (TOS, fragment field, header checksum, ICV; the TTL too when the destination is unicast).
[[nodiscard]] std::array<std::byte, 12> ah_icv(Bytes packet, std::string_view password);

// Equal in constant time, whatever the content.
[[nodiscard]] bool equal_in_constant_time(Bytes a, Bytes b);

}  // namespace understudy::wire
