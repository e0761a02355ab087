#include "understudy/config/source.hpp"

#include <algorithm>
#include <utility>

namespace understudy::config {

namespace {

constexpr std::size_t kMostAlternatives = 1024;

// Where the class "[...]" that begins at `at` ends (past its bracket), or npos when it never does.
std::size_t class_end(std::string_view pattern, std::size_t at) {
    std::size_t end = at + 1;
    if (end < pattern.size() && (pattern[end] == '!' || pattern[end] == '^')) ++end;
    if (end < pattern.size() && pattern[end] == ']') ++end;
    end = pattern.find(']', end);
    return end == std::string_view::npos ? end : end + 1;
}

bool class_contains(std::string_view members, char c) {
    const bool negated = !members.empty() && (members[0] == '!' || members[0] == '^');
    if (negated) members.remove_prefix(1);
    bool found = false;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (i + 2 < members.size() && members[i + 1] == '-') {
            found = found || (members[i] <= c && c <= members[i + 2]);
            i += 2;
        } else {
            found = found || members[i] == c;
        }
    }
    return found != negated;
}

// Matches one character; moves `at` past the piece of the pattern that did.
bool match_one(std::string_view pattern, std::size_t& at, char c, bool begins_name) {
    if (pattern[at] == c && c != '[') {
        ++at;
        return true;
    }
    if (c == '/' || (begins_name && c == '.')) return false;
    if (pattern[at] == '?') {
        ++at;
        return true;
    }
    if (pattern[at] != '[') return false;
    const std::size_t end = class_end(pattern, at);
    if (end == std::string_view::npos || !class_contains(pattern.substr(at + 1, end - at - 2), c))
        return false;
    at = end;
    return true;
}

// The brace that closes the one at `open`, or npos.
std::size_t closing_brace(std::string_view text, std::size_t open) {
    std::size_t depth = 0;
    for (std::size_t i = open; i < text.size(); ++i) {
        if (text[i] == '{') ++depth;
        if (text[i] == '}' && --depth == 0) return i;
    }
    return std::string_view::npos;
}

void add_alternatives(std::string_view pattern, std::vector<std::string>& all) {
    const std::size_t open = pattern.find('{');
    const std::size_t close = open == std::string_view::npos ? open : closing_brace(pattern, open);
    if (close == std::string_view::npos) {
        if (all.size() < kMostAlternatives) all.emplace_back(pattern);
        return;
    }
    std::size_t begin = open + 1;
    std::size_t depth = 0;
    for (std::size_t i = begin; i <= close && all.size() < kMostAlternatives; ++i) {
        if (pattern[i] == '{') ++depth;
        if (pattern[i] == '}' && i != close) --depth;
        if (i != close && (pattern[i] != ',' || depth > 0)) continue;
        std::string one{pattern.substr(0, open)};
        one += pattern.substr(begin, i - begin);
        one += pattern.substr(close + 1);
        add_alternatives(one, all);
        begin = i + 1;
    }
}

}  // namespace

std::string_view name(ReadFault fault) {
    switch (fault) {
        case ReadFault::Missing:
            return "there is no such file";
        case ReadFault::Directory:
            return "it is a directory";
        case ReadFault::Executable:
            return "it is executable";
        case ReadFault::Forbidden:
            return "who reads this has no permission to read it";
        case ReadFault::Unreadable:
            return "it cannot be read";
    }
    return "";
}

void MemoryReader::add(std::string path, std::string contents) {
    files_.insert_or_assign(std::move(path), std::move(contents));
}

void MemoryReader::add_fault(std::string path, ReadFault fault) {
    files_.insert_or_assign(std::move(path), std::unexpected(fault));
}

std::expected<std::string, ReadFault> MemoryReader::read(const std::string& path) const {
    const auto found = files_.find(path);
    if (found == files_.end()) return std::unexpected(ReadFault::Missing);
    return found->second;
}

// A fault of a pattern is one of the folder.
std::expected<std::vector<std::string>, ReadFault> MemoryReader::glob(const std::string& pattern) const {
    const auto known = files_.find(pattern);
    if (known != files_.end() && !known->second) return std::unexpected(known->second.error());
    std::vector<std::string> paths;
    for (const auto& [path, contents] : files_)
        if (glob_matches(pattern, path)) paths.push_back(path);
    return paths;
}

bool glob_matches(std::string_view pattern, std::string_view path) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;  // the last star, and how far it reaches by now
    std::size_t star_end = 0;
    const auto begins_name = [&](std::size_t at) { return at == 0 || path[at - 1] == '/'; };
    while (t < path.size() || p < pattern.size()) {
        if (p < pattern.size() && pattern[p] == '*' &&
            !(t < path.size() && path[t] == '.' && begins_name(t))) {
            star = p++;
            star_end = t;
        } else if (p < pattern.size() && t < path.size() && match_one(pattern, p, path[t], begins_name(t))) {
            ++t;
        } else if (star != std::string_view::npos && star_end < path.size() && path[star_end] != '/') {
            p = star + 1;
            t = ++star_end;
        } else {
            return false;
        }
    }
    return true;
}

bool has_wildcard(std::string_view pattern) { return pattern.find_first_of("*?[") != std::string_view::npos; }

std::vector<std::string> brace_alternatives(std::string_view pattern) {
    std::vector<std::string> all;
    add_alternatives(pattern, all);
    return all;
}

std::uint32_t Sources::add(std::string path, std::string contents) {
    Indexed& added = files_.emplace_back(Indexed{{std::move(path), std::move(contents)}, {0}});
    const std::string& text = added.file.contents;
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1))
        added.line_starts.push_back(static_cast<std::uint32_t>(at + 1));
    return static_cast<std::uint32_t>(files_.size() - 1);
}

std::string_view Sources::line(std::uint32_t file, std::uint32_t number) const {
    if (file >= files_.size() || number == 0 || number > files_[file].line_starts.size()) return {};
    std::string_view line{files_[file].file.contents};
    line.remove_prefix(files_[file].line_starts[number - 1]);
    line = line.substr(0, line.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::vector<SourceFile> Sources::copy() const {
    std::vector<SourceFile> all;
    for (const Indexed& indexed : files_) all.push_back(indexed.file);
    return all;
}

}  // namespace understudy::config
