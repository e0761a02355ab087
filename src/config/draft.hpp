// What was written, before references are resolved and defaults filled in: each value with its place, so that
// a rule that spans statements can still point at the one it is about.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "understudy/config/source.hpp"
#include "understudy/model/config.hpp"

#include "draft_route.hpp"
#include "draft_tracker.hpp"
#include "draft_virtual_server.hpp"
#include "given.hpp"

namespace understudy::config {

struct NotifyDraft {
    Given<model::Command> any;
    Given<model::Command> master;
    Given<model::Command> backup;
    Given<model::Command> fault;
    Given<model::Command> stop;
    Given<model::Command> deleted;
    Given<model::Command> master_rx_lower_pri;
    Given<model::Command> split_brain;
    Given<model::Command> fence;
    bool report_deleted = false;
    Given<bool> mail;
    Given<bool> priority_changes;
};

struct AnnounceDraft {
    Given<seconds> master_delay;
    Given<std::uint32_t> master_repeat;
    Given<seconds> master_refresh;
    Given<std::uint32_t> master_refresh_repeat;
    Given<seconds> lower_priority_delay;
    Given<std::uint32_t> lower_priority_repeat;
};

struct AddressDraft {
    model::VirtualAddress address;
    Span span;
    Given<std::string> dev;
    bool is_static = false;          // an entry of static_ipaddress
    Given<std::string> track_group;  // of one
    bool lifetime_given = false;
    bool dropped = false;
};

struct PeerDraft {
    model::UnicastPeer peer;
    Span span;
};

// What an instance was given of the family that its first address is not of. Under dual_stack a second
// instance is made of it, else it is refused.
struct OtherFamily {
    struct Mention {
        net::Address address;
        Span span;
    };
    std::vector<Mention> mentions;
    Given<net::Address> source;
    Given<net::Address> multicast_group;
    std::vector<PeerDraft> peers;
    std::vector<AddressDraft> addresses;
};

struct SplitBrainDraft {
    Span span;  // of its keyword
    model::SplitBrain asked;
    std::vector<std::optional<net::Address>> witnesses;  // none: the gateway
};

struct InstanceDraft {
    std::string name;
    Span span;
    std::size_t order = 0;  // how many blocks came before
    Given<std::string> interface;
    Given<net::Vrid> vrid;
    Given<bool> master;
    Given<net::Priority> priority;
    Given<std::uint32_t> version;
    Given<microseconds> advert_interval;
    Given<std::uint32_t> down_timer_adverts;
    Given<seconds> address_lease;
    Given<bool> nopreempt;
    Given<microseconds> preempt_delay;
    Given<bool> strict;
    Given<bool> accept;
    Given<bool> owner_ignores_adverts;
    Given<bool> lower_priority_no_advert;
    Given<bool> higher_priority_send_advert;
    Given<bool> checksum_as_v2;
    Given<bool> skip_check_advert_addresses;
    Given<bool> check_unicast_source;
    Given<bool> dont_track_primary;
    Given<bool> no_virtual_address;
    Given<model::AuthType> auth_type;
    Given<std::string> auth_pass;
    Given<net::Address> source;
    Given<bool> unicast_wanted;  // a keyword that only makes sense with peers
    Given<net::Address> multicast_group;
    Given<std::uint8_t> unicast_ttl;
    Given<bool> dual_stack;
    std::optional<std::size_t> twin_of;  // the IPv4 half of this IPv6 half of a dual_stack instance
    std::optional<net::Family> family;   // of the first address of any kind
    OtherFamily other;
    std::vector<PeerDraft> peers;
    std::vector<AddressDraft> addresses;
    std::vector<AddressDraft> excluded_addresses;
    // Keywords whose value was not taken. That they are missing needs no second complaint.
    std::vector<std::string_view> refused;
    std::vector<RouteDraft> routes;
    std::vector<RuleDraft> rules;
    std::vector<TrackDraft> tracked_links;
    std::vector<TrackDraft> tracked_scripts;
    std::vector<TrackDraft> tracked_files;
    std::vector<TrackDraft> tracked_processes;
    std::vector<TrackDraft> tracked_bfd_sessions;
    AnnounceDraft announcing;
    NotifyDraft notify;
    Given<model::ExtraAnnouncing> extra_announcing;
    Given<VirtualMacDraft> virtual_mac;
    Given<model::Ipvlan> ipvlan;
    Given<bool> adverts_from_base_interface;
    Given<bool> promote_secondaries;
    Given<std::string> vrf;
    std::optional<HmacDraft> hmac;
    std::optional<SplitBrainDraft> split_brain;
    model::Instance plain;  // what needs no rule
};

struct GroupDraft {
    std::string name;
    Span span;
    std::size_t order = 0;
    bool is_written = true;  // false: made for the halves of a dual_stack instance
    std::vector<MemberDraft> members;
    Given<bool> tracking_weight;
    std::vector<TrackDraft> tracked_links;
    std::vector<TrackDraft> tracked_scripts;
    std::vector<TrackDraft> tracked_files;
    std::vector<TrackDraft> tracked_processes;
    std::vector<TrackDraft> tracked_bfd_sessions;
    NotifyDraft notify;
};

struct ScriptDraft {
    std::string name;
    Span span;
    std::size_t order = 0;
    Given<model::Command> command;
    Given<model::Command> owner;  // only user and group
    Given<microseconds> interval;
    Given<microseconds> timeout;
    Given<std::uint32_t> rise;
    Given<std::uint32_t> fall;
    Given<model::Weight> weight;
    Given<bool> init_fail;
    // Of a vrrp_check, instead of a command and its owner.
    bool is_check = false;
    bool asks = false;  // perhaps something that was not taken; that it is missing needs no second complaint
    Given<model::Probe> probe;
    Given<std::string> interface;
    Given<net::Address> source;
    Given<std::string> virtual_host;
    Given<std::pair<std::uint16_t, std::uint16_t>> status;
};

struct GlobalsDraft {
    Given<std::string> router_id;
    Given<std::string> instance_name;
    Given<bool> use_pid_dir;
    Given<bool> dynamic_interfaces;
    Given<bool> script_security;
    Given<model::Command> script_user;  // only user and group
    Given<microseconds> startup_delay;
    Given<microseconds> delay_after_boot;
    Given<bool> reload_check_config;
    Given<std::uint32_t> version;
    Given<bool> strict;
    Given<bool> lower_priority_no_advert;
    Given<bool> higher_priority_send_advert;
    Given<bool> owner_ignores_adverts;
    Given<bool> checksum_as_v2;
    Given<bool> skip_check_advert_addresses;
    Given<bool> check_unicast_source;
    Given<std::uint32_t> down_timer_adverts;
    Given<net::Address> multicast_group4;
    Given<net::Address> multicast_group6;
    AnnounceDraft announcing;
    Given<bool> min_garp;
    Given<model::ExtraAnnouncing> extra_announcing;
    Given<bool> priority_changes;
    Given<model::Command> startup_script;
    Given<model::Command> shutdown_script;
    Given<model::Command> pipe_reader;
    Given<model::Command> vrrp_pipe_reader;
    Given<model::Command> lvs_pipe_reader;
    model::Globals plain;  // what needs no rule
};

struct Draft {
    GlobalsDraft globals;
    std::deque<InstanceDraft> instances;
    std::deque<GroupDraft> groups;
    std::deque<ScriptDraft> scripts;
    TrackerDrafts trackers;
    std::vector<AddressDraft> static_addresses;
    std::vector<RouteDraft> static_routes;
    std::vector<RuleDraft> static_rules;
    std::uint32_t next_rule_priority = 16384;  // of a rule that has none of its own
    LoadBalancingDraft load_balancing;
    std::unordered_map<std::string, std::size_t> instance_names;
    std::unordered_map<std::string, std::size_t> group_names;
    std::unordered_map<std::string, std::size_t> script_names;
    std::unordered_map<std::string, std::size_t> track_file_names;
    std::unordered_map<std::string, std::size_t> track_process_names;
    std::unordered_map<std::string, std::size_t> bfd_names;
    std::unordered_map<std::string, std::size_t> track_group_names;
    std::size_t blocks = 0;       // named blocks so far
    bool has_other_work = false;  // something to run that is not VRRP
};

}  // namespace understudy::config
