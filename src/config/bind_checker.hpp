// What the keywords of health checkers do that is more than setting a value.
#pragma once

#include "schema.hpp"

namespace understudy::config {

bool open_checker(Build& build, const Statement& header, CheckerKind kind);
template <CheckerKind Kind>
bool open_checker(Build& build, const Statement& header) {
    return open_checker(build, header, Kind);
}
bool open_url(Build& build, const Statement& header);
bool open_smtp_host(Build& build, const Statement& header);

void set_http_version(Build& build, const Argument& argument);
void set_server_name(Build& build, const Argument& argument);
void set_digest(Build& build, const Argument& argument);
void add_status_codes(Build& build, const Argument& argument);
void set_pattern(Build& build, const Argument& argument);
void set_pattern_options(Build& build, const Argument& argument);
void set_pattern_no_match(Build& build, const Argument& argument);
void set_pattern_min_offset(Build& build, const Argument& argument);
void set_pattern_max_offset(Build& build, const Argument& argument);
void set_pattern_stack(Build& build, const Argument& argument);
void set_dns_type(Build& build, const Argument& argument);
void set_dns_name(Build& build, const Argument& argument);
void set_payload(Build& build, const Argument& argument);
void set_required_reply(Build& build, const Argument& argument);
void set_command_timeout(Build& build, const Argument& argument);
void set_file_weight(Build& build, const Argument& argument);

}  // namespace understudy::config
