// The options of entries: addresses, unicast peers, tracked things, and the members of a sync group.
#include "entry.hpp"

namespace understudy::config {

namespace {

constexpr Keyword kAddressRows[] = {
    {"dev", interface_name(), "instance interface (VIPs) or default_interface (static)", Tier::Core,
     "Interface that carries the address", set_address_dev},
    {"scope", text("site|link|host|nowhere|global|<0..255>"), "global", Tier::Core,
     "Address scope; IPv4 only, error and ignored for IPv6", set_address_scope},
    {"brd", text("<address> | + | -"), "none", Tier::Core, "IPv4 broadcast address", set_address_broadcast},
    {"broadcast", text("<address> | + | -"), "none", Tier::Core, "Same as brd", set_address_broadcast},
    {"label", text("<name: up to 15 chars>"), "none", Tier::Core, "IPv4 label", set_address_label},
    {"peer", text("<address>"), "none", Tier::Vrrp, "Point-to-point peer", set_address_peer},
    {"home", nothing(), "off", Tier::Deep, "IPv6 mobile-IP home flag",
     set_address_flag<&model::VirtualAddress::home>},
    {"-nodad", nothing(), "NODAD is set on IPv6", Tier::Vrrp,
     "Let the kernel do duplicate address detection (by default it is suppressed for IPv6 VIPs)",
     set_address_flag<&model::VirtualAddress::duplicate_address_detection>},
    {"mngtmpaddr", nothing(), "off", Tier::Deep, "IPv6 template for temporary addresses",
     set_address_flag<&model::VirtualAddress::manage_temporary>},
    {"noprefixroute", nothing(), "off", Tier::Core, "No automatic prefix route",
     set_address_flag<&model::VirtualAddress::no_prefix_route>},
    {"autojoin", nothing(), "off", Tier::Deep, "Join the multicast group of the address",
     set_address_flag<&model::VirtualAddress::auto_join>},
    {"no_track", nothing(), "off", Tier::Core,
     "External removal of this address does not push the instance out of MASTER",
     set_address_flag<&model::VirtualAddress::no_track>},
    {"preferred_lft", text("forever | <seconds>"), "IPv6 /128: 0 (deprecated); others forever", Tier::Vrrp,
     "Preferred lifetime of an IPv6 address", set_address_lifetime},
    {"track_group", text("<track_group>"), "none", Tier::Vrrp,
     "static_ipaddress only: the instances of the group track the interface of this address (down = FAULT)",
     set_address_track_group},
    {"use_vmac", nothing(), "off", Tier::Vrrp, "VIPs only: put this address on its own VMAC",
     set_address_vmac},
};

constexpr auto kAddressRowsIndex = index_of(kAddressRows);

constexpr Keyword kPeerRows[] = {
    {"min_ttl", number(0, 255), "none", Tier::Core,
     "Drop adverts of this peer with a lower TTL; implies check_unicast_src", set_peer_min_ttl},
    {"max_ttl", number(0, 255), "none", Tier::Core,
     "Drop adverts of this peer with a higher TTL; implies check_unicast_src", set_peer_max_ttl},
};

constexpr auto kPeerRowsIndex = index_of(kPeerRows);

constexpr Keyword kTrackLinkRows[] = {
    {"weight", number(-254, 254, Code::BadWeight), "0", Tier::Core,
     "Added to the priority; 0 means FAULT while the interface is down", set_tracker_weight},
    {"reverse", nothing(), "off", Tier::Core, "Turn the weight around", set_tracker_reverse},
};

constexpr auto kTrackLinkRowsIndex = index_of(kTrackLinkRows);

constexpr Keyword kTrackScriptRows[] = {
    {"weight", number(-254, 254, Code::BadWeight), "that of the script", Tier::Core,
     "Added to the priority; 0 means FAULT while the script fails", set_tracker_weight},
    {"reverse", nothing(), "that of the script", Tier::Core, "Turn the weight around", set_tracker_reverse},
    {"noreverse", nothing(), "that of the script", Tier::Core, "Do not turn the weight around",
     set_tracker_noreverse},
};

constexpr auto kTrackScriptRowsIndex = index_of(kTrackScriptRows);

constexpr Keyword kTrackedFileRows[] = {
    {"weight", number(-254, 254, Code::BadWeight), "that of the track_file", Tier::Vrrp,
     "Factor for the number in the file; 0 means FAULT while it is not 0", set_wide_weight},
    {"reverse", nothing(), "that of the track_file", Tier::Vrrp, "Turn the weight around",
     set_tracker_reverse},
    {"noreverse", nothing(), "that of the track_file", Tier::Vrrp, "Do not turn the weight around",
     set_tracker_noreverse},
};

constexpr auto kTrackedFileRowsIndex = index_of(kTrackedFileRows);

constexpr Keyword kTrackProcessRows[] = {
    {"weight", number(-254, 254, Code::BadWeight), "that of the vrrp_track_process", Tier::Vrrp,
     "Added to the priority; 0 means FAULT while the quorum fails", set_wide_weight},
    {"reverse", nothing(), "that of the vrrp_track_process", Tier::Vrrp, "Turn the weight around",
     set_tracker_reverse},
    {"noreverse", nothing(), "that of the vrrp_track_process", Tier::Vrrp, "Do not turn the weight around",
     set_tracker_noreverse},
};

constexpr auto kTrackProcessRowsIndex = index_of(kTrackProcessRows);

constexpr Keyword kTrackBfdRows[] = {
    {"weight", number(-253, 253, Code::BadWeight), "that of the bfd_instance", Tier::Bfd,
     "Added to the priority; 0 means FAULT while the session is not Up", set_tracker_weight},
    {"reverse", nothing(), "that of the bfd_instance", Tier::Bfd, "Turn the weight around",
     set_tracker_reverse},
    {"noreverse", nothing(), "that of the bfd_instance", Tier::Bfd, "Do not turn the weight around",
     set_tracker_noreverse},
};

constexpr auto kTrackBfdRowsIndex = index_of(kTrackBfdRows);

}  // namespace

constinit const Block kVirtualAddresses{.path = "address entry",
                                        .kind = BlockKind::Entries,
                                        .keywords = kAddressRows,
                                        .index = &kAddressRowsIndex,
                                        .entry = add_virtual_address};
constinit const Block kExcludedAddresses{.path = "address entry",
                                         .kind = BlockKind::Entries,
                                         .keywords = kAddressRows,
                                         .index = &kAddressRowsIndex,
                                         .entry = add_excluded_address};
constinit const Block kStaticAddresses{.path = "address entry",
                                       .kind = BlockKind::Entries,
                                       .keywords = kAddressRows,
                                       .index = &kAddressRowsIndex,
                                       .entry = add_static_address};
constinit const Block kUnicastPeers{.path = "vrrp_instance/unicast_peer",
                                    .kind = BlockKind::Entries,
                                    .keywords = kPeerRows,
                                    .index = &kPeerRowsIndex,
                                    .open = want_unicast,
                                    .entry = add_unicast_peer};
constinit const Block kInstanceTrackInterface{.path = "track_interface",
                                              .kind = BlockKind::Entries,
                                              .keywords = kTrackLinkRows,
                                              .index = &kTrackLinkRowsIndex,
                                              .entry = track_link_in_instance};
constinit const Block kGroupTrackInterface{.path = "track_interface",
                                           .kind = BlockKind::Entries,
                                           .keywords = kTrackLinkRows,
                                           .index = &kTrackLinkRowsIndex,
                                           .entry = track_link_in_group};
constinit const Block kInstanceTrackScript{.path = "track_script",
                                           .kind = BlockKind::Entries,
                                           .keywords = kTrackScriptRows,
                                           .index = &kTrackScriptRowsIndex,
                                           .entry = track_script_in_instance};
constinit const Block kGroupTrackScript{.path = "track_script",
                                        .kind = BlockKind::Entries,
                                        .keywords = kTrackScriptRows,
                                        .index = &kTrackScriptRowsIndex,
                                        .entry = track_script_in_group};
constinit const Block kInstanceTrackFile{.path = "track_file entry",
                                         .kind = BlockKind::Entries,
                                         .keywords = kTrackedFileRows,
                                         .index = &kTrackedFileRowsIndex,
                                         .entry = track_file_in_instance};
constinit const Block kInstanceTrackProcess{.path = "track_process entry",
                                            .kind = BlockKind::Entries,
                                            .keywords = kTrackProcessRows,
                                            .index = &kTrackProcessRowsIndex,
                                            .entry = track_process_in_instance};
constinit const Block kInstanceTrackBfd{.path = "track_bfd entry",
                                        .kind = BlockKind::Entries,
                                        .keywords = kTrackBfdRows,
                                        .index = &kTrackBfdRowsIndex,
                                        .entry = track_bfd_in_instance,
                                        .feature = Feature::Bfd};
constinit const Block kGroupTrackFile{.path = "track_file entry",
                                      .kind = BlockKind::Entries,
                                      .keywords = kTrackedFileRows,
                                      .index = &kTrackedFileRowsIndex,
                                      .entry = track_file_in_group};
constinit const Block kGroupTrackProcess{.path = "track_process entry",
                                         .kind = BlockKind::Entries,
                                         .keywords = kTrackProcessRows,
                                         .index = &kTrackProcessRowsIndex,
                                         .entry = track_process_in_group};
constinit const Block kGroupTrackBfd{.path = "track_bfd entry",
                                     .kind = BlockKind::Entries,
                                     .keywords = kTrackBfdRows,
                                     .index = &kTrackBfdRowsIndex,
                                     .entry = track_bfd_in_group,
                                     .feature = Feature::Bfd};
constinit const Block kGroupMembers{
    .path = "vrrp_sync_group/group", .kind = BlockKind::Entries, .entry = add_members};

}  // namespace understudy::config
