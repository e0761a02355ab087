// vrrp_instance and the blocks of statements inside it.
#include "bind.hpp"
#include "bind_globals.hpp"
#include "bind_hmac.hpp"
#include "bind_instance.hpp"
#include "bind_split_brain.hpp"
#include "bind_virtual_link.hpp"
#include "schema.hpp"

namespace understudy::config {

namespace {

constexpr Keyword kInstanceRows[] = {
    {"use_vmac", free_form("[[name] <if>] [<MAC, 5 or 6 octets>] [netlink_notify_msg] [group <g>]"),
     "off; name vrrp.<vrid>, MAC 00:00:5e:00:01|02:<vrid>", Tier::Vrrp,
     "Send from and hold VIPs on a private macvlan", set_virtual_mac},
    {"use_vmac_addr", nothing(), "off", Tier::Vrrp,
     "VMAC for every VIP/eVIP on another interface or of the other family",
     raise<&model::Instance::virtual_mac_for_addresses>},
    {"vmac_xmit_base", nothing(), "off", Tier::Vrrp, "Send adverts from the base interface",
     set_flag<&InstanceDraft::adverts_from_base_interface>},
    {"use_ipvlan", free_form("[[name] <if>] [<ip>] [bridge|private|vepa] [group <g>]"), "off", Tier::Vrrp,
     "Use an ipvlan device instead of a macvlan; IPv4 needs the address", set_ipvlan},
    {"unicast_peer", nothing(), "multicast", Tier::Core, "Send to and receive from these peers by unicast",
     nullptr, &kUnicastPeers, Occurs::Repeats},
    {"unicast_fault_no_peer", nothing(), "off", Tier::Vrrp,
     "With unicast keywords but no peer go to FAULT instead of falling back to multicast",
     raise<&model::Instance::fault_without_peers>},
    {"check_unicast_src", nothing(), "global setting", Tier::Vrrp,
     "Drop unicast adverts whose source is not a configured peer", set_check_unicast_source},
    {"old_unicast_checksum", free_form("[never]"), "auto detect", Tier::Vrrp,
     "VRRPv3 unicast checksum computed over the multicast group", set_old_checksum},
    {"native_ipv6", nothing(), "off", Tier::Legacy,
     "Declares an IPv6 instance; derived from the first VIP nowadays", set_native_ipv6},
    {"dual_stack", nothing(), "off", Tier::Vrrp,
     "Addresses of both families: two virtual routers that move together (keepalived has none)",
     set_flag<&InstanceDraft::dual_stack>},
    {"state", choice_or("MASTER|BACKUP", "BACKUP"), "BACKUP; MASTER when priority is 255", Tier::Core,
     "Initial state", set_state},
    {"interface", interface_name(), "required unless unicast_src_ip with peers", Tier::Core, "Interface",
     set<&InstanceDraft::interface>},
    {"vrf", text("<vrf if>"), "none", Tier::Vrrp, "VRF for unicast instances without interface",
     set<&InstanceDraft::vrf>},
    {"dont_track_primary", nothing(), "off", Tier::Core, "Ignore the link state of the instance interface",
     set_flag<&InstanceDraft::dont_track_primary>},
    {"track_interface", nothing(), "weight 0", Tier::Core, "Link tracking", nullptr, &kInstanceTrackInterface,
     Occurs::Repeats},
    {"track_script", nothing(), "script weight", Tier::Core, "Script tracking", nullptr,
     &kInstanceTrackScript, Occurs::Repeats},
    {"track_file", nothing(), "file weight", Tier::Vrrp, "File tracking", nullptr, &kInstanceTrackFile,
     Occurs::Repeats},
    {"track_process", nothing(), "process weight", Tier::Vrrp, "Process tracking", nullptr,
     &kInstanceTrackProcess, Occurs::Repeats},
    {"track_bfd", nothing(), "bfd weight", Tier::Bfd,
     "BFD tracking; session counts as down until the first Up", nullptr, &kInstanceTrackBfd, Occurs::Repeats},
    {"mcast_src_ip", ip_address(), "first usable address of the interface", Tier::Core,
     "Source address of adverts", set_source, nullptr, Occurs::Repeats},
    {"unicast_src_ip", ip_address(), "first usable address of the interface", Tier::Core,
     "Source address of adverts to unicast peers; FAULT until this host has it", set_unicast_source, nullptr,
     Occurs::Repeats},
    {"mcast_dst_ip", ip_address(), "global group", Tier::Vrrp, "Group for this instance; error with unicast",
     set_instance_group, nullptr, Occurs::Repeats},
    {"track_src_ip", nothing(), "off", Tier::Vrrp,
     "FAULT while the configured source address is not on the interface",
     raise<&model::Instance::track_source>},
    {"virtual_router_id", number(1, 255, Code::BadVrid), "required", Tier::Core,
     "VRID; duplicate with same family and interface is fatal", set<&InstanceDraft::vrid>},
    {"unicast_ttl", number(0, 255), "255 (IPv4), kernel (IPv6)", Tier::Vrrp, "TTL of unicast adverts",
     set<&InstanceDraft::unicast_ttl>},
    {"version", number(2, 3), "vrrp_version; IPv6: 3", Tier::Core,
     "Protocol version; conflicting setting ignored with an error", set<&InstanceDraft::version>},
    {"priority", number(1, 255, Code::BadPriority), "100; 255 when state is MASTER", Tier::Core,
     "Base priority", set<&InstanceDraft::priority>},
    {"advert_int", decimal_seconds(milliseconds{10}, seconds{255}), "1", Tier::Core, "Advert interval",
     set<&InstanceDraft::advert_interval>},
    {"address_lease", number(1, 3600), "off", Tier::Vrrp,
     "Seconds until the kernel takes the VIPs away from a host whose daemon is gone (keepalived has none)",
     set<&InstanceDraft::address_lease>},
    {"virtual_ipaddress", nothing(), "", Tier::Core, "VIPs carried in adverts", nullptr, &kVirtualAddresses,
     Occurs::Repeats},
    {"virtual_ipaddress_excluded", nothing(), "", Tier::Core,
     "Addresses managed like VIPs but not advertised", nullptr, &kExcludedAddresses, Occurs::Repeats},
    {"no_virtual_ipaddress", nothing(), "off", Tier::Vrrp,
     "Suppress the complaint about an instance without VIP (keepalived 2.2.8)",
     set_flag<&InstanceDraft::no_virtual_address>},
    {"promote_secondaries", nothing(), "off", Tier::Vrrp,
     "Set promote_secondaries on the interface while running", set_flag<&InstanceDraft::promote_secondaries>},
    {"linkbeat_use_polling", nothing(), "off", Tier::Legacy,
     "Poll link of this interface; deprecated, use linkbeat_interfaces", raise<&model::Instance::poll_link>},
    {"v3_checksum_as_v2", optional(boolean()), "global setting", Tier::Vrrp,
     "Per-instance form of the global keyword (keepalived 2.2.8)", set<&InstanceDraft::checksum_as_v2>},
    {"virtual_routes", nothing(), "", Tier::Core, "Routes present only while MASTER", nullptr, &kRoutes,
     Occurs::Repeats},
    {"virtual_rules", nothing(), "", Tier::Core, "Policy rules present only while MASTER", nullptr, &kRules,
     Occurs::Repeats},
    {"accept", nothing(), "on (off under strict unless 255)", Tier::Core,
     "Accept packets addressed to the VIPs; refused for v2 under strict", set_flag<&InstanceDraft::accept>},
    {"no_accept", nothing(), "off", Tier::Core,
     "Drop packets addressed to the VIPs by a firewall rule while MASTER (nftables used when nothing "
     "configured)",
     set_no_accept},
    {"skip_check_adv_addr", optional(boolean()), "global setting", Tier::Vrrp,
     "Skip the VIP list check for an unchanged master", set<&InstanceDraft::skip_check_advert_addresses>},
    {"strict_mode", optional(boolean()), "global setting", Tier::Core, "Strict RFC mode for this instance",
     set<&InstanceDraft::strict>},
    {"preempt", nothing(), "on", Tier::Core, "Cancel an earlier nopreempt",
     set_flag<&InstanceDraft::nopreempt, false>},
    {"nopreempt", nothing(), "off", Tier::Core, "Keep a lower-priority master",
     set_flag<&InstanceDraft::nopreempt>},
    {"preempt_delay", decimal_seconds(seconds{0}, seconds{1000}), "0", Tier::Core,
     "Wait this long after first seeing a lower-priority master before preempting",
     set<&InstanceDraft::preempt_delay>},
    {"debug", number(0, 4), "0", Tier::Deep, "Debug level of the instance", set<&model::Instance::debug>},
    {"notify_backup", command(), "none", Tier::Core, "Run when entering BACKUP",
     set<&InstanceDraft::notify, &NotifyDraft::backup>, nullptr, Occurs::FirstWins},
    {"notify_master", command(), "none", Tier::Core, "Run when entering MASTER",
     set<&InstanceDraft::notify, &NotifyDraft::master>, nullptr, Occurs::FirstWins},
    {"notify_fault", command(), "none", Tier::Core, "Run when entering FAULT",
     set<&InstanceDraft::notify, &NotifyDraft::fault>, nullptr, Occurs::FirstWins},
    {"notify_stop", command(), "none", Tier::Core, "Run when the daemon stops; may run for up to 1 s",
     set<&InstanceDraft::notify, &NotifyDraft::stop>, nullptr, Occurs::FirstWins},
    {"notify_deleted", optional(command()), "FAULT is reported instead", Tier::Core,
     "Run when a reload removes the instance", set_notify_deleted, nullptr, Occurs::FirstWins},
    {"notify", command(), "none", Tier::Core,
     "Run on every transition with INSTANCE <name> <STATE> <priority> appended",
     set<&InstanceDraft::notify, &NotifyDraft::any>, nullptr, Occurs::FirstWins},
    {"notify_master_rx_lower_pri", command(), "none", Tier::Core,
     "Run when the master sees a lower-priority advert",
     set<&InstanceDraft::notify, &NotifyDraft::master_rx_lower_pri>, nullptr, Occurs::FirstWins},
    {"notify_split_brain", command(), "none", Tier::Vrrp,
     "Run with INSTANCE <name> SPLIT_BRAIN|SPLIT_BRAIN_OVER <priority> appended when split_brain finds a "
     "second machine with the VIPs, and when that is over (keepalived has none)",
     set<&InstanceDraft::notify, &NotifyDraft::split_brain>, nullptr, Occurs::FirstWins},
    {"smtp_alert", optional(boolean()), "smtp_alert_vrrp, smtp_alert, else off", Tier::Deep,
     "Mail on transitions", set<&InstanceDraft::notify, &NotifyDraft::mail>},
    {"notify_priority_changes", optional(boolean()), "sync group, then global", Tier::Vrrp,
     "FIFO line per priority change", set<&InstanceDraft::notify, &NotifyDraft::priority_changes>},
    inactive(Feature::VirtualServers,
             {"lvs_sync_daemon_interface", interface_name(), "", Tier::Legacy,
              "Old way to run the IPVS sync daemon", set<&model::Instance::sync_daemon_interface>}),
    {"garp_master_delay", number(0), "vrrp_garp_master_delay", Tier::Core, "Per-instance override",
     set<&InstanceDraft::announcing, &AnnounceDraft::master_delay>},
    {"garp_master_refresh", number(0), "vrrp_garp_master_refresh", Tier::Core, "Per-instance override",
     set<&InstanceDraft::announcing, &AnnounceDraft::master_refresh>},
    {"garp_master_repeat", number(0), "vrrp_garp_master_repeat", Tier::Core, "Per-instance override",
     set_at_least_one<&InstanceDraft::announcing, &AnnounceDraft::master_repeat>},
    {"garp_master_refresh_repeat", number(0), "vrrp_garp_master_refresh_repeat", Tier::Core,
     "Per-instance override",
     set_at_least_one<&InstanceDraft::announcing, &AnnounceDraft::master_refresh_repeat>},
    {"garp_lower_prio_delay", number(0), "global value, not the instance garp_master_delay", Tier::Core,
     "Second burst delay after a lower-priority advert",
     set<&InstanceDraft::announcing, &AnnounceDraft::lower_priority_delay>},
    {"garp_lower_prio_repeat", number(0), "global value, not the instance garp_master_repeat", Tier::Core,
     "Burst size after a lower-priority advert; forced 0 under strict",
     set<&InstanceDraft::announcing, &AnnounceDraft::lower_priority_repeat>},
    {"down_timer_adverts", number(1, 100), "global value", Tier::Vrrp, "Missed intervals before takeover",
     set<&InstanceDraft::down_timer_adverts>},
    {"timer_expired_backup", optional(number(1, 254)), "off; 254 without value", Tier::Vrrp,
     "With nopreempt, a master that was late enough for a peer of that priority to take over "
     "becomes backup "
     "(keepalived 2.2.8)",
     set_timer_expired},
    {"thread_timer_expired", optional(number(1, 254)), "", Tier::Alias,
     "Alias of timer_expired_backup (keepalived 2.3.2)", set_timer_expired},
    {"garp_extra_if", free_form("[all] <seconds: 0..86400>"), "global value", Tier::Vrrp,
     "Periodic GARP/NA on interfaces of VIPs that no adverts leave by (all: also without a virtual MAC)",
     set_extra_announcing<InstanceDraft, 0>},
    {"vmac_garp_intvl", free_form("[all] <seconds>"), "", Tier::Legacy, "Old name of garp_extra_if",
     set_extra_announcing<InstanceDraft, 0>},
    {"lower_prio_no_advert", optional(boolean()), "global; true under strict", Tier::Core,
     "Per-instance override", set<&InstanceDraft::lower_priority_no_advert>},
    {"higher_prio_send_advert", optional(boolean()), "global; false under strict", Tier::Core,
     "Per-instance override", set<&InstanceDraft::higher_priority_send_advert>},
    {"owner_ignore_adverts", optional(boolean()), "global; true for 255 under strict", Tier::Vrrp,
     "Owner drops received adverts (keepalived 2.3.3)", set<&InstanceDraft::owner_ignores_adverts>},
    {"kernel_rx_buf_size", bearable(number(0)), "policy", Tier::Deep, "Receive buffer for this instance",
     set<&model::Instance::receive_buffer>},
    {"authentication", nothing(), "none", Tier::Core, "Legacy VRRPv2 authentication", nullptr,
     &kAuthentication, Occurs::Repeats},
    {"auth_hmac", nothing(), "none", Tier::Vrrp,
     "HMAC trailer after the advert; replaces legacy authentication (keepalived 2.4.0)", nullptr, &kAuthHmac,
     Occurs::Repeats},
    {"split_brain", nothing(), "off", Tier::Vrrp,
     "While MASTER, look for another machine that answers for the VIPs (keepalived has none)", nullptr,
     &kSplitBrain, Occurs::Repeats},
};

constexpr auto kInstanceRowsIndex = index_of(kInstanceRows);

constexpr Keyword kAuthenticationRows[] = {
    {"auth_type", choice("PASS|AH"), "none", Tier::Core,
     "PASS = clear text password in the packet, AH = IPsec AH with HMAC-MD5-96", set_auth_type},
    {"auth_pass", text("<string, 8 used>"), "required", Tier::Core,
     "Shared secret of 8 octets, more are cut off with a warning: PASS sends it in clear text, AH signs with "
     "it",
     set<&InstanceDraft::auth_pass>},
};

constexpr auto kAuthenticationRowsIndex = index_of(kAuthenticationRows);

constexpr Keyword kAuthHmacRows[] = {
    {"key", free_form("<1..255> <32..64 bytes: text | hex:... | file:<path>>"), "required", Tier::Vrrp,
     "One secret with its id (keepalived 2.4.0)", add_hmac_key, nullptr, Occurs::Repeats},
    {"active_key", number(1, 255), "required", Tier::Vrrp, "Key used for sending (keepalived 2.4.0)",
     set<&HmacDraft::active_key>},
    {"time_window", number(1, 300), "max(5, 3 * advert_int), at most 300", Tier::Vrrp,
     "Accepted clock difference with anti_replay time (keepalived 2.4.0)", set<&HmacDraft::time_window>},
    {"anti_replay", choice("time|monotonic"), "time", Tier::Vrrp,
     "Replay protection by clock or by counter (keepalived 2.4.0)", set_anti_replay},
    {"mode", choice("enforce|permissive|receive-only"), "enforce", Tier::Vrrp,
     "Whether unauthenticated adverts are dropped or tolerated, and whether trailers are sent (keepalived "
     "2.4.0)",
     set_hmac_mode},
};

constexpr auto kAuthHmacRowsIndex = index_of(kAuthHmacRows);

constexpr Keyword kSplitBrainRows[] = {
    {"detect", choice("arp|off"), "arp", Tier::Vrrp,
     "Whether neighbours are asked who has the VIPs, by ARP or neighbour discovery", set_detect},
    {"interval", number(1, 3600), "5", Tier::Vrrp, "Seconds between the questions", set_split_brain_interval},
    {"on_conflict", choice("alert|hold|yield"), "alert", Tier::Vrrp,
     "Only tell; announce the VIPs again and again; or let one of the two give way", set_on_conflict},
    {"witness", free_form("<address>|gateway ..."), "none", Tier::Vrrp,
     "Hosts of which one has to answer a ping before a silent master is relieved; a master that no longer "
     "reaches any is cut off, and with on_conflict yield gives way",
     add_witnesses, nullptr, Occurs::Repeats},
    {"fence_script", command(), "none", Tier::Vrrp,
     "Run once a conflict by a master that keeps the VIPs, with the words of notify_split_brain and the MAC "
     "of the other machine",
     set<&InstanceDraft::notify, &NotifyDraft::fence>, nullptr, Occurs::FirstWins},
};

constexpr auto kSplitBrainRowsIndex = index_of(kSplitBrainRows);

}  // namespace

constinit const Block kInstance{
    .path = "vrrp_instance", .keywords = kInstanceRows, .index = &kInstanceRowsIndex, .open = open_instance};
constinit const Block kAuthentication{.path = "vrrp_instance/authentication",
                                      .keywords = kAuthenticationRows,
                                      .index = &kAuthenticationRowsIndex};
constinit const Block kAuthHmac{.path = "vrrp_instance/auth_hmac",
                                .keywords = kAuthHmacRows,
                                .index = &kAuthHmacRowsIndex,
                                .open = open_hmac};

constinit const Block kSplitBrain{.path = "vrrp_instance/split_brain",
                                  .keywords = kSplitBrainRows,
                                  .index = &kSplitBrainRowsIndex,
                                  .open = open_split_brain};

}  // namespace understudy::config
