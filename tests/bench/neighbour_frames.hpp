// Ethernet frames of address resolution as probe and floor put them on the wire: ARP (RFC 826) and the two
// neighbour messages of IPv6 (RFC 4861). Addresses come in as text; everything is in network order.
#pragma once

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <expected>
#include <string>
#include <variant>

namespace understudy::bench {

using Mac = std::array<std::uint8_t, 6>;
using Target = std::variant<in_addr, in6_addr>;

struct [[gnu::packed]] EthernetHeader {
    Mac destination{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    Mac source{};
    std::uint16_t ethertype = 0;
};

struct [[gnu::packed]] ArpFrame {
    EthernetHeader ethernet{.ethertype = htons(ETHERTYPE_ARP)};
    std::uint16_t hardware = htons(1);
    std::uint16_t protocol = htons(ETHERTYPE_IP);
    std::uint8_t hardware_bytes = 6;
    std::uint8_t protocol_bytes = 4;
    std::uint16_t operation = htons(1);
    Mac sender_mac{};
    in_addr sender{};
    Mac target_mac{};
    in_addr target{};
};

// A solicitation and the advert that answers it have the same layout up to the link-layer option.
struct [[gnu::packed]] NeighbourFrame {
    EthernetHeader ethernet{.ethertype = htons(ETHERTYPE_IPV6)};
    std::uint32_t version = htonl(6U << 28U);
    std::uint16_t payload_bytes = htons(32);
    std::uint8_t next_header = IPPROTO_ICMPV6;
    std::uint8_t hop_limit = 255;
    in6_addr source{};
    in6_addr destination{};
    std::uint8_t type = ND_NEIGHBOR_SOLICIT;
    std::uint8_t code = 0;
    std::uint16_t checksum = 0;
    std::uint32_t flags = 0;
    in6_addr target{};
    std::uint8_t option_type = ND_OPT_SOURCE_LINKADDR;
    std::uint8_t option_length = 1;
    Mac option_mac{};
};

inline std::string text_of(const Target& target) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = target.index() == 0 ? AF_INET : AF_INET6;
    const void* bytes = target.index() == 0 ? static_cast<const void*>(&std::get<in_addr>(target))
                                            : static_cast<const void*>(&std::get<in6_addr>(target));
    ::inet_ntop(family, bytes, text.data(), text.size());
    return text.data();
}

inline std::expected<Target, std::string> target_of(const std::string& text) {
    in_addr four{};
    in6_addr six{};
    if (::inet_pton(AF_INET, text.c_str(), &four) == 1) return four;
    if (::inet_pton(AF_INET6, text.c_str(), &six) == 1) return six;
    return std::unexpected(text + " is not an address");
}

// The checksum of RFC 4443 §2.3: over the pseudo header and the message.
inline std::uint16_t icmp6_checksum(const NeighbourFrame& frame) {
    std::array<std::uint8_t, 32 + 4 + 4 + 32> summed{};
    std::memcpy(summed.data(), &frame.source, 32);
    summed[35] = 32;
    summed[39] = IPPROTO_ICMPV6;
    std::memcpy(&summed[40], &frame.type, 32);
    std::uint32_t sum = 0;
    for (std::size_t at = 0; at < summed.size(); at += 2)
        sum += static_cast<std::uint32_t>(summed[at] << 8 | summed[at + 1]);
    while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
    return htons(static_cast<std::uint16_t>(~sum));
}

}  // namespace understudy::bench
