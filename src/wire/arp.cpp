#include "understudy/wire/arp.hpp"

#include "understudy/base/assert.hpp"

#include "ethernet.hpp"

namespace understudy::wire {

namespace {

constexpr std::uint16_t kHardwareEthernet = 1;
constexpr std::uint8_t kIpv4Size = 4;

// RFC 826 allows any hardware and protocol; only Ethernet and IPv4 are ours.
bool is_ipv4_over_ethernet(Reader& in) {
    const std::uint16_t hardware = in.u16();
    const std::uint16_t protocol = in.u16();
    const std::uint8_t hardware_size = in.u8();
    const std::uint8_t protocol_size = in.u8();
    return hardware == kHardwareEthernet && protocol == kEtherTypeIpv4 && hardware_size == kMacSize &&
           protocol_size == kIpv4Size;
}

std::optional<Arp::Operation> operation_of(std::uint16_t number) {
    if (number == 1) return Arp::Operation::Request;
    if (number == 2) return Arp::Operation::Reply;
    return std::nullopt;
}

std::array<std::byte, kArpFrameSize> request(const net::Mac& mac, const net::Address& sender,
                                             const net::Mac& target_mac, const net::Address& target) {
    UNDERSTUDY_ASSERT(sender.is_v4() && target.is_v4());
    std::array<std::byte, kArpFrameSize> frame{};
    Writer out{frame};
    out.put(net::kBroadcastMac.bytes());
    out.put(mac.bytes());
    out.u16(kEtherTypeArp);
    out.u16(kHardwareEthernet);
    out.u16(kEtherTypeIpv4);
    out.u8(kMacSize);
    out.u8(kIpv4Size);
    out.u16(static_cast<std::uint16_t>(Arp::Operation::Request));
    out.put(mac.bytes());
    out.put(sender.bytes());
    out.put(target_mac.bytes());
    out.put(target.bytes());
    UNDERSTUDY_ASSERT(!out.overran() && out.size() == frame.size());
    return frame;
}

}  // namespace

// A request, because every stack has to process one (RFC 5227 §3); a reply is ignored while an entry is
// fresh.
std::array<std::byte, kArpFrameSize> gratuitous_arp(const net::Mac& mac, const net::Address& address) {
    return request(mac, address, net::kBroadcastMac, address);
}

std::array<std::byte, kArpFrameSize> arp_request(const net::Mac& mac, const net::Address& sender,
                                                 const net::Address& target) {
    return request(mac, sender, net::Mac{}, target);
}

std::optional<Arp> decode_arp(Bytes frame) {
    Reader in{frame};
    in.skip(2 * kMacSize);
    if (in.u16() != kEtherTypeArp || !is_ipv4_over_ethernet(in)) return std::nullopt;
    const std::optional<Arp::Operation> operation = operation_of(in.u16());
    const net::Mac sender_mac = read_mac(in);
    const std::optional<net::Address> sender = net::Address::from_bytes(in.take(kIpv4Size));
    const net::Mac target_mac = read_mac(in);
    const std::optional<net::Address> target = net::Address::from_bytes(in.take(kIpv4Size));
    if (in.overran() || !operation || !sender || !target) return std::nullopt;
    return Arp{*operation, sender_mac, *sender, target_mac, *target};
}

}  // namespace understudy::wire
