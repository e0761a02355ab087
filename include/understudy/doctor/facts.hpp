// What was found out about a host before it is judged, as plain values. What is missing here was not found
// out, and nothing is concluded from that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/doctor/firewall.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"

namespace understudy::doctor {

// A program that configures an interface.
struct Manager {
    std::string name;  // "NetworkManager", "systemd-networkd"
    bool keeps_addresses = false;
    std::string file{};  // its own configuration of the interface; empty: not known
};

struct Interface {
    net::Link link;
    std::vector<net::Prefix> addresses;
    std::optional<Manager> manager{};
};

// An advert as it went over the wire.
struct HeardAdvert {
    std::string interface;
    bool outgoing = false;  // this host has sent it
    net::Family family = net::Family::Ipv4;
    std::vector<std::byte> bytes;  // IPv4: from the IP header on; IPv6: the VRRP message
    net::Address source;
    net::Address destination;
    std::uint8_t hop_limit = 0;
    WallTime at{};
};

struct Program {
    std::string name;
    std::uint32_t process = 0;
    std::uint32_t parent = 0;
    friend auto operator<=>(const Program&, const Program&) = default;
};

struct PidFile {
    std::string path;
    std::uint32_t process = 0;
    std::optional<std::string> program{};  // that runs under this number; none: nothing does
};

struct Directory {
    std::string path;
    std::uint32_t owner = 0;
    std::uint32_t group = 0;
    std::uint32_t mode = 0;  // permission bits
};

struct Clock {
    bool synchronised = true;
    seconds stepped{0};  // while it was watched: how far it moved against the time that went by
};

// What a running daemon says of an instance.
struct Standing {
    bool master = false;
};

struct Facts {
    std::vector<Interface> interfaces;
    std::map<std::string, std::string> settings;  // below /proc/sys, as in "net/ipv4/conf/all/rp_filter"
    std::map<net::Address, std::string> way_to;   // the interface by which a peer is reached
    std::map<std::string, bool> features;         // "macvlan", "ipvlan", "vrf", "nf_tables": there or not
    std::optional<Ruleset> firewall;
    std::vector<HeardAdvert> heard;
    std::set<std::pair<std::string, net::Address>> answered;  // by interface: somebody answers for it
    std::vector<Program> others;  // that listen for VRRP here, but for the daemon asked
    std::vector<PidFile> pid_files;
    std::optional<Directory> run_directory;
    std::optional<std::uint32_t> service_user;  // as whom the daemon runs as a service, if not as root
    std::optional<Clock> clock;
    std::optional<std::map<std::string, Standing>> instances;  // by name; none: no daemon has answered
    bool script_user_exists = true;                            // keepalived_script
};

}  // namespace understudy::doctor
