// What holds for the whole daemon: global_defs and the statements outside of all blocks. What only is a
// default for instances is not here but in each instance.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "understudy/base/scheduling.hpp"
#include "understudy/base/time.hpp"
#include "understudy/model/command.hpp"

namespace understudy::model {

struct Mail {
    std::string from;    // notification_email_from; empty: <user>@<host>
    std::string server;  // smtp_server: a name or an address; empty: no mail
    std::uint16_t port = 25;
    std::string helo_name;  // empty: the host's name
    seconds connect_timeout{30};
    std::vector<std::string> recipients;  // notification_email
    std::optional<bool> alert;            // smtp_alert
    std::optional<bool> alert_vrrp;       // smtp_alert_vrrp
    std::optional<bool> alert_checker;    // smtp_alert_checker
    bool no_faults = false;               // no_email_faults

    friend bool operator==(const Mail&, const Mail&) = default;
};

struct Snmp {
    std::string socket;  // empty: the library's
    bool traps = false;
    bool vrrp = false;                             // KEEPALIVED-MIB
    bool checker = false;                          // KEEPALIVED-MIB
    bool rfc_v2 = false;                           // RFC 2787
    bool rfc_v3 = false;                           // RFC 6527
    microseconds virtual_server_age = seconds{5};  // snmp_vs_stats_update_interval; 0.001 to 30
    std::optional<microseconds> real_server_age;   // none: the same

    friend bool operator==(const Snmp&, const Snmp&) = default;
};

struct Dbus {
    bool enabled = false;
    std::string service_name = "org.keepalived.Vrrp1";
    std::string no_interface_name;  // path element of instances without interface

    friend bool operator==(const Dbus&, const Dbus&) = default;
};

// How one of the processes runs.
struct Process {
    std::string name;  // at most 15 characters; empty: not set
    Scheduling scheduling;

    friend bool operator==(const Process&, const Process&) = default;
};

struct Processes {
    bool distinct_names = false;  // process_names
    std::string parent_name;
    Process vrrp;
    Process checker;
    Process bfd;
    int max_auto_priority = 0;                          // -1 to 99; 0 and -1: off
    microseconds min_auto_priority_delay = seconds{1};  // 1 to 10000000
    seconds child_wait{5};                              // child_wait_time

    friend bool operator==(const Processes&, const Processes&) = default;
};

struct Buffer {
    std::uint32_t size = 0;  // octets; 0: the kernel's default
    bool force = false;      // beyond rmem_max

    friend bool operator==(const Buffer&, const Buffer&) = default;
};

enum class ReceivePolicy : std::uint8_t { Kernel, Mtu, Advert, Fixed };

struct Buffers {
    Buffer vrrp_command;
    Buffer vrrp_monitor;
    Buffer process_monitor;
    Buffer checker_command;
    Buffer checker_monitor;
    ReceivePolicy receive_policy = ReceivePolicy::Kernel;
    std::uint32_t receive_size = 0;        // octets, for ReceivePolicy::Fixed
    std::uint32_t receive_multiplier = 3;  // for Mtu and Advert

    friend bool operator==(const Buffers&, const Buffers&) = default;
};

// A pipe into which transitions are written, and who reads it.
struct NotifyPipe {
    std::string path;  // empty: none
    std::string user;  // owner of a pipe that has to be made; empty: the daemon's
    std::string group;
    std::optional<Command> reader;

    friend bool operator==(const NotifyPipe&, const NotifyPipe&) = default;
};

struct NotifyPipes {
    NotifyPipe all;
    NotifyPipe vrrp;
    NotifyPipe lvs;
    bool states_on_reload = false;  // fifo_write_vrrp_states_on_reload

    friend bool operator==(const NotifyPipes&, const NotifyPipes&) = default;
};

// How often announcements may follow each other on one interface; 0: no limit.
struct AnnouncePacing {
    microseconds garp_interval{0};
    microseconds gna_interval{0};

    friend bool operator==(const AnnouncePacing&, const AnnouncePacing&) = default;
};

// The rules that keep packets from the virtual addresses and guard virtual MACs.
struct PacketFilter {
    bool nftables = false;  // asked for by name
    std::string table = "keepalived";
    std::int32_t priority = -1;
    bool by_interface_index = false;  // nftables_ifindex
    bool counters = false;            // nftables_counters
    bool iptables = false;            // vrrp_iptables
    std::string input_chain = "INPUT";
    std::string output_chain = "OUTPUT";
    bool ipsets = true;
    // Address, IPv6 address, IPv6 interface, IGMP, MLD, ND; those left out are derived from the first.
    std::vector<std::string> ipset_names;

    friend bool operator==(const PacketFilter&, const PacketFilter&) = default;
};

// A script of the daemon itself.
struct DaemonScript {
    std::optional<Command> command;
    seconds timeout{10};  // 1 to 1000

    friend bool operator==(const DaemonScript&, const DaemonScript&) = default;
};

struct Reloading {
    std::string check_log = "/dev/null";  // of reload_check_config
    std::string time_file;
    bool repeat = false;
    bool write_file = false;  // reload_file given
    std::string file;         // empty: keepalived.reload in the pid directory

    friend bool operator==(const Reloading&, const Reloading&) = default;
};

struct Dumps {
    std::string config_folder;       // config_save_dir
    std::string temporary_folder;    // tmp_config_directory
    bool use_instance = false;       // data_use_instance
    std::uint32_t json_version = 1;  // 1 or 2
    std::string state_file;
    std::string stats_file;
    std::string json_file;

    friend bool operator==(const Dumps&, const Dumps&) = default;
};

struct Namespaces {
    std::string vrrp;                  // net_namespace; empty: the current one
    bool ipsets_in_namespace = false;  // namespace_with_ipsets

    friend bool operator==(const Namespaces&, const Namespaces&) = default;
};

struct Globals {
    std::string router_id;
    std::string instance_name;  // `instance`: part of pid file names and of the syslog ident
    bool use_pid_dir = false;
    bool dynamic_interfaces = false;
    bool interfaces_may_change = false;  // dynamic_interfaces allow_if_changes
    bool script_security = false;        // enable_script_security
    microseconds startup_delay{0};
    microseconds delay_after_boot{0};
    seconds graceful_handover{0};  // how long a stop may wait for another master; 0: not at all
    bool reload_check_config = false;
    std::string default_interface = "eth0";  // of static addresses
    bool disable_local_igmp = false;
    bool log_unknown_vrids = false;
    bool poll_links = false;  // linkbeat_use_polling: on every VRRP interface
    bool use_symlink_paths = false;
    bool supplementary_groups = false;  // set_supplementary_groups
    std::string vmac_prefix = "vrrp";
    std::string vmac_address_prefix;  // empty: vmac_prefix
    std::uint32_t umask = 0177;       // permission bits
    std::optional<std::uint32_t> random_seed;
    std::string iproute_usr_folder;  // iproute_usr_dir
    std::string iproute_etc_folder;  // iproute_etc_dir
    DaemonScript startup;
    DaemonScript shutdown;
    Mail mail;
    Snmp snmp;
    Dbus dbus;
    Processes processes;
    Buffers buffers;
    NotifyPipes pipes;
    AnnouncePacing pacing;
    PacketFilter filter;
    Reloading reloading;
    Dumps dumps;
    Namespaces namespaces;

    friend bool operator==(const Globals&, const Globals&) = default;
};

// Interfaces whose link is asked for again and again.
enum class LinkProbe : std::uint8_t { Any, Mii, Ethtool, Ioctl };

struct PolledLink {
    std::string name;
    LinkProbe probe = LinkProbe::Any;

    friend bool operator==(const PolledLink&, const PolledLink&) = default;
};

// How long a change of a link must last before it counts; up to 255 s.
struct LinkDelay {
    std::string name;
    microseconds down{0};
    microseconds up{0};

    friend bool operator==(const LinkDelay&, const LinkDelay&) = default;
};

}  // namespace understudy::model
