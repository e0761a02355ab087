// The lists in which a host gives names to tables, protocols, scopes and the like: iproute2's files, and
// protocols(5). Only their syntax; who reads the files hands over their text.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/config/host.hpp"

namespace understudy::host {

using NameList = std::map<std::string, std::uint32_t, std::less<>>;

// Adds the names of one file; the first one of a name counts.
void read_name_list(config::NameKind kind, std::string_view text, NameList& list);
// Where they may be, the host's own before those that came with iproute2.
[[nodiscard]] std::vector<std::string> name_list_patterns(config::NameKind kind,
                                                          const config::NameFolders& folders);

}  // namespace understudy::host
