// The manual and the table of keywords say the same: a keyword that has an effect is explained in the section
// of its block, one that has none yet is listed as such, and nothing else is.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "understudy/config/keyword.hpp"

namespace understudy::config {
namespace {

constexpr std::string_view kInactive = "UNDERSTOOD, NOT YET ACTIVE";

const std::map<std::string_view, std::string_view>& sections() {
    static const std::map<std::string_view, std::string_view> kSections{
        {"", "BLOCKS AND STATEMENTS OF THE FILE"},
        {"*", "INCLUDES, VARIABLES, LOOPS, CONDITIONS"},
        {"global_defs", "GLOBAL_DEFS"},
        {"vrrp_script", "VRRP_SCRIPT"},
        {"track_file", "TRACK_FILE"},
        {"track_file entry", "TRACK_FILE ENTRIES"},
        {"vrrp_track_process", "VRRP_TRACK_PROCESS"},
        {"track_process entry", "TRACK_PROCESS ENTRIES"},
        {"track_group", "TRACK_GROUP"},
        {"garp_group", "GARP_GROUP"},
        {"vrrp_check", "VRRP_CHECK"},
        {"vrrp_instance", "VRRP_INSTANCE"},
        {"vrrp_instance/authentication", "AUTHENTICATION"},
        {"vrrp_instance/auth_hmac", "AUTH_HMAC"},
        {"vrrp_instance/split_brain", "SPLIT_BRAIN"},
        {"vrrp_instance/unicast_peer", "UNICAST_PEER"},
        {"address entry", "ADDRESS ENTRIES"},
        {"route entry", "ROUTE ENTRIES"},
        {"rule entry", "RULE ENTRIES"},
        {"track_interface", "TRACK_INTERFACE"},
        {"track_script", "TRACK_SCRIPT"},
        {"vrrp_sync_group", "VRRP_SYNC_GROUP"}};
    return kSections;
}

std::string without_escapes(std::string text) {
    for (const auto& [escape, plain] : {std::pair{"\\-", "-"}, {"\\e", "\\"}, {"\\(aq", "'"}})
        for (std::size_t at = text.find(escape); at != std::string::npos; at = text.find(escape, at + 1))
            text.replace(at, std::string_view{escape}.size(), plain);
    return text;
}

// The text of each section, by its title.
std::map<std::string, std::string> manual() {
    std::ifstream file{UNDERSTUDY_MANUAL};
    std::map<std::string, std::string> found;
    std::string title;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(".SH ")) title = line.substr(4);
        found[title] += without_escapes(line) + "\n";
    }
    return found;
}

// "auth_pass" is the head of a paragraph: "\n.TP\n.B auth_pass <string>".
bool explains(const std::string& section, std::string_view keyword) {
    const std::string entry = "\n.TP\n.B " + std::string{keyword};
    return section.contains(entry + "\n") || section.contains(entry + " ");
}

// Load balancing is not active yet, but long enough to be explained: a table for each block in a section of
// its own, a row "\\fBKEYWORD\\fR" for each keyword.
constexpr std::string_view kTables = "VIRTUAL SERVERS";

bool has_a_table(std::string_view block) { return block == "SSL" || block.starts_with("virtual_server"); }

// The keywords of each table, by the title of its subsection.
std::map<std::string, std::set<std::string>> tables() {
    constexpr std::string_view kRow = "\\fB";
    std::istringstream section{manual()[std::string{kTables}]};
    std::map<std::string, std::set<std::string>> found;
    std::string title;
    for (std::string line; std::getline(section, line);) {
        if (line.starts_with(".SS ")) title = line.substr(4);
        if (line.starts_with(kRow))
            found[title].insert(line.substr(kRow.size(), line.find("\\fR") - kRow.size()));
    }
    return found;
}

bool lists(const std::string& section, std::string_view keyword) {
    std::string words = section;
    for (char& c : words)
        if (c == '\n' || c == ',') c = ' ';
    return words.contains(" " + std::string{keyword} + " ");
}

TEST(Manual, ExplainsEveryKeywordThatHasAnEffect) {
    std::map<std::string, std::string> found = manual();
    for (const KeywordRow& row : all_keywords()) {
        if (!row.active) continue;
        const auto section = sections().find(row.block);
        ASSERT_NE(section, sections().end()) << "no section for the block " << row.block;
        EXPECT_TRUE(explains(found[std::string{section->second}], row.name)) << row.block << ": " << row.name;
    }
}

TEST(Manual, ExplainsOrListsEveryKeywordThatHasNoneYet) {
    std::map<std::string, std::string> found = manual();
    for (const KeywordRow& row : all_keywords()) {
        if (row.active || has_a_table(row.block)) continue;
        const auto section = sections().find(row.block);
        const bool explained =
            section != sections().end() && explains(found[std::string{section->second}], row.name);
        EXPECT_TRUE(explained || lists(found[std::string{kInactive}], row.name))
            << row.block << ": " << row.name;
    }
}

TEST(Manual, HasATableForEveryBlockOfLoadBalancing) {
    std::map<std::string, std::set<std::string>> known;
    for (const KeywordRow& row : all_keywords())
        if (has_a_table(row.block)) known[std::string{row.block}].insert(std::string{row.name});
    EXPECT_EQ(tables(), known);
}

TEST(Manual, ExplainsNothingThatIsNotInTheTable) {
    std::map<std::string_view, std::set<std::string>> known;
    for (const KeywordRow& row : all_keywords())
        if (sections().contains(row.block)) known[sections().at(row.block)].insert(std::string{row.name});
    std::map<std::string, std::string> found = manual();
    for (const auto& [title, names] : known) {
        std::istringstream section{found[std::string{title}]};
        bool entry = false;
        for (std::string line; std::getline(section, line); entry = line == ".TP") {
            if (!entry || !line.starts_with(".B ")) continue;
            const auto matches = [&](const std::string& name) {
                return (line + " ").starts_with(".B " + name + " ");
            };
            EXPECT_TRUE(std::ranges::any_of(names, matches)) << title << ": " << line;
        }
    }
}

}  // namespace
}  // namespace understudy::config
