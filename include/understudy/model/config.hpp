// All that an operator asked for, as plain values: what a configuration means once it has been read, with
// defaults filled in and references resolved to indices. Nothing here knows how it was written down, nor
// whether it can be done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/model/command.hpp"
#include "understudy/model/route.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::model {

// An entry of virtual_ipaddress or virtual_ipaddress_excluded.
struct VirtualAddress {
    net::Prefix prefix;
    std::string dev;  // the interface that carries it; never empty once loaded, unless the instance has none
    std::optional<net::Address> broadcast;
    std::uint8_t scope = 0;  // RT_SCOPE_*: 0 global, 253 link, 254 host
    std::string label;
    bool no_prefix_route = false;
    bool home = false;
    bool manage_temporary = false;              // mngtmpaddr
    bool duplicate_address_detection = false;   // -nodad: let the kernel run DAD (IPv6)
    std::optional<seconds> preferred_lifetime;  // seconds; none is for ever (IPv6 /128: 0)
    bool no_track = false;

    friend bool operator==(const VirtualAddress&, const VirtualAddress&) = default;
};

// A tracked thing and what it does to the priority. Weight 0 means fault while it is bad.
struct Weight {
    std::int16_t value = 0;  // -253 to 253
    bool reverse = false;

    friend bool operator==(const Weight&, const Weight&) = default;
};

struct TrackedLink {
    std::string name;
    Weight weight;

    friend bool operator==(const TrackedLink&, const TrackedLink&) = default;
};

struct TrackedScript {
    std::size_t script = 0;  // index into Config::scripts
    Weight weight;

    friend bool operator==(const TrackedScript&, const TrackedScript&) = default;
};

// A vrrp_script block.
struct Script {
    std::string name;
    Command command;
    microseconds interval = seconds{1};
    microseconds timeout = seconds{1};  // the interval unless configured
    std::uint32_t rise = 1;
    std::uint32_t fall = 1;
    Weight weight;  // used where a track_script entry names none
    bool init_fail = false;

    friend bool operator==(const Script&, const Script&) = default;
};

// The schedule of gratuitous ARP and unsolicited NA of one instance.
struct Announcing {
    seconds master_delay{5};          // between the first and the second burst; 0: no second burst
    std::uint32_t master_repeat = 5;  // rounds over all addresses in each burst
    seconds master_refresh{0};        // 0: off
    std::uint32_t master_refresh_repeat = 1;
    seconds lower_priority_delay{5};
    std::uint32_t lower_priority_repeat = 5;

    friend bool operator==(const Announcing&, const Announcing&) = default;
};

enum class AuthType : std::uint8_t { None = 0, Pass = 1, Ah = 2 };

struct UnicastPeer {
    net::Address address;
    std::optional<std::uint8_t> min_ttl;
    std::optional<std::uint8_t> max_ttl;

    friend bool operator==(const UnicastPeer&, const UnicastPeer&) = default;
};

// The scripts run on transitions.
struct Notifications {
    std::optional<Command> any;  // `notify`: gets kind, name, state and priority appended
    std::optional<Command> master;
    std::optional<Command> backup;
    std::optional<Command> fault;
    std::optional<Command> stop;
    std::optional<Command> deleted;
    std::optional<Command> master_rx_lower_pri;
    bool report_deleted = false;  // notify_deleted given, with or without a command

    friend bool operator==(const Notifications&, const Notifications&) = default;
};

struct Instance {
    std::string name;
    std::string interface;  // empty only with unicast_src_ip and peers
    net::Vrid vrid{1};
    net::Family family = net::Family::Ipv4;
    net::VrrpVersion version = net::VrrpVersion::V2;
    bool starts_as_master = false;                   // `state MASTER`
    net::Priority priority = net::kDefaultPriority;  // 1 to 255
    microseconds advert_interval = seconds{1};
    std::uint32_t down_timer_adverts = 3;
    bool preempt = true;
    microseconds preempt_delay{0};
    bool strict = false;
    bool accept = true;
    bool owner_ignores_adverts = false;
    bool lower_priority_no_advert = false;
    bool higher_priority_send_advert = false;
    bool checksum_as_v2 = false;  // v3_checksum_as_v2: IPv4 version 3 without pseudo-header
    bool skip_check_advert_addresses = false;
    bool check_unicast_source = false;
    bool track_primary = true;  // false: dont_track_primary
    AuthType auth_type = AuthType::None;
    std::string auth_pass;               // at most 8 octets
    std::optional<net::Address> source;  // mcast_src_ip or unicast_src_ip
    net::Address multicast_group;        // used when there are no unicast peers
    std::vector<UnicastPeer> unicast_peers;
    std::optional<std::uint8_t> unicast_ttl;  // none: 255
    std::vector<VirtualAddress> addresses;    // carried in adverts, in this order
    std::vector<VirtualAddress>
        excluded_addresses;  // managed alike, not in adverts; may be of the other family
    std::vector<Route> routes;
    std::vector<Rule> rules;
    std::vector<TrackedLink> tracked_links;
    std::vector<TrackedScript> tracked_scripts;
    Announcing announcing;
    Notifications notify;

    [[nodiscard]] bool is_unicast() const { return !unicast_peers.empty(); }

    friend bool operator==(const Instance&, const Instance&) = default;
};

struct SyncGroup {
    std::string name;
    std::vector<std::size_t> members;  // indices into Config::instances
    bool tracking_weight = false;      // sync_group_tracking_weight
    std::vector<TrackedLink> tracked_links;
    std::vector<TrackedScript> tracked_scripts;
    Notifications notify;

    friend bool operator==(const SyncGroup&, const SyncGroup&) = default;
};

struct Globals {
    std::string router_id;
    std::string instance_name;  // `instance`: part of pid file names and of the syslog ident
    bool use_pid_dir = false;
    bool dynamic_interfaces = false;
    bool script_security = false;  // enable_script_security
    microseconds startup_delay{0};
    microseconds delay_after_boot{0};
    bool reload_check_config = false;

    friend bool operator==(const Globals&, const Globals&) = default;
};

struct Config {
    Globals globals;
    std::vector<Script> scripts;
    std::vector<Instance> instances;
    std::vector<SyncGroup> sync_groups;
    std::vector<Route> static_routes;  // in force as long as the daemon runs
    std::vector<Rule> static_rules;

    friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace understudy::model
