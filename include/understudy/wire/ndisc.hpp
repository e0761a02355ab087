// Neighbour discovery (RFC 4861): unsolicited advertisements (§4.4, §7.2.6), which announce an IPv6 address
// after a takeover, and solicitations (§4.3), which ask for the neighbour that has one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "understudy/base/bytes.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/mac.hpp"

namespace understudy::wire {

inline constexpr std::size_t kNeighbourAdvertFrameSize = 86;  // Ethernet header included

inline constexpr std::size_t kNeighbourSolicitationSize = 32;  // the ICMPv6 message alone

struct NeighbourAdvert {
    net::Address source;
    net::Address destination;
    net::Address target;
    std::optional<net::Mac> mac;  // the target link-layer option
    bool router = false;
    bool solicited = false;
    bool override_flag = false;

    friend bool operator==(const NeighbourAdvert&, const NeighbourAdvert&) = default;
};

// To ff02::1 from the address itself, override set, solicited clear, with the link-layer option.
[[nodiscard]] std::array<std::byte, kNeighbourAdvertFrameSize> unsolicited_neighbour_advert(
    const net::Mac& mac, const net::Address& address, bool router);

// The group that whoever has the address listens to (RFC 4291 §2.7.1).
[[nodiscard]] net::Address solicited_node(const net::Address& address);

// The ICMPv6 message alone, with the link-layer option; its checksum is the kernel's to fill in.
[[nodiscard]] std::array<std::byte, kNeighbourSolicitationSize> neighbour_solicitation(
    const net::Mac& mac, const net::Address& target);

inline constexpr std::size_t kNeighbourProbeFrameSize = 78;  // Ethernet header included

// A whole frame that asks who has the address, from the unspecified address (RFC 4862 §5.4.2): it changes
// nobody's cache, and is answered to all nodes.
[[nodiscard]] std::array<std::byte, kNeighbourProbeFrameSize> neighbour_probe(const net::Mac& mac,
                                                                              const net::Address& target);

// From the Ethernet header on. None: not a valid neighbour advertisement after RFC 4861 §7.1.2.
[[nodiscard]] std::optional<NeighbourAdvert> decode_neighbour_advert(Bytes frame);

// The ICMPv6 message alone, whose checksum and hop limit the kernel has seen to; source and destination as it
// told them.
[[nodiscard]] std::optional<NeighbourAdvert> decode_neighbour_advert_message(Bytes message,
                                                                             const net::Address& source,
                                                                             const net::Address& destination);

}  // namespace understudy::wire
