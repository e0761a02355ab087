// What the keywords of vrrp_check do that is more than setting a value.
#pragma once

#include <optional>
#include <string_view>

#include "bind.hpp"

namespace understudy::config {

// Not empty, without blanks and control characters.
[[nodiscard]] bool is_one_word(std::string_view text);

// The address of one host; anything else is reported. Looking a name up may take longer than any service, and
// would ask the name server instead of the service.
[[nodiscard]] std::optional<net::Address> host_in(Build& build, const Word& word);

bool open_check(Build& build, const Statement& header);
void set_ping(Build& build, const Argument& argument);         // <address>
void set_tcp(Build& build, const Argument& argument);          // <address> <port>
void set_http(Build& build, const Argument& argument);         // http://<address>[:<port>][/<path>]
void set_arp(Build& build, const Argument& argument);          // <address>
void set_http_status(Build& build, const Argument& argument);  // <code> [<code>]

}  // namespace understudy::config
