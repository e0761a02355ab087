// An address with or without a prefix length, as a word of an entry.
#pragma once

#include <optional>

#include "understudy/config/diagnostic.hpp"
#include "understudy/config/lexer.hpp"
#include "understudy/net/address.hpp"

namespace understudy::config {

// "192.0.2.1/24"; a bad length is reported and the full length used. None after a complaint.
[[nodiscard]] std::optional<net::Prefix> read_prefix(const Word& word, Diagnostics& diags);

}  // namespace understudy::config
