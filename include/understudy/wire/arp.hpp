// ARP frames over Ethernet (RFC 826, RFC 5227): the gratuitous request that announces an address, the request
// that asks for one, and reading any of them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "understudy/base/bytes.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/mac.hpp"

namespace understudy::wire {

inline constexpr std::size_t kArpFrameSize = 42;  // Ethernet header included, no padding

struct Arp {
    enum class Operation : std::uint16_t { Request = 1, Reply = 2 };

    Operation operation = Operation::Request;
    net::Mac sender_mac;
    net::Address sender;  // IPv4
    net::Mac target_mac;
    net::Address target;  // IPv4

    friend bool operator==(const Arp&, const Arp&) = default;
};

// A broadcast request whose sender and target are `address` and whose target hardware address is broadcast,
// as keepalived sends it.
[[nodiscard]] std::array<std::byte, kArpFrameSize> gratuitous_arp(const net::Mac& mac,
                                                                  const net::Address& address);

// A broadcast request for the hardware address of `target`. An unspecified sender makes it a probe (RFC 5227
// §1.1), which changes nobody's cache.
[[nodiscard]] std::array<std::byte, kArpFrameSize> arp_request(const net::Mac& mac,
                                                               const net::Address& sender,
                                                               const net::Address& target);

// From the Ethernet header on, padding allowed. None: not ARP for IPv4 over Ethernet.
[[nodiscard]] std::optional<Arp> decode_arp(Bytes frame);

}  // namespace understudy::wire
