// Files to one listing: includes, $variables, ~loops and @conditions are resolved here, so that what follows
// only sees statements and braces. Every kind of growth is bounded: a file that includes itself, a variable
// that contains itself and a loop without end are errors, never a hang.
#pragma once

#include <cstddef>
#include <string>

#include "understudy/base/random.hpp"
#include "understudy/config/diagnostic.hpp"
#include "understudy/config/host.hpp"
#include "understudy/config/lexer.hpp"
#include "understudy/config/source.hpp"

namespace understudy::config {

struct ExpandOptions {
    std::string config_id;    // what @id lines are compared with
    bool all_config = false;  // a plain include is as strict as includea
    Seed seed;                // of ${_RANDOM}
};

struct ExpandLimits {
    static constexpr std::size_t kLineLength = 1023;  // keepalived's, without the line end
    static constexpr std::size_t kIncludeDepth = 64;
    static constexpr std::size_t kFiles = 10'000;                     // attempts to open one included
    static constexpr std::size_t kFileBytes = std::size_t{64} << 20;  // of all files together
    static constexpr std::size_t kWords = 5'000'000;  // and braces: what is left to understand
    static constexpr std::size_t kExpandedLines = 1'000'000;
    static constexpr std::size_t kExpandedBytes = std::size_t{16} << 20;    // of all expanded lines together
    static constexpr std::size_t kExpansionBytes = std::size_t{256} << 10;  // of one line
    static constexpr std::size_t kExpansionPasses = 64;                     // variables within variables
    static constexpr std::size_t kLoopDepth = 16;
};

[[nodiscard]] Listing expand(const std::string& path_or_glob, const SourceReader& reader, const Host& host,
                             const ExpandOptions& options, Sources& sources, Diagnostics& diags);

}  // namespace understudy::config
