// The keywords that stand outside every block.
#include "bind.hpp"
#include "bind_instance.hpp"
#include "bind_tracker.hpp"
#include "bind_virtual_server.hpp"
#include "schema.hpp"

namespace understudy::config {

namespace {

constexpr Keyword kFileRows[] = {
    {"linkbeat_use_polling", nothing(), "off", Tier::Vrrp,
     "Use MII/ethtool polling instead of netlink link state on every VRRP interface",
     raise<&model::Globals::poll_links>},
    {"net_namespace", bearable(text("<name>")), "current namespace", Tier::Vrrp,
     "Run in the named network namespace (-s wins)",
     set<&model::Globals::namespaces, &model::Namespaces::vrrp>},
    inactive(Feature::VirtualServers,
             {"net_namespace_ipvs", optional(text("<name>")), "same as VRRP", Tier::Lvs,
              "Namespace in which IPVS is configured", set_ipvs_namespace, nullptr, Occurs::FirstWins}),
    {"namespace_with_ipsets", nothing(), "off", Tier::Deep,
     "Permit ipsets together with a namespace on very old kernels",
     raise<&model::Globals::namespaces, &model::Namespaces::ipsets_in_namespace>},
    {"use_pid_dir", nothing(), "off", Tier::Core, "Keep pid files in <run>/keepalived/ instead of <run>/",
     set_flag<&GlobalsDraft::use_pid_dir>},
    {"instance", bearable(text("<name>")), "none", Tier::Core, "Name this daemon instance",
     set<&GlobalsDraft::instance_name>},
    {"child_wait_time", number(0), "5", Tier::Deep,
     "Seconds a process that is told to stop may be silent before it is killed",
     set<&model::Processes::child_wait>},
    {"global_defs", nothing(), "", Tier::Core, "Global options block; may appear several times", nullptr,
     &kGlobals, Occurs::Repeats},
    {"track_group", text("<name>"), "", Tier::Vrrp,
     "Names a set of instances that track the interfaces of static addresses/routes/rules", nullptr,
     &kTrackGroup, Occurs::Repeats},
    {"static_ipaddress", nothing(), "", Tier::Vrrp,
     "Addresses installed at start and removed at stop irrespective of VRRP state", nullptr,
     &kStaticAddresses, Occurs::Repeats},
    {"static_routes", nothing(), "", Tier::Vrrp, "Routes installed at start, removed at stop", nullptr,
     &kStaticRoutes, Occurs::Repeats},
    {"static_rules", nothing(), "", Tier::Vrrp, "Policy rules installed at start, removed at stop", nullptr,
     &kStaticRules, Occurs::Repeats},
    {"vrrp_sync_group", text("<name>"), "", Tier::Core,
     "Instances that must share one state; only one group per instance", nullptr, &kSyncGroup,
     Occurs::Repeats},
    {"garp_group", nothing(), "", Tier::Vrrp, "Shares a GARP/NA rate limit between interfaces", nullptr,
     &kGarpGroup, Occurs::Repeats},
    {"linkbeat_interfaces", nothing(), "", Tier::Vrrp,
     "Interfaces whose link is polled rather than taken from netlink", nullptr, &kPolledLinks,
     Occurs::Repeats},
    {"vrrp_instance", text("<name>"), "", Tier::Core, "One virtual router", nullptr, &kInstance,
     Occurs::Repeats},
    {"vrrp_script", text("<name>"), "", Tier::Core, "Health script that instances can track", nullptr,
     &kScript, Occurs::Repeats},
    {"vrrp_check", text("<name>"), "", Tier::Vrrp,
     "Question to the network that instances can track (understudy only)", nullptr, &kCheck, Occurs::Repeats},
    {"vrrp_track_process", text("<name>"), "", Tier::Vrrp, "Counts processes by name", nullptr,
     &kTrackProcess, Occurs::Repeats},
    {"interface_up_down_delays", nothing(), "0", Tier::Vrrp,
     "Debounce (seconds, decimal, 0..255) before a link change is acted upon", nullptr, &kLinkDelays,
     Occurs::Repeats},
    {"SSL", nothing(), "", Tier::Lvs, "Client certificate settings for SSL_GET", nullptr, &kSsl,
     Occurs::Repeats},
    {"virtual_server_group", text("<name>"), "", Tier::Lvs,
     "Set of addresses/fwmarks a virtual server can use", nullptr, &kVirtualServerGroup, Occurs::Repeats},
    {"virtual_server", free_form("<ip> [<port>] | fwmark <n> | group <name>"), "", Tier::Lvs,
     "IPVS virtual service", nullptr, &kVirtualServer, Occurs::Repeats},
    {"bfd_instance", text("<name>"), "", Tier::Bfd, "One BFD session", nullptr, &kBfdInstance,
     Occurs::Repeats},
    {"track_file", text("<name>"), "", Tier::Vrrp, "File whose integer content alters priority", nullptr,
     &kTrackFile, Occurs::Repeats},
    {"vrrp_track_file", text("<name>"), "", Tier::Alias, "Old name of track_file", nullptr, &kTrackFile,
     Occurs::Repeats},
};

constexpr auto kFileRowsIndex = index_of(kFileRows);

}  // namespace

constinit const Block kFile{.path = "", .keywords = kFileRows, .index = &kFileRowsIndex};

constinit const Block kPolledLinks{
    .path = "linkbeat_interfaces", .kind = BlockKind::Entries, .entry = add_polled_link};
constinit const Block kLinkDelays{
    .path = "interface_up_down_delays", .kind = BlockKind::Entries, .entry = add_link_delay};

}  // namespace understudy::config
