// An advert on its way to a router: encoded by a peer, decoded and judged by receive(). A test changes the
// one thing it is about: the packet, the receiver's rules, or, for what no sender of ours would write, what
// was decoded.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <vector>

#include "understudy/vrrp/receive.hpp"
#include "understudy/wire/advert.hpp"

namespace understudy::vrrp {

struct Reception {
    Router me;
    ReceiveRules rules;
    ReceiveContext context;               // its packet is the one encoded here
    wire::Outgoing packet;                // its addresses are those below
    std::vector<net::Address> addresses;  // in the packet
    std::function<void(wire::Received&)> tamper = [](wire::Received&) {};

    [[nodiscard]] std::expected<Accepted, Refusal> run() const;
    // Why it was refused; none if it was accepted.
    [[nodiscard]] std::optional<Refusal> refusal() const;
    // What is odd about it; it must be acceptable.
    [[nodiscard]] Oddities oddities() const;
};

// Good adverts of priority 150 with two addresses from kPeerAddress, or from fe80::1.
[[nodiscard]] Reception v3_reception();
[[nodiscard]] Reception v2_reception();
[[nodiscard]] Reception ipv6_reception();

}  // namespace understudy::vrrp
