// `complete`: what may follow on a command line, for the shell. The script in conf/completion asks on every
// press of the key, so it never lags behind the tables of commands and keywords.
#pragma once

#include <string>
#include <vector>

#include "command.hpp"

namespace understudy::cli {

extern const Command kComplete;

struct Candidates {
    bool files = false;  // the shell knows better
    std::vector<std::string> words;
};

// `words`: behind the program's name, the last being the one that is typed, perhaps empty.
[[nodiscard]] Candidates candidates(const std::vector<std::string>& words);

}  // namespace understudy::cli
