#include "support.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>

#include "understudy/base/assert.hpp"
#include "understudy/base/text.hpp"
#include "understudy/net/checksum.hpp"

namespace understudy::wire {

void PrintTo(PacketFault fault, std::ostream* out) { *out << test::name(fault); }
void PrintTo(ChecksumForm form, std::ostream* out) { *out << test::name(form); }

namespace test {

namespace {

constexpr std::size_t kChecksumOffset = kIpv4HeaderSize + 6;

const std::array<net::Address, 2>& two_ipv4() {
    static const std::array kAddresses{address("192.0.2.100"), address("192.0.2.101")};
    return kAddresses;
}

const std::array<net::Address, 2>& two_ipv6() {
    static const std::array kAddresses{address("fe80::100"), address("2001:db8::100")};
    return kAddresses;
}

unsigned digit(char c) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const std::size_t value = kDigits.find(c);
    UNDERSTUDY_ASSERT(value != std::string_view::npos);
    return static_cast<unsigned>(value);
}

// Of version 2 over the message, of version 3 with the pseudo-header.
void repair_checksum(Packet& packet) {
    const std::span<std::byte> all{packet};
    Writer{all.subspan(kChecksumOffset, 2)}.u16(0);
    const Bytes message = all.subspan(kIpv4HeaderSize);
    net::Checksum sum;
    if (std::to_integer<unsigned>(message[0]) >> 4 != 2)
        sum.add(all.subspan(12, 8))
            .add_word(net::kVrrpProtocol)
            .add_word(static_cast<std::uint16_t>(message.size()));
    Writer{all.subspan(kChecksumOffset, 2)}.u16(sum.add(message).value());
}

std::string version2_text(const Advert& advert) {
    std::string text =
        fmt::format("auth-type {}\nauth-data {}\n", advert.auth_type, to_hex(advert.auth_data));
    if (advert.ah)
        text += fmt::format("ah spi {:08x} sequence {} icv {}\n", advert.ah->spi, advert.ah->sequence,
                            to_hex(advert.ah->icv));
    return text;
}

}  // namespace

std::string_view name(PacketFault fault) {
    switch (fault) {
        case PacketFault::Truncated:
            return "Truncated";
        case PacketFault::TrailingBytes:
            return "TrailingBytes";
        case PacketFault::BadIpHeader:
            return "BadIpHeader";
        case PacketFault::NotVrrp:
            return "NotVrrp";
        case PacketFault::BadAhHeader:
            return "BadAhHeader";
        case PacketFault::BadVersion:
            return "BadVersion";
        case PacketFault::BadType:
            return "BadType";
        case PacketFault::BadVrid:
            return "BadVrid";
        case PacketFault::BadChecksum:
            return "BadChecksum";
    }
    return "?";
}

std::string_view name(ChecksumForm form) {
    switch (form) {
        case ChecksumForm::MessageOnly:
            return "message-only";
        case ChecksumForm::PseudoHeader:
            return "pseudo-header";
        case ChecksumForm::OldUnicast:
            return "old-unicast";
    }
    return "?";
}

Packet from_hex(std::string_view text) {
    Packet packet;
    std::optional<unsigned> high;
    for (const char c : text) {
        if (c == ' ' || c == '\n') continue;
        if (high) packet.push_back(static_cast<std::byte>(*high << 4 | digit(c)));
        high = high ? std::nullopt : std::optional{digit(c)};
    }
    UNDERSTUDY_ASSERT(!high);
    return packet;
}

std::string to_hex(Bytes bytes) {
    std::string text;
    for (const std::byte b : bytes) text += fmt::format("{:02x}", std::to_integer<unsigned>(b));
    return text;
}

net::Address address(std::string_view text) {
    const std::optional<net::Address> parsed = net::Address::parse(text);
    UNDERSTUDY_ASSERT(parsed.has_value());
    return *parsed;
}

net::Mac mac(std::string_view text) {
    const std::optional<net::Mac> parsed = net::Mac::parse(text);
    UNDERSTUDY_ASSERT(parsed.has_value());
    return *parsed;
}

std::optional<PacketFault> fault_of(const std::expected<Received, PacketFault>& decoded) {
    return decoded ? std::nullopt : std::optional{decoded.error()};
}

Outgoing version3() {
    Outgoing outgoing;
    outgoing.version = net::VrrpVersion::V3;
    outgoing.vrid = net::Vrid{51};
    outgoing.priority = net::Priority{150};
    outgoing.source = address("192.0.2.1");
    outgoing.destination = net::vrrp_group(net::Family::Ipv4);
    outgoing.addresses = two_ipv4();
    return outgoing;
}

Outgoing version2() {
    Outgoing outgoing = version3();
    outgoing.version = net::VrrpVersion::V2;
    return outgoing;
}

Outgoing version3_ipv6() {
    Outgoing outgoing = version3();
    outgoing.source = address("fe80::1");
    outgoing.destination = net::vrrp_group(net::Family::Ipv6);
    outgoing.addresses = two_ipv6();
    return outgoing;
}

Ipv6Carrier carrier_of(const Outgoing& outgoing) {
    return {outgoing.source, outgoing.destination, outgoing.ttl};
}

Packet with_octet(Packet packet, std::size_t offset, std::uint8_t value) {
    packet.at(offset) = std::byte{value};
    return packet;
}

Packet with_message_octet(Packet packet, std::size_t offset, std::uint8_t value) {
    packet.at(kIpv4HeaderSize + offset) = std::byte{value};
    repair_checksum(packet);
    return packet;
}

std::string text_of(const std::expected<Received, PacketFault>& decoded) {
    if (!decoded) return fmt::format("fault {}\n", name(decoded.error()));
    const Advert& advert = decoded->advert;
    std::string text = fmt::format("advert\nversion {}\nsource {}\ndestination {}\nttl {}\n",
                                   static_cast<unsigned>(advert.version), decoded->source.to_string(),
                                   decoded->destination.to_string(), decoded->ttl);
    text += fmt::format("vrid {}\npriority {}\ninterval {} cs\nchecksum {}\n", advert.vrid.value(),
                        advert.priority.value(), advert.interval.count(), name(advert.checksum));
    if (advert.version == net::VrrpVersion::V2) text += version2_text(advert);
    if (advert.hmac)
        text += fmt::format("hmac type {} key {} sequence {:016x} digest {}\n", advert.hmac->type,
                            advert.hmac->key_id, advert.hmac->sequence, to_hex(advert.hmac->digest));
    for (std::size_t i = 0; i < advert.addresses.size(); ++i)
        text += fmt::format("address {}\n", advert.addresses[i].to_string());
    return text;
}

std::string text_of(const Arp& arp) {
    return fmt::format("arp {}\nsender {} {}\ntarget {} {}\n",
                       arp.operation == Arp::Operation::Request ? "request" : "reply",
                       arp.sender_mac.to_string(), arp.sender.to_string(), arp.target_mac.to_string(),
                       arp.target.to_string());
}

std::string text_of(const NeighbourAdvert& advert) {
    return fmt::format("neighbour-advert\nsource {}\ndestination {}\ntarget {}\nmac {}\nflags{}{}{}\n",
                       advert.source.to_string(), advert.destination.to_string(), advert.target.to_string(),
                       advert.mac ? advert.mac->to_string() : "none", advert.router ? " router" : "",
                       advert.solicited ? " solicited" : "", advert.override_flag ? " override" : "");
}

}  // namespace test
}  // namespace understudy::wire
