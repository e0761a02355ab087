// The include family: include, includer, includem, includew, includeb and includea differ only in what they
// forgive.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/config/source.hpp"

namespace understudy::config {

struct IncludeStrictness {
    bool read = false;            // a directory or an executable file is an error
    bool match = false;           // a missing file is
    bool wildcard_match = false;  // a wildcard that matches nothing is
    bool brace_match = false;     // a missing alternative of a brace list is

    friend IncludeStrictness operator|(IncludeStrictness a, IncludeStrictness b) {
        return {a.read || b.read, a.match || b.match, a.wildcard_match || b.wildcard_match,
                a.brace_match || b.brace_match};
    }
};

inline constexpr IncludeStrictness kAllChecks{true, true, true, true};

// None when the line is no include.
[[nodiscard]] std::optional<IncludeStrictness> include_keyword(std::string_view line);

// A word of include_check: "match", "+wildcard_match", "-read", ...
void apply_include_check(std::string_view word, IncludeStrictness& strictness);

// One alternative of an include, and what is an error there.
struct IncludeTarget {
    std::string pattern;
    std::vector<std::string> paths;
    std::optional<ReadFault> fault;  // of the folder that they would be in
    bool must_match = false;         // an empty list of paths is an error
    bool must_exist = false;
    bool must_read = false;
};

[[nodiscard]] std::vector<IncludeTarget> include_targets(std::string_view name, std::string_view directory,
                                                         const SourceReader& reader,
                                                         IncludeStrictness strictness);

// "." for a file without a directory.
[[nodiscard]] std::string directory_of(std::string_view path);

}  // namespace understudy::config
