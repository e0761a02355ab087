// A rule of the routing policy database as rtnetlink(7) has it: which packets look where for their route.
// Links are named, as in the kernel, which keeps a rule whose link is not there. Numbers are the kernel's
// own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "understudy/net/address.hpp"
#include "understudy/net/route.hpp"

namespace understudy::net {

// FR_ACT_*
enum class RuleAction : std::uint8_t {
    Lookup = 1,
    Goto = 2,
    Nop = 3,
    Blackhole = 6,
    Unreachable = 7,
    Prohibit = 8,
};

template <typename T>
struct Between {
    T first{};
    T last{};

    friend bool operator==(const Between&, const Between&) = default;
};

struct Rule {
    Family family = Family::Ipv4;
    std::uint32_t priority = 0;
    // What it is about.
    bool inverted = false;
    std::optional<Prefix> from;
    std::optional<Prefix> to;
    std::uint8_t tos = 0;
    std::optional<std::uint32_t> mark;
    std::optional<std::uint32_t> mask;  // none: all bits
    std::string in_link;
    std::string out_link;
    std::uint64_t tunnel = 0;
    std::uint8_t ip_protocol = 0;
    std::optional<Between<std::uint32_t>> users;
    std::optional<Between<std::uint16_t>> source_ports;
    std::optional<Between<std::uint16_t>> destination_ports;
    // What it does.
    RuleAction action = RuleAction::Lookup;
    std::uint32_t table = 0;   // of Lookup; 0 with l3mdev
    std::uint32_t target = 0;  // of Goto: the priority of a later rule
    bool l3mdev = false;       // Lookup in the table of the packet's own VRF
    std::optional<std::uint32_t> suppress_prefix_length;
    std::optional<std::uint32_t> suppress_group;
    std::optional<Realms> realms;
    std::uint8_t protocol = kKeepalivedRouteProtocol;

    friend bool operator==(const Rule&, const Rule&) = default;
};

}  // namespace understudy::net
