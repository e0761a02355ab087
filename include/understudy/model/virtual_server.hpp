// Virtual services of IPVS and the real servers behind them, as plain values: what is served, how packets are
// forwarded, when enough servers are alive. Defaults are filled in and references resolved to indices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/model/checker.hpp"
#include "understudy/model/command.hpp"
#include "understudy/net/address.hpp"

namespace understudy::model {

enum class Forwarding : std::uint8_t { Nat, DirectRouting, Tunnel };
enum class TunnelType : std::uint8_t { Ipip, Gue, Gre };
enum class TunnelChecksum : std::uint8_t { None, Local, Remote };

// How packets reach a real server. All but the first member are for tunnels.
struct ForwardingMethod {
    Forwarding forwarding = Forwarding::Nat;
    TunnelType tunnel = TunnelType::Ipip;
    std::uint16_t tunnel_port = 0;  // GUE only
    TunnelChecksum checksum = TunnelChecksum::None;

    friend bool operator==(const ForwardingMethod&, const ForwardingMethod&) = default;
};

struct Endpoint {
    net::Address address;
    std::uint16_t port = 0;  // 0: every port

    friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// Addresses from the first to the last, both included; the families are the same.
struct AddressRange {
    net::Address first;
    net::Address last;
    std::uint16_t port = 0;

    friend bool operator==(const AddressRange&, const AddressRange&) = default;
};

// Packets that the packet filter has marked.
struct FirewallMark {
    std::uint32_t mark = 0;
    std::optional<net::Family> family;  // none: that of the servers

    friend bool operator==(const FirewallMark&, const FirewallMark&) = default;
};

struct VirtualServerGroup {
    std::string name;
    std::vector<AddressRange> ranges;
    std::vector<FirewallMark> marks;

    friend bool operator==(const VirtualServerGroup&, const VirtualServerGroup&) = default;
};

// The group of this index in Config::virtual_server_groups.
struct GroupService {
    std::size_t group = 0;

    friend bool operator==(const GroupService&, const GroupService&) = default;
};

using Service = std::variant<Endpoint, FirewallMark, GroupService>;

enum class Transport : std::uint8_t {
    Any,  // of marked packets
    Tcp,
    Udp,
    Sctp,
};

struct SchedulerFlags {
    bool flag_1 = false;  // sh, mh: fall back to another server
    bool flag_2 = false;  // sh, mh: hash the port, too
    bool flag_3 = false;

    friend bool operator==(const SchedulerFlags&, const SchedulerFlags&) = default;
};

// Clients that stay with their server.
struct Persistence {
    seconds timeout{360};                 // 1 to 2,678,400
    std::string engine;                   // "sip"; empty: none
    std::optional<net::Address> netmask;  // IPv4: clients alike under it stay together
    std::uint8_t prefix_length = 128;     // the same for IPv6; 1 to 128

    friend bool operator==(const Persistence&, const Persistence&) = default;
};

struct RealServer {
    Endpoint endpoint;  // port 0: that of the packet
    std::uint32_t weight = 1;
    ForwardingMethod method;
    std::uint32_t upper_threshold = 0;  // connections at which it gets no more; 0: none
    std::uint32_t lower_threshold = 0;  // connections at which it does again
    bool inhibit_on_failure = false;    // weight 0 instead of removal
    bool alpha = false;                 // down until its checks have succeeded
    std::optional<Command> notify_up;
    std::optional<Command> notify_down;
    std::optional<bool> smtp_alert;  // none: the global setting
    std::string snmp_name;
    std::vector<Checker> checkers;

    friend bool operator==(const RealServer&, const RealServer&) = default;
};

// Serves while too few real servers live.
struct SorryServer {
    Endpoint endpoint;
    ForwardingMethod method;
    bool inhibit = false;  // stays with weight 0 while it is not needed

    friend bool operator==(const SorryServer&, const SorryServer&) = default;
};

struct VirtualServer {
    Service service;
    net::Family family = net::Family::Ipv4;
    Transport transport = Transport::Udp;
    std::string scheduler = "wlc";  // the kernel's name of it
    SchedulerFlags flags;
    bool one_packet = false;  // UDP and marks: every packet is scheduled for itself
    ForwardingMethod method;
    std::optional<Persistence> persistence;
    bool ha_suspend = false;       // no checks while the address is elsewhere
    bool omega = false;            // notify of servers and quorum at the stop
    std::uint32_t quorum = 1;      // weight that must live
    std::uint32_t hysteresis = 0;  // below the quorum: gained at the sum, lost below the difference
    std::optional<Command> quorum_up;
    std::optional<Command> quorum_down;
    std::optional<SorryServer> sorry_server;
    std::optional<bool> smtp_alert;
    std::string snmp_name;
    std::vector<RealServer> real_servers;  // never empty

    friend bool operator==(const VirtualServer&, const VirtualServer&) = default;
};

// What SSL_GET shows to servers and believes of them. Empty: nothing is shown, nothing verified.
struct TlsClient {
    std::string password;  // of the key
    std::string ca;        // files
    std::string certificate;
    std::string key;

    friend bool operator==(const TlsClient&, const TlsClient&) = default;
};

// Timeouts of connections in the kernel's table, 0 to 2,678,400 s; none: the kernel's own.
struct ConnectionTimeouts {
    std::optional<seconds> tcp;
    std::optional<seconds> tcp_fin;
    std::optional<seconds> udp;

    friend bool operator==(const ConnectionTimeouts&, const ConnectionTimeouts&) = default;
};

// lvs_sync_daemon: tells the connections of the master to the backup.
struct ConnectionSync {
    std::string interface;
    std::string instance;                      // whose state it follows; empty: none
    std::optional<std::uint8_t> id;            // none: the VRID of the instance
    std::optional<std::uint16_t> most_octets;  // of a packet, 1 to 65,507
    std::optional<std::uint16_t> port;
    std::optional<std::uint8_t> ttl;
    std::optional<net::Address> group;

    friend bool operator==(const ConnectionSync&, const ConnectionSync&) = default;
};

enum class FlushAtStop : std::uint8_t { No, Everything, OwnServices };

// Marks that nf_tables puts on the packets of groups.
struct GroupMarking {
    std::string table = "keepalived_ipvs";
    std::int32_t priority = -1;       // of its chains
    std::uint32_t first_mark = 1000;  // of those taken automatically

    friend bool operator==(const GroupMarking&, const GroupMarking&) = default;
};

// What holds for all virtual servers.
struct LoadBalancing {
    ConnectionTimeouts timeouts;
    std::optional<ConnectionSync> sync;
    std::optional<GroupMarking> group_marking;
    bool flush_at_start = false;
    FlushAtStop flush_at_stop = FlushAtStop::No;
    bool notify_at_start = false;   // rs_init_notifies
    bool no_checker_mails = false;  // mail for servers only
    // net_namespace_ipvs: none: where VRRP is; empty: where the daemon was started
    std::optional<std::string> network_namespace;

    friend bool operator==(const LoadBalancing&, const LoadBalancing&) = default;
};

}  // namespace understudy::model
