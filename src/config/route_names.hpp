// The numbers behind the names that iproute2's files give to tables, protocols, scopes, realms, groups of
// links and types of service. The host's files are asked first; what everybody has is known without them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "understudy/config/host.hpp"

namespace understudy::config {

// The number itself (decimal, or hexadecimal after 0x) or what the name stands for.
[[nodiscard]] std::optional<std::uint32_t> number_of(NameKind kind, std::string_view text, const Host* host,
                                                     const NameFolders& folders);
[[nodiscard]] std::optional<std::uint32_t> parse_id(std::string_view text);
[[nodiscard]] std::string_view noun_of(NameKind kind);  // "routing table"

}  // namespace understudy::config
