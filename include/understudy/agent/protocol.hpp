// What a configured instance means to the protocol: how it decides, what it accepts, what it sends. The agent
// lives by these values; whoever wants to know beforehand how two configurations get along asks for the same.
#pragma once

#include <span>
#include <vector>

#include "understudy/model/config.hpp"
#include "understudy/net/address.hpp"
#include "understudy/vrrp/receive.hpp"
#include "understudy/vrrp/router.hpp"
#include "understudy/wire/advert.hpp"

namespace understudy::agent {

// Takes over what is configured; priority in effect, address and group membership stay as they are.
void configure(vrrp::Router& router, const model::Instance& instance);
[[nodiscard]] vrrp::ReceiveRules receive_rules(const model::Instance& instance);
// The addresses its adverts carry, in their order.
[[nodiscard]] std::vector<net::Address> advertised_addresses(const model::Instance& instance);
// The form of the checksum of version 3 over IPv4, unless a peer is known to need another.
[[nodiscard]] wire::ChecksumForm checksum_form(const model::Instance& instance);
// An advert but for priority, carrier and sequence numbers; signed if the instance signs. Instance and
// addresses must outlive it.
// Octets of an advert, its IP header included.
[[nodiscard]] std::uint32_t advert_size(const model::Instance& instance);
[[nodiscard]] wire::Outgoing advert(const model::Instance& instance,
                                    std::span<const net::Address> advertised);

}  // namespace understudy::agent
