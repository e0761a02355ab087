// What the keywords of track_file, vrrp_track_process, bfd_instance, track_group and garp_group do that is
// more than setting a value.
#pragma once

#include "schema.hpp"

namespace understudy::config {

bool open_track_file(Build& build, const Statement& header);
bool open_track_process(Build& build, const Statement& header);
bool open_bfd(Build& build, const Statement& header);
bool open_track_group(Build& build, const Statement& header);
bool open_announce_group(Build& build, const Statement& header);

void set_file_init(Build& build, const Argument& argument);
void set_process_command(Build& build, const Argument& argument);
void set_parameter_match(Build& build, const Argument& argument);
void set_both_delays(Build& build, const Argument& argument);
void set_max_hops(Build& build, const Argument& argument);
void add_announce_interface(Build& build, const Argument& argument);

// Lines of value blocks.
void add_track_group_members(Build& build, const Statement& entry);
void add_announce_interfaces(Build& build, const Statement& entry);
void add_polled_link(Build& build, const Statement& entry);
void add_link_delay(Build& build, const Statement& entry);

}  // namespace understudy::config
