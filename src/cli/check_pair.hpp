// `check-pair`: whether the configurations of several hosts work together.
#pragma once

#include <optional>
#include <string>

#include "command.hpp"

namespace understudy::cli {

extern const Command kCheckPair;

// A word of the command line: FILE, NAME=FILE or NAME@ID=FILE.
struct HostWord {
    std::string name;       // of the host; the file's own name without its ending unless given
    std::string config_id;  // for @id lines; the host's name unless given
    std::string file;

    friend bool operator==(const HostWord&, const HostWord&) = default;
};

// None: there is nothing in it that could be a file.
[[nodiscard]] std::optional<HostWord> parse_host(const std::string& word);

}  // namespace understudy::cli
