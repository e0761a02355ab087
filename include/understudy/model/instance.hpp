// A virtual router as it was asked for, and the groups that instances form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "understudy/base/time.hpp"
#include "understudy/model/address.hpp"
#include "understudy/model/authentication.hpp"
#include "understudy/model/command.hpp"
#include "understudy/model/route.hpp"
#include "understudy/model/tracker.hpp"
#include "understudy/model/virtual_link.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::model {

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

// Announcements again and again on interfaces of the addresses that no adverts leave by (garp_extra_if).
struct ExtraAnnouncing {
    seconds interval{0};  // up to 86400; 0: off
    bool all = false;     // also on those without a virtual MAC

    friend bool operator==(const ExtraAnnouncing&, const ExtraAnnouncing&) = default;
};

struct UnicastPeer {
    net::Address address;
    std::optional<std::uint8_t> min_ttl;
    std::optional<std::uint8_t> max_ttl;

    friend bool operator==(const UnicastPeer&, const UnicastPeer&) = default;
};

// Whether version 3 unicast adverts over IPv4 are summed as if they went to the multicast group.
enum class OldUnicastChecksum : std::uint8_t { WhenThePeerDoes, Always, Never };

// The scripts run on transitions.
struct Notifications {
    std::optional<Command> any;  // `notify`: gets kind, name, state and priority appended
    std::optional<Command> master;
    std::optional<Command> backup;
    std::optional<Command> fault;
    std::optional<Command> stop;
    std::optional<Command> deleted;
    std::optional<Command> master_rx_lower_pri;
    std::optional<Command> split_brain;  // gets INSTANCE, name, SPLIT_BRAIN or SPLIT_BRAIN_OVER, priority
    std::optional<Command> fence;        // fence_script of split_brain: the same, and the rival's MAC
    bool report_deleted = false;         // notify_deleted given, with or without a command
    bool mail = false;                   // smtp_alert
    bool priority_changes = false;       // notify_priority_changes: a line for notify pipes

    friend bool operator==(const Notifications&, const Notifications&) = default;
};

// What becomes of a master whose addresses another machine answers for, too.
enum class OnConflict : std::uint8_t { Alert, Hold, Yield };

// Looking for such a machine (split_brain).
struct SplitBrain {
    bool detect = true;  // false: `detect off`
    seconds interval{5};
    OnConflict on_conflict = OnConflict::Alert;
    std::vector<TrackedScript> witnesses;  // one that answers is enough; the weights mean nothing

    friend bool operator==(const SplitBrain&, const SplitBrain&) = default;
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
    std::string auth_pass;  // at most 8 octets
    std::optional<HmacAuthentication> hmac;
    std::optional<net::Address> source;  // mcast_src_ip or unicast_src_ip
    net::Address multicast_group;        // used when there are no unicast peers
    std::vector<UnicastPeer> unicast_peers;
    std::optional<std::uint8_t> unicast_ttl;  // none: 255
    OldUnicastChecksum old_unicast_checksum = OldUnicastChecksum::WhenThePeerDoes;
    bool fault_without_peers = false;          // unicast_fault_no_peer
    std::string vrf;                           // of a unicast instance without interface
    std::optional<VirtualMac> virtual_mac;     // use_vmac
    bool virtual_mac_for_addresses = false;    // use_vmac_addr
    bool adverts_from_base_interface = false;  // vmac_xmit_base
    std::optional<Ipvlan> ipvlan;              // use_ipvlan
    // The kernel takes the addresses away by itself when they are not renewed that long; none: it never does.
    std::optional<seconds> address_lease;
    std::optional<SplitBrain> split_brain;
    bool promote_secondaries = false;
    bool track_source = false;                    // track_src_ip
    bool poll_link = false;                       // linkbeat_use_polling
    std::string sync_daemon_interface;            // lvs_sync_daemon_interface
    std::optional<std::uint32_t> receive_buffer;  // octets; none: by Buffers::receive_policy
    // With nopreempt: a master this late that a router of this priority took over becomes backup.
    std::optional<net::Priority> timer_expired_backup;  // 1 to 254
    std::uint8_t debug = 0;                             // 0 to 4
    std::vector<VirtualAddress> addresses;              // carried in adverts, in this order
    std::vector<VirtualAddress>
        excluded_addresses;  // managed alike, not in adverts; may be of the other family
    std::vector<Route> routes;
    std::vector<Rule> rules;
    std::vector<TrackedLink> tracked_links;
    std::vector<TrackedScript> tracked_scripts;
    std::vector<TrackedFile> tracked_files;
    std::vector<TrackedProcess> tracked_processes;
    std::vector<TrackedBfd> tracked_bfd_sessions;
    Announcing announcing;
    ExtraAnnouncing extra_announcing;
    Notifications notify;

    [[nodiscard]] bool is_unicast() const { return !unicast_peers.empty(); }
    // The address that adverts come from, as far as it is given.
    [[nodiscard]] std::optional<net::Address> given_source() const {
        if (source || !ipvlan || !ipvlan->address) return source;
        return ipvlan->address->address;
    }
    // The interface or VRF that adverts go by; empty: whichever the routes say.
    [[nodiscard]] const std::string& way_out() const { return interface.empty() ? vrf : interface; }

    friend bool operator==(const Instance&, const Instance&) = default;
};

struct SyncGroup {
    std::string name;
    std::vector<std::size_t> members;  // indices into Config::instances
    bool tracking_weight = false;      // sync_group_tracking_weight
    std::vector<TrackedLink> tracked_links;
    std::vector<TrackedScript> tracked_scripts;
    std::vector<TrackedFile> tracked_files;
    std::vector<TrackedProcess> tracked_processes;
    std::vector<TrackedBfd> tracked_bfd_sessions;
    Notifications notify;

    friend bool operator==(const SyncGroup&, const SyncGroup&) = default;
};

// Instances that track the interfaces of static addresses, routes and rules.
struct TrackGroup {
    std::string name;
    std::vector<std::size_t> members;  // indices into Config::instances

    friend bool operator==(const TrackGroup&, const TrackGroup&) = default;
};

// Interfaces that share a limit on how quickly announcements follow each other.
struct AnnounceGroup {
    std::optional<microseconds> garp_interval;
    std::optional<microseconds> gna_interval;
    std::vector<std::string> interfaces;  // each in one group only

    friend bool operator==(const AnnounceGroup&, const AnnounceGroup&) = default;
};

}  // namespace understudy::model
