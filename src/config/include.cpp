#include "include.hpp"

#include <utility>

#include "understudy/config/lexer.hpp"

namespace understudy::config {

namespace {

struct Variant {
    std::string_view keyword;
    IncludeStrictness strictness;
};

constexpr Variant kVariants[] = {
    {"include", {}},
    {"includer", {.read = true}},
    {"includem", {.read = true, .match = true}},
    {"includew", {.read = true, .match = true, .wildcard_match = true}},
    {"includeb", {.read = true, .brace_match = true}},
    {"includea", kAllChecks},
};

}  // namespace

std::optional<IncludeStrictness> include_keyword(std::string_view line) {
    if (!line.starts_with("include")) return std::nullopt;
    for (const Variant& variant : kVariants) {
        const std::size_t length = variant.keyword.size();
        if (line.starts_with(variant.keyword) && (line.size() == length || is_blank(line[length])))
            return variant.strictness;
    }
    return std::nullopt;
}

void apply_include_check(std::string_view word, IncludeStrictness& strictness) {
    const bool on = !word.starts_with('-');
    if (word.starts_with('-') || word.starts_with('+')) word.remove_prefix(1);
    if (word == "read") strictness.read = on;
    if (word == "match") strictness.match = on;
    if (word == "wildcard_match") strictness.wildcard_match = on;
    if (word == "brace_match") strictness.brace_match = on;
}

std::vector<IncludeTarget> include_targets(std::string_view name, std::string_view directory,
                                           const SourceReader& reader, IncludeStrictness strictness) {
    std::vector<IncludeTarget> targets;
    const std::vector<std::string> alternatives = brace_alternatives(name);
    for (const std::string& alternative : alternatives) {
        IncludeTarget target;
        const bool relative = !alternative.starts_with('/');
        target.pattern =
            relative && directory != "." ? std::string{directory} + "/" + alternative : alternative;
        target.must_read = strictness.read;
        if (has_wildcard(alternative)) {
            auto found = reader.glob(target.pattern);
            if (!found) target.fault = found.error();
            target.paths = std::move(found).value_or(std::vector<std::string>{});
            target.must_match = strictness.wildcard_match;
        } else {
            target.paths = {target.pattern};
            target.must_exist = alternatives.size() > 1 ? strictness.brace_match : strictness.match;
        }
        targets.push_back(std::move(target));
    }
    return targets;
}

std::string directory_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return ".";
    return std::string{path.substr(0, slash == 0 ? 1 : slash)};
}

}  // namespace understudy::config
