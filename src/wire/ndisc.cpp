#include "understudy/wire/ndisc.hpp"

#include "understudy/base/assert.hpp"

#include "ethernet.hpp"
#include "ip.hpp"

namespace understudy::wire {

namespace {

constexpr std::size_t kEthernetAndIpv6Size = 54;
constexpr std::size_t kMessageSize = 24;  // ICMPv6 header, flags and target
constexpr std::size_t kOptionSize = 8;    // the link-layer option of an Ethernet address
constexpr std::size_t kFrameChecksumOffset = kEthernetAndIpv6Size + 2;

constexpr std::uint8_t kIcmpv6 = 58;
constexpr std::uint8_t kHopLimit = 255;  // so that a receiver knows no router was between (RFC 4861 §7.1.2)
constexpr std::uint8_t kTypeNeighbourSolicitation = 135;
constexpr std::uint8_t kTypeNeighbourAdvert = 136;
constexpr std::uint8_t kSourceLinkLayerOption = 1;
constexpr std::uint8_t kTargetLinkLayerOption = 2;

constexpr std::uint8_t kRouterFlag = 0x80;
constexpr std::uint8_t kSolicitedFlag = 0x40;
constexpr std::uint8_t kOverrideFlag = 0x20;

constexpr net::Mac kAllNodesMac = net::Mac::of(0x33, 0x33, 0x00, 0x00, 0x00, 0x01);

net::Address all_nodes() {
    static const net::Address kAllNodes = *net::Address::parse("ff02::1");
    return kAllNodes;
}

struct Packet {
    net::Address source;
    net::Address destination;
    Bytes message;
};

// An IPv6 packet with nothing between its header and ICMPv6, from as near as neighbour discovery demands.
std::optional<Packet> decode_packet(Bytes frame) {
    Reader in{frame};
    in.skip(2 * kMacSize);
    const std::uint16_t ether_type = in.u16();
    const std::uint32_t version_class_flow = in.u32();
    const std::uint16_t length = in.u16();
    const std::uint8_t next_header = in.u8();
    const std::uint8_t hop_limit = in.u8();
    const std::optional<net::Address> source = net::Address::from_bytes(in.take(16));
    const std::optional<net::Address> destination = net::Address::from_bytes(in.take(16));
    const Bytes message = in.take(length);
    const bool ours = ether_type == kEtherTypeIpv6 && version_class_flow >> 28 == 6 &&
                      next_header == kIcmpv6 && hop_limit == kHopLimit;
    if (in.overran() || !ours || !source || !destination) return std::nullopt;
    const std::uint16_t checksum =
        pseudo_header_sum(*source, *destination, kIcmpv6, length).add(message).value();
    if (checksum != 0) return std::nullopt;
    return Packet{*source, *destination, message};
}

// RFC 4861 §7.1.2: an option of length 0 makes the whole message invalid; options that are not known are
// passed over. False when invalid.
bool decode_options(Reader& in, std::optional<net::Mac>& mac) {
    while (in.remaining() > 0) {
        const std::uint8_t type = in.u8();
        const std::size_t size = in.u8() * kOptionSize;
        if (size == 0 || size - 2 > in.remaining()) return false;
        Reader body{in.take(size - 2)};
        if (type == kTargetLinkLayerOption && size == kOptionSize && !mac) mac = read_mac(body);
    }
    return true;
}

void write_ipv6_header(Writer& out, const net::Address& source, const net::Address& destination,
                       std::size_t length) {
    constexpr std::uint32_t kVersion6 = 6u << 28;
    out.u32(kVersion6);
    out.u16(static_cast<std::uint16_t>(length));
    out.u8(kIcmpv6);
    out.u8(kHopLimit);
    out.put(source.bytes());
    out.put(destination.bytes());
}

void write_message(Writer& out, const net::Mac& mac, const net::Address& target, bool router) {
    out.u8(kTypeNeighbourAdvert);
    out.u8(0);   // code
    out.u16(0);  // checksum, later
    // Without the override flag neighbours would keep the old address (RFC 4861 §7.2.5).
    out.u8(static_cast<std::uint8_t>(kOverrideFlag | (router ? kRouterFlag : 0)));
    out.zeros(3);
    out.put(target.bytes());
    out.u8(kTargetLinkLayerOption);
    out.u8(kOptionSize / 8);
    out.put(mac.bytes());
}

}  // namespace

std::array<std::byte, kNeighbourAdvertFrameSize> unsolicited_neighbour_advert(const net::Mac& mac,
                                                                              const net::Address& address,
                                                                              bool router) {
    UNDERSTUDY_ASSERT(address.is_v6());
    std::array<std::byte, kNeighbourAdvertFrameSize> frame{};
    Writer out{frame};
    out.put(kAllNodesMac.bytes());
    out.put(mac.bytes());
    out.u16(kEtherTypeIpv6);
    write_ipv6_header(out, address, all_nodes(), kMessageSize + kOptionSize);
    write_message(out, mac, address, router);
    UNDERSTUDY_ASSERT(!out.overran() && out.size() == frame.size());
    const Bytes message = Bytes{frame}.subspan(kEthernetAndIpv6Size);
    store_u16(frame, kFrameChecksumOffset,
              pseudo_header_sum(address, all_nodes(), kIcmpv6, message.size()).add(message).value());
    return frame;
}

net::Address solicited_node(const net::Address& address) {
    UNDERSTUDY_ASSERT(address.is_v6());
    constexpr std::size_t kOwnPart = 3;
    std::array<std::byte, 16> octets{};
    Writer out{octets};
    out.put(net::Address::parse("ff02::1:ff00:0")->bytes().first(octets.size() - kOwnPart));
    out.put(address.bytes().last(kOwnPart));
    return *net::Address::from_bytes(octets);
}

std::array<std::byte, kNeighbourSolicitationSize> neighbour_solicitation(const net::Mac& mac,
                                                                         const net::Address& target) {
    UNDERSTUDY_ASSERT(target.is_v6());
    std::array<std::byte, kNeighbourSolicitationSize> message{};
    Writer out{message};
    out.u8(kTypeNeighbourSolicitation);
    out.zeros(7);  // code, checksum, reserved
    out.put(target.bytes());
    out.u8(kSourceLinkLayerOption);
    out.u8(kOptionSize / 8);
    out.put(mac.bytes());
    UNDERSTUDY_ASSERT(!out.overran() && out.size() == message.size());
    return message;
}

std::array<std::byte, kNeighbourProbeFrameSize> neighbour_probe(const net::Mac& mac,
                                                                const net::Address& target) {
    UNDERSTUDY_ASSERT(target.is_v6());
    static const net::Address kUnspecified = *net::Address::parse("::");
    const net::Address group = solicited_node(target);
    std::array<std::byte, kNeighbourProbeFrameSize> frame{};
    Writer out{frame};
    out.u16(0x3333);  // RFC 2464 §7: and the last four octets of the group
    out.put(group.bytes().last(4));
    out.put(mac.bytes());
    out.u16(kEtherTypeIpv6);
    write_ipv6_header(out, kUnspecified, group, kMessageSize);
    out.u8(kTypeNeighbourSolicitation);
    out.zeros(7);  // code, checksum for later, reserved
    out.put(target.bytes());
    UNDERSTUDY_ASSERT(!out.overran() && out.size() == frame.size());
    const Bytes message = Bytes{frame}.subspan(kEthernetAndIpv6Size);
    store_u16(frame, kFrameChecksumOffset,
              pseudo_header_sum(kUnspecified, group, kIcmpv6, message.size()).add(message).value());
    return frame;
}

std::optional<NeighbourAdvert> decode_neighbour_advert(Bytes frame) {
    const std::optional<Packet> packet = decode_packet(frame);
    if (!packet) return std::nullopt;
    return decode_neighbour_advert_message(packet->message, packet->source, packet->destination);
}

std::optional<NeighbourAdvert> decode_neighbour_advert_message(Bytes message, const net::Address& source,
                                                               const net::Address& destination) {
    Reader in{message};
    const std::uint8_t type = in.u8();
    const std::uint8_t code = in.u8();
    in.skip(2);  // checksum, seen to
    const std::uint8_t flags = in.u8();
    in.skip(3);
    const std::optional<net::Address> target = net::Address::from_bytes(in.take(16));
    NeighbourAdvert advert{source,
                           destination,
                           {},
                           std::nullopt,
                           (flags & kRouterFlag) != 0,
                           (flags & kSolicitedFlag) != 0,
                           (flags & kOverrideFlag) != 0};
    if (in.overran() || type != kTypeNeighbourAdvert || code != 0 || !target) return std::nullopt;
    if (target->is_multicast() || (advert.solicited && destination.is_multicast())) return std::nullopt;
    advert.target = *target;
    if (!decode_options(in, advert.mac)) return std::nullopt;
    return advert;
}

}  // namespace understudy::wire
