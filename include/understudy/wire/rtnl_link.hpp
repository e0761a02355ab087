// rtnetlink requests that make, change and remove links (rtnetlink(7)). Each asks for an acknowledgement.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "understudy/net/link.hpp"
#include "understudy/net/virtual_link.hpp"

namespace understudy::wire {

// A macvlan in private mode, or an ipvlan in layer 2 mode; down and without any address but its MAC. One of
// this name that exists is EEXIST.
void append_make_link(std::vector<std::byte>& batch, const net::VirtualLink& link, std::uint32_t sequence);
// One of this kind, without a word about what it is to stand on: the kernel knows the kind and refuses, or
// does not know it (EOPNOTSUPP).
void append_make_incomplete_link(std::vector<std::byte>& batch, const std::string& kind,
                                 std::uint32_t sequence);
// IPv6 addresses are given, never made from the MAC: one of the virtual MAC would be the same on every host.
void append_stop_address_generation(std::vector<std::byte>& batch, net::LinkIndex link,
                                    std::uint32_t sequence);
void append_set_ipvlan_mode(std::vector<std::byte>& batch, net::LinkIndex link, net::IpvlanMode mode,
                            std::uint32_t sequence);
void append_set_alias(std::vector<std::byte>& batch, net::LinkIndex link, const std::string& alias,
                      std::uint32_t sequence);
void append_set_up(std::vector<std::byte>& batch, net::LinkIndex link, std::uint32_t sequence);
void append_remove_link(std::vector<std::byte>& batch, net::LinkIndex link, std::uint32_t sequence);

}  // namespace understudy::wire
