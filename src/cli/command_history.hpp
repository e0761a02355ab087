// understudyctl history: what has happened, from the running daemon or, when there is none, from its file.
#pragma once

#include <string>

#include "command.hpp"

namespace understudy::cli {

extern const Command kHistory;

// Where the daemon behind this socket keeps it unless it was told otherwise.
[[nodiscard]] std::string history_file_beside(const std::string& socket);

}  // namespace understudy::cli
