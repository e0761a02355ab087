// Walks the statements and braces of a listing by the tables of the schema and writes what it finds into a
// draft.
#pragma once

#include "understudy/config/diagnostic.hpp"
#include "understudy/config/host.hpp"
#include "understudy/config/lexer.hpp"

#include "draft.hpp"

namespace understudy::config {

// No host: names that only a host knows are none.
[[nodiscard]] Draft parse(const Listing& listing, const Host* host, Diagnostics& diags);

}  // namespace understudy::config
