#include "support/packets.hpp"

#include "support/routers.hpp"

namespace understudy::vrrp {
namespace {

Reception reception(const Router& me, const net::Address& source, std::vector<net::Address> addresses) {
    Reception made;
    made.me = me;
    made.rules.addresses = addresses;
    made.addresses = std::move(addresses);
    made.packet.version = me.version;
    made.packet.vrid = me.vrid;
    made.packet.priority = net::Priority{150};
    made.packet.source = source;
    made.packet.destination = net::vrrp_group(source.family());
    return made;
}

}  // namespace

std::expected<Accepted, Refusal> Reception::run() const {
    wire::Outgoing outgoing = packet;
    outgoing.addresses = addresses;
    const std::vector<std::byte> bytes = wire::encode(outgoing);
    const wire::Ipv6Carrier carrier{packet.source, packet.destination, packet.ttl};
    wire::Received received =
        packet.source.is_v4() ? wire::decode_ipv4(bytes).value() : wire::decode_ipv6(bytes, carrier).value();
    tamper(received);
    ReceiveContext with_packet = context;
    with_packet.packet = bytes;
    return receive(me, rules, received, with_packet);
}

std::optional<Refusal> Reception::refusal() const {
    const auto verdict = run();
    return verdict ? std::nullopt : std::optional{verdict.error()};
}

Oddities Reception::oddities() const { return run().value().oddities; }

Reception v3_reception() {
    return reception(v3_router(), kPeerAddress,
                     {net::Address::v4(192, 0, 2, 100), net::Address::v4(192, 0, 2, 101)});
}

Reception v2_reception() {
    Reception made = v3_reception();
    made.me = v2_router();
    made.packet.version = net::VrrpVersion::V2;
    return made;
}

Reception ipv6_reception() {
    Router me = v3_router();
    me.family = net::Family::Ipv6;
    me.address = *net::Address::parse("fe80::2");
    return reception(me, *net::Address::parse("fe80::1"),
                     {*net::Address::parse("fe80::100"), *net::Address::parse("2001:db8::100")});
}

}  // namespace understudy::vrrp
