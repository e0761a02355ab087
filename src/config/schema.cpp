#include "schema.hpp"

#include <algorithm>
#include <vector>

#include "understudy/base/text.hpp"

namespace understudy::config {

namespace {

// What the expander understands before there are words; these rows exist to be listed.
constexpr Keyword kEverywhereRows[] = {
    {"include", text("<path or glob with {a,b} braces>"), "", Tier::Core,
     "Read other files here, in sorted order"},
    {"includer", text("<path or glob>"), "", Tier::Vrrp,
     "As include; a directory or executable file is an error"},
    {"includem", text("<path or glob>"), "", Tier::Vrrp, "As includer, and a missing file is an error"},
    {"includew", text("<path or glob>"), "", Tier::Vrrp,
     "As includem, and a wildcard without a match is an error"},
    {"includeb", text("<path or glob>"), "", Tier::Vrrp,
     "As includer, and a missing brace alternative is an error"},
    {"includea", text("<path or glob>"), "", Tier::Vrrp, "All include checks at once"},
    {"$NAME=", text("VALUE"), "", Tier::Core, "Define a variable; a trailing backslash continues the value"},
    {"${NAME}", nothing(), "", Tier::Core, "Put a variable's value here"},
    {"$NAME", nothing(), "", Tier::Core, "The same before a blank, comma, closing parenthesis or line end"},
    {"${_PWD}", nothing(), "", Tier::Vrrp, "Directory of the file being read"},
    {"${_INSTANCE}", nothing(), "", Tier::Vrrp, "The instance name, empty when unset"},
    {"${_RANDOM [min [max]]}", nothing(), "0..32767", Tier::Deep, "A random number"},
    {"${_HASH}", nothing(), "#", Tier::Vrrp, "A # that begins no comment"},
    {"${_BANG}", nothing(), "!", Tier::Vrrp, "A ! that begins no comment"},
    {"${_ENV name}", nothing(), "", Tier::Vrrp, "Value of an environment variable, empty when unset"},
    {"~SEQ", free_form("(var,[start,[step,]]end)"), "start 1, step 1", Tier::Vrrp,
     "Repeat the rest of the line for each number"},
    {"~SEQx", free_form("(var,[start,[step,]]end)"), "", Tier::Deep, "The same with hexadecimal numbers"},
    {"~LST", free_form("(var,v1,v2,...) or ({v1,v2},{a,b},{c,d})"), "", Tier::Vrrp,
     "Repeat the rest of the line for each value or tuple"},
    {"@id", free_form("rest of line"), "", Tier::Core, "The line counts only for this configuration id"},
    {"@^id", free_form("rest of line"), "", Tier::Core, "The line counts for every other configuration id"},
    {"! and #", free_form("text"), "", Tier::Core, "A comment, outside double quotes"},
};

constexpr std::string_view kEverywhere = "*";

KeywordRow row_of(std::string_view block, const Keyword& keyword) {
    return {block,
            keyword.name,
            keyword.grammar.to_string(),
            keyword.standard,
            keyword.meaning,
            keyword.tier,
            block == kEverywhere || keyword.is_active(),
            keyword.block != nullptr,
            keyword.block != nullptr ? keyword.block->path : std::string_view{},
            keyword.block != nullptr && keyword.block->kind == BlockKind::Entries,
            block == kEverywhere ? Occurs::Repeats : keyword.occurs};
}

// A table that has been listed, and where its rows begin.
struct Listed {
    const Keyword* table;
    std::size_t first;
};

// What stands in a block that is not active yet has no effect.
void list_rows(const Block& block, std::size_t first, std::vector<KeywordRow>& rows) {
    const bool active = block.feature == Feature::Active;
    for (std::size_t i = 0; i < block.keywords.size(); ++i) {
        if (first + i == rows.size()) {
            rows.push_back(row_of(block.path, block.keywords[i]));
            rows.back().active = rows.back().active && active;
        } else if (active) {  // the first block that shares this table is not active, but this one is
            rows[first + i].active = block.keywords[i].is_active();
        }
    }
}

// Blocks may share their rows; each table is listed once.
void list_block(const Block& block, std::vector<Listed>& listed, std::vector<KeywordRow>& rows) {
    if (block.common != nullptr) list_block(*block.common, listed, rows);
    if (block.keywords.empty()) return;
    const auto known = std::ranges::find(listed, block.keywords.data(), &Listed::table);
    if (known != listed.end()) return list_rows(block, known->first, rows);
    listed.push_back({block.keywords.data(), rows.size()});
    list_rows(block, rows.size(), rows);
    for (const Keyword& keyword : block.keywords)
        if (keyword.block != nullptr) list_block(*keyword.block, listed, rows);
}

}  // namespace

const Keyword* find_keyword(const Block& block, std::string_view name) {
    if (block.index != nullptr) {
        for (std::size_t at = keyword_hash(name); (*block.index)[at] != kNoRow; at = (at + 1) % kIndexSize) {
            const Keyword& keyword = block.keywords[(*block.index)[at]];
            if (keyword.name == name) return &keyword;
        }
    }
    return block.common != nullptr ? find_keyword(*block.common, name) : nullptr;
}

std::optional<std::string_view> longer_keyword(const Block& block, std::string_view name) {
    const std::string end = "_" + std::string{name};
    std::optional<std::string_view> found;
    for (const Block* rows = &block; rows != nullptr; rows = rows->common) {
        for (const Keyword& keyword : rows->keywords) {
            if (!keyword.name.ends_with(end)) continue;
            if (found) return std::nullopt;
            found = keyword.name;
        }
    }
    return found;
}

std::optional<std::string_view> closest_keyword(const Block& block, std::string_view name) {
    std::vector<std::string_view> names;
    for (const Block* rows = &block; rows != nullptr; rows = rows->common)
        for (const Keyword& keyword : rows->keywords) names.push_back(keyword.name);
    return closest_word(name, names);
}

std::string_view name(Tier tier) {
    switch (tier) {
        case Tier::Core:
            return "core";
        case Tier::Vrrp:
            return "vrrp";
        case Tier::Bfd:
            return "bfd";
        case Tier::Lvs:
            return "lvs";
        case Tier::Deep:
            return "deep";
        case Tier::Legacy:
            return "legacy";
        case Tier::Alias:
            return "alias";
    }
    return "";
}

std::string_view describe(Occurs occurs) {
    switch (occurs) {
        case Occurs::LastWins:
            return "once; if given again, the last one counts";
        case Occurs::FirstWins:
            return "once; if given again, the first one counts";
        case Occurs::Repeats:
            return "any number of times";
    }
    return "";
}

std::vector<KeywordRow> all_keywords() {
    std::vector<KeywordRow> rows;
    std::vector<Listed> listed;
    for (const Keyword& keyword : kEverywhereRows) rows.push_back(row_of(kEverywhere, keyword));
    list_block(kFile, listed, rows);
    return rows;
}

}  // namespace understudy::config
