// Any octets as a VRRP packet over IPv4, as a message over IPv6, as an ARP frame and as a neighbour
// advertisement. Besides staying within its bounds the codec must be at one with itself: what it reads it can
// write, and reads again as the same.
#include "understudy/wire/advert.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "understudy/base/assert.hpp"
#include "understudy/net/checksum.hpp"
#include "understudy/wire/arp.hpp"
#include "understudy/wire/ndisc.hpp"

namespace understudy::wire {
namespace {

using Packet = std::vector<std::byte>;

constexpr std::size_t kAhSize = 24;
constexpr std::size_t kChecksumOffset = 6;

std::vector<net::Address> addresses_of(const Advert& advert) {
    std::vector<net::Address> addresses;
    for (std::size_t i = 0; i < advert.addresses.size(); ++i) addresses.push_back(advert.addresses[i]);
    return addresses;
}

// Zero intervals and unknown authentication types are read, because the receiver decides on them, but never
// sent.
bool is_sendable(const Advert& advert) { return advert.interval > Centiseconds{0} && advert.auth_type <= 2; }

Packet encoded_again(const Received& heard, std::span<const net::Address> addresses) {
    Outgoing outgoing;
    outgoing.version = heard.advert.version;
    outgoing.vrid = heard.advert.vrid;
    outgoing.priority = heard.advert.priority;
    outgoing.interval = heard.advert.interval;
    outgoing.checksum = heard.advert.checksum;
    outgoing.auth_type = heard.advert.auth_type;
    outgoing.ah_sequence = heard.advert.ah ? heard.advert.ah->sequence : 0;
    outgoing.ttl = heard.ttl;
    outgoing.source = heard.source;
    outgoing.destination = heard.destination;
    outgoing.addresses = addresses;
    return encode(outgoing);
}

void expect_the_same(const Received& a, const Received& b) {
    UNDERSTUDY_ASSERT(a.source == b.source && a.destination == b.destination && a.ttl == b.ttl);
    UNDERSTUDY_ASSERT(a.advert.version == b.advert.version && a.advert.vrid == b.advert.vrid);
    UNDERSTUDY_ASSERT(a.advert.priority == b.advert.priority && a.advert.interval == b.advert.interval);
    UNDERSTUDY_ASSERT(a.advert.checksum == b.advert.checksum && a.advert.auth_type == b.advert.auth_type);
    UNDERSTUDY_ASSERT(addresses_of(a.advert) == addresses_of(b.advert));
}

void read_trailer(const Received& heard) {
    if (!heard.advert.hmac) return;
    const HmacInput input{heard.advert.version, heard.advert.vrid, heard.source, heard.advert.message};
    static_cast<void>(hmac_digest(input, *heard.advert.hmac, std::as_bytes(std::span{"secret12"})));
}

void read_ipv4(Bytes packet) {
    const auto heard = decode_ipv4(packet);
    if (!heard) return;
    if (heard->advert.ah) static_cast<void>(ah_icv(packet, "secret12"));
    read_trailer(*heard);
    if (!is_sendable(heard->advert)) return;
    const std::vector<net::Address> addresses = addresses_of(heard->advert);
    const Packet again = encoded_again(*heard, addresses);
    expect_the_same(*heard, decode_ipv4(again).value());
}

void read_ipv6(Bytes message, const Ipv6Carrier& carrier) {
    const auto heard = decode_ipv6(message, carrier);
    if (!heard) return;
    read_trailer(*heard);
    if (!is_sendable(heard->advert)) return;
    const std::vector<net::Address> addresses = addresses_of(heard->advert);
    const Packet again = encoded_again(*heard, addresses);
    expect_the_same(*heard, decode_ipv6(again, carrier).value());
}

// A fuzzer hardly ever guesses a checksum, so it is made right where a message may begin.
void make_right(std::span<std::byte> message, net::Checksum pseudo_header) {
    if (message.size() < kChecksumOffset + 2) return;
    Writer{message.subspan(kChecksumOffset, 2)}.u16(0);
    Writer{message.subspan(kChecksumOffset, 2)}.u16(pseudo_header.add(message).value());
}

std::size_t start_of_message(Bytes packet) {
    if (packet.size() < 20) return packet.size();
    const std::size_t header = (std::to_integer<std::size_t>(packet[0]) & 0x0f) * 4;
    const bool has_ah = packet[9] == std::byte{net::kAhProtocol};
    return std::min(packet.size(), header + (has_ah ? kAhSize : 0));
}

net::Checksum ipv6_pseudo_header(const Ipv6Carrier& carrier, std::size_t size) {
    return net::Checksum{}
        .add(carrier.source.bytes())
        .add(carrier.destination.bytes())
        .add_word(static_cast<std::uint16_t>(size))
        .add_word(net::kVrrpProtocol);
}

void read_everything(Bytes octets) {
    read_ipv4(octets);
    Packet packet(octets.begin(), octets.end());
    make_right(std::span{packet}.subspan(start_of_message(packet)), {});
    read_ipv4(packet);

    const Ipv6Carrier carrier{*net::Address::parse("fe80::1"), net::vrrp_group(net::Family::Ipv6), 255};
    read_ipv6(octets, carrier);
    Packet message(octets.begin(), octets.end());
    make_right(message, ipv6_pseudo_header(carrier, message.size()));
    read_ipv6(message, carrier);

    static_cast<void>(decode_arp(octets));
    static_cast<void>(decode_neighbour_advert(octets));
}

}  // namespace
}  // namespace understudy::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    understudy::wire::read_everything(std::as_bytes(std::span{data, size}));
    return 0;
}
