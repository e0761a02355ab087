// What the keywords of vrrp_instance and vrrp_sync_group do that is more than setting a value.
#pragma once

#include "schema.hpp"

namespace understudy::config {

// The header of a block: remembers its name, refuses a name that is taken.
bool open_instance(Build& build, const Statement& header);
bool open_group(Build& build, const Statement& header);

void set_state(Build& build, const Argument& argument);
void set_source(Build& build, const Argument& argument);
void set_unicast_source(Build& build, const Argument& argument);
void set_instance_group(Build& build, const Argument& argument);
void set_check_unicast_source(Build& build, const Argument& argument);
void set_no_accept(Build& build, const Argument& argument);
void set_auth_type(Build& build, const Argument& argument);
void set_notify_deleted(Build& build, const Argument& argument);
void set_global_tracking(Build& build, const Argument& argument);

// The first address of any kind decides the family of an instance. One of the other family is noted, for
// settle_families() to judge when the whole instance is known.
bool same_family(Build& build, const net::Address& address, Span span);

// The one name of a block, if it has exactly one.
const Word* block_name(const Statement& header, Diagnostics& diags);
// Refuses a name that is taken.
bool claim_name(std::unordered_map<std::string, std::size_t>& names, const Word& name, std::size_t index,
                std::string_view kind, Diagnostics& diags);

}  // namespace understudy::config
