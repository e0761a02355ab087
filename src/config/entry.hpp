// Lines of value blocks: an address, a peer, a tracked thing, each with its options.
#pragma once

#include "schema.hpp"

namespace understudy::config {

void add_virtual_address(Build& build, const Statement& entry);
void add_excluded_address(Build& build, const Statement& entry);
bool want_unicast(Build& build, const Statement& header);
void add_unicast_peer(Build& build, const Statement& entry);
void track_link_in_instance(Build& build, const Statement& entry);
void track_script_in_instance(Build& build, const Statement& entry);
void track_link_in_group(Build& build, const Statement& entry);
void track_script_in_group(Build& build, const Statement& entry);
void track_file_in_instance(Build& build, const Statement& entry);
void track_process_in_instance(Build& build, const Statement& entry);
void track_bfd_in_instance(Build& build, const Statement& entry);
void track_file_in_group(Build& build, const Statement& entry);
void track_process_in_group(Build& build, const Statement& entry);
void track_bfd_in_group(Build& build, const Statement& entry);
void add_static_address(Build& build, const Statement& entry);
void add_members(Build& build, const Statement& entry);

// The options of an address.
void set_address_dev(Build& build, const Argument& argument);
void set_address_scope(Build& build, const Argument& argument);
void set_address_broadcast(Build& build, const Argument& argument);
void set_address_label(Build& build, const Argument& argument);
void set_address_peer(Build& build, const Argument& argument);
// Only for virtual addresses.
void set_address_vmac(Build& build, const Argument& argument);
void set_address_track_group(Build& build, const Argument& argument);
void set_address_lifetime(Build& build, const Argument& argument);

template <bool model::VirtualAddress::* Flag>
void set_address_flag(Build& build, const Argument&) {
    build.address->address.*Flag = true;
}

// The options of a peer and of a tracked thing.
void set_peer_min_ttl(Build& build, const Argument& argument);
void set_peer_max_ttl(Build& build, const Argument& argument);
void set_tracker_weight(Build& build, const Argument& argument);
// Files and processes may have 254.
void set_wide_weight(Build& build, const Argument& argument);
void set_tracker_reverse(Build& build, const Argument& argument);
void set_tracker_noreverse(Build& build, const Argument& argument);

}  // namespace understudy::config
