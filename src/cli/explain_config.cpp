#include "explain_config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "understudy/base/text.hpp"
#include "understudy/config/keyword.hpp"

#include "commands.hpp"

namespace understudy::cli {

namespace {

using config::KeywordRow;
using Rows = std::vector<KeywordRow>;

constexpr std::string_view kFile{};
constexpr std::string_view kEverywhere = "*";
constexpr std::size_t kListWidth = 30;  // of keywords in a list, with what follows them
constexpr std::size_t kPageWidth = 78;

std::string with_arguments(const KeywordRow& row) {
    return row.arguments.empty() ? std::string{row.name} : fmt::format("{} {}", row.name, row.arguments);
}

// The blocks a keyword may stand in, as one opens them: "vrrp_instance, vrrp_sync_group". Several blocks may
// share one table of keywords.
std::string homes(const Rows& rows, std::string_view block) {
    if (block == kFile) return "the file itself, outside of all blocks";
    if (block == kEverywhere) return "every place of every file";
    if (block.ends_with("/*")) return "every block of " + std::string{block.substr(0, block.size() - 2)};
    std::string text;
    for (const KeywordRow& row : rows) {
        if (!row.opens_block || row.opens != block) continue;
        const std::string_view parent = row.block;
        text +=
            fmt::format("{}{}{}{}", text.empty() ? "" : ", ", parent, parent.empty() ? "" : "/", row.name);
    }
    return text.empty() ? std::string{block} : text;
}

// Lines of at most the width of a page, each indented.
std::string wrapped(std::string_view text, std::size_t indent) {
    std::string result(indent, ' ');
    std::size_t column = indent;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (column > indent && column + 1 + end > kPageWidth) {
            result += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            result += ' ';
            ++column;
        }
        result += text.substr(0, end);
        column += end;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return result + "\n";
}

std::string explanation(const Rows& rows, const KeywordRow& row) {
    std::string text = fmt::format("{}{}\n", with_arguments(row), row.opens_block ? " { … }" : "");
    text += wrapped(row.meaning, 4);
    const auto line = [&](std::string_view title, std::string_view value) {
        text += fmt::format("    {:<9} {}\n", title, value);
    };
    line("stands in", homes(rows, row.block));
    if (!row.standard.empty()) line("default", row.standard);
    line("occurs", config::describe(row.occurs));
    line("tier", config::name(row.tier));
    line("effect", row.active ? "active" : "none yet: it is read and checked only");
    return text;
}

std::string list_line(const KeywordRow& row, std::size_t indent) {
    const std::string margin(indent, ' ');
    const std::string head = with_arguments(row);
    const std::string_view note = row.active ? "" : " (no effect yet)";
    if (head.size() < kListWidth)
        return fmt::format("{}{:<{}} {}{}\n", margin, head, kListWidth, row.meaning, note);
    return fmt::format("{0}{1}\n{0}{2:<{3}} {4}{5}\n", margin, head, "", kListWidth, row.meaning, note);
}

std::string contents(const Rows& rows, const KeywordRow& block) {
    std::string text;
    for (const KeywordRow& row : rows)
        if (row.block == block.opens) text += list_line(row, 4);
    if (text.empty()) return "";
    return fmt::format(
        "  {}\n{}",
        block.opens_entries ? "What may follow on each of its lines:" : "What may stand in it:", text);
}

// The block with all blocks in it.
void grow(const Rows& rows, std::string_view block, std::size_t indent, std::string& tree) {
    for (const KeywordRow& row : rows) {
        if (row.block != block || !row.opens_block) continue;
        const auto inside = std::ranges::count(rows, row.opens, &KeywordRow::block);
        const std::string head = std::string(indent, ' ') + with_arguments(row);
        tree += fmt::format("{:<{}} {}{}{}\n", head, kListWidth + 10, row.meaning,
                            row.opens.empty() || inside == 0
                                ? ""
                                : fmt::format(" [{} keyword{}]", inside, inside == 1 ? "" : "s"),
                            row.active ? "" : " (no effect yet)");
        if (!row.opens.empty()) grow(rows, row.opens, indent + 4, tree);
    }
}

std::string all_blocks(const Rows& rows) {
    std::string text = "Blocks, each with the blocks that may stand in it:\n\n";
    grow(rows, kFile, 2, text);
    text += "\nStatements outside of all blocks:\n\n";
    for (const KeywordRow& row : rows)
        if (row.block == kFile && !row.opens_block) text += list_line(row, 2);
    text += "\nEverywhere:\n\n";
    for (const KeywordRow& row : rows)
        if (row.block == kEverywhere) text += list_line(row, 2);
    return text + "\n`understudyctl explain-config NAME` says more about a block or a keyword.\n";
}

nlohmann::ordered_json to_json(const Rows& rows, const KeywordRow& row) {
    nlohmann::ordered_json one{{"keyword", row.name},
                               {"block", row.block},
                               {"stands_in", homes(rows, row.block)},
                               {"arguments", row.arguments},
                               {"default", row.standard},
                               {"meaning", row.meaning},
                               {"occurs", config::describe(row.occurs)},
                               {"tier", config::name(row.tier)},
                               {"active", row.active},
                               {"opens_block", row.opens_block}};
    if (row.opens_block) one["opens"] = row.opens;
    return one;
}

// "priority", or "vrrp_instance/priority" for one of several.
bool answers(const KeywordRow& row, std::string_view asked) {
    if (row.name == asked) return true;
    if (row.opens_block && row.opens == asked) return true;
    const std::size_t slash = asked.rfind('/');
    return slash != std::string_view::npos && row.block == asked.substr(0, slash) &&
           row.name == asked.substr(slash + 1);
}

int unknown(const Rows& rows, const std::string& asked, Console& console) {
    std::vector<std::string_view> names;
    for (const KeywordRow& row : rows) names.push_back(row.name);
    console.err << fmt::format("understudyctl: there is no keyword or block {}{}\n", quote(asked),
                               suggestion(asked, names));
    return kFailed;
}

int explain_config(const Arguments& arguments, Console& console) {
    const Rows rows = config::all_keywords();
    Rows chosen = rows;
    if (!arguments.words.empty())
        std::erase_if(chosen, [&](const KeywordRow& row) { return !answers(row, arguments.words.front()); });
    if (chosen.empty()) return unknown(rows, arguments.words.front(), console);
    if (arguments.has(kJson.name)) {
        auto all = nlohmann::ordered_json::array();
        for (const KeywordRow& row : chosen) all.push_back(to_json(rows, row));
        console.out << all.dump(2) << "\n";
        return kDone;
    }
    if (arguments.words.empty()) {
        console.out << all_blocks(rows);
        return kDone;
    }
    std::vector<std::string_view> shown_blocks;  // the contents of shared ones are shown once
    for (const KeywordRow& row : chosen) {
        if (&row != &chosen.front()) console.out << "\n";
        console.out << explanation(rows, row);
        if (!row.opens_block || row.opens.empty() || std::ranges::count(shown_blocks, row.opens) > 0)
            continue;
        shown_blocks.push_back(row.opens);
        console.out << contents(rows, row);
    }
    return kDone;
}

constexpr Option kExplainOptions[] = {kJson};

}  // namespace

constinit const Command kExplainConfig{
    .name = "explain-config",
    .words = {.synopsis = "[KEYWORD|BLOCK]", .most = 1, .completion = Completion::Keywords},
    .meaning = "Explain a keyword or a block of the configuration, or list all blocks",
    .details =
        "For a keyword: what it takes, where it stands, what holds without it, how often it may\n"
        "occur, and whether it has an effect. One that stands in several blocks is shown for each;\n"
        "BLOCK/KEYWORD chooses one. For a block: also what may stand in it. Without a word: the\n"
        "tree of all blocks. The exit status is 1 when there is no such keyword or block.",
    .options = kExplainOptions,
    .run = explain_config};

}  // namespace understudy::cli
