// One question to the network whose answer says whether something is well (vrrp_check): asked by the daemon
// itself, without a program or a shell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "understudy/net/address.hpp"

namespace understudy::model {

enum class ProbeKind : std::uint8_t {
    Ping,       // an ICMP echo is answered
    Tcp,        // a connection is accepted
    Http,       // GET is answered with an expected status
    Neighbour,  // ARP or neighbour discovery is answered on a link
    Gateway,  // an ICMP echo is answered by the gateway of the default route; host: the family's unspecified
              // address
};

struct Probe {
    ProbeKind kind = ProbeKind::Ping;
    net::Address host;
    std::uint16_t port = 0;     // of Tcp and Http
    std::string authority;      // of Http: the Host field
    std::string path;           // of Http
    std::uint16_t least = 200;  // expected status of Http
    std::uint16_t most = 299;
    std::string interface;  // asked through this one only; empty: wherever the route leads
    std::optional<net::Address> source;

    friend bool operator==(const Probe&, const Probe&) = default;
};

}  // namespace understudy::model
