// Whether adverts pass the packet filters of this host, both ways.
#include <fmt/format.h>

#include "rules.hpp"

namespace understudy::doctor {

namespace {

struct Way {
    Direction direction = Direction::In;
    std::optional<net::Address> source;
    std::optional<net::Address> destination;
};

// Of multicast the sender is anybody; of unicast there is a way from and to each peer.
std::vector<Way> ways(const model::Instance& instance) {
    const auto own = instance.given_source();
    if (!instance.is_unicast())
        return {{Direction::In, std::nullopt, instance.multicast_group},
                {Direction::Out, own, instance.multicast_group}};
    std::vector<Way> all;
    for (const model::UnicastPeer& peer : instance.unicast_peers) {
        all.push_back({Direction::In, peer.address, own});
        all.push_back({Direction::Out, own, peer.address});
    }
    return all;
}

std::string words_for(const Way& way, const Packet& packet) {
    const bool in = way.direction == Direction::In;
    const auto& other = in ? way.source : way.destination;
    const std::string_view protocol = packet.protocol == net::kAhProtocol ? "AH, 51" : "VRRP, 112";
    return fmt::format("adverts (IP protocol {}) {}{} on {}", protocol, in ? "coming in" : "going out",
                       other && !other->is_multicast() ? (in ? " from " : " to ") + other->to_string() : "",
                       packet.interface.empty() ? "any interface" : packet.interface);
}

std::string opening(const Packet& packet) {
    const bool in = packet.direction == Direction::In;
    const std::string interface =
        packet.interface.empty() ? "" : fmt::format("{} {} ", in ? "iifname" : "oifname", packet.interface);
    return fmt::format(
        "let them pass before that: nft insert rule ... {}meta l4proto {} accept, or iptables -I "
        "{} {}{} -p {} -j ACCEPT",
        interface, packet.protocol, in ? "INPUT" : "OUTPUT",
        packet.interface.empty() ? "" : (in ? "-i " : "-o "), packet.interface, packet.protocol);
}

}  // namespace

void check_firewall(const Case& c) {
    if (!c.facts.firewall) return;
    for (const model::Instance& instance : c.instances()) {
        const bool ah = instance.auth_type == model::AuthType::Ah;
        for (const Way& way : ways(instance)) {
            const Packet packet{way.direction,      ah ? net::kAhProtocol : net::kVrrpProtocol,
                                instance.way_out(), instance.family,
                                way.source,         way.destination};
            const Passage result = passage(*c.facts.firewall, packet);
            if (result.verdict == Passage::Verdict::Passes) continue;
            const bool certain = result.verdict == Passage::Verdict::Dropped;
            const Code dropped =
                way.direction == Direction::In ? Code::FirewallDropsIncoming : Code::FirewallDropsOutgoing;
            c.add(certain ? dropped : Code::FirewallMayDrop, instance.name,
                  fmt::format("{} {} dropped by {}", words_for(way, packet), certain ? "are" : "may be",
                              result.place),
                  opening(packet));
        }
    }
}

}  // namespace understudy::doctor
