// The configuration language as a list of rows, for whoever wants to talk about it: the manual's check, shell
// completion, a fuzzer's dictionary. The parser reads the same rows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::config {

// Which part of the language a keyword belongs to.
enum class Tier : std::uint8_t {
    Core,    // what nearly every configuration uses
    Vrrp,    // the rest of VRRP: trackers, routes, rules, VMAC, unicast details
    Bfd,     // BFD sessions and their tracking
    Lvs,     // virtual servers and their health checkers
    Deep,    // running the daemon: scheduling, mail, SNMP, D-Bus, buffers
    Legacy,  // old names that are reported as deprecated
    Alias,   // old names that are taken without a word
};

[[nodiscard]] std::string_view name(Tier tier);

// What a second one in the same block means.
enum class Occurs : std::uint8_t {
    LastWins,
    FirstWins,  // a second one is reported and ignored
    Repeats,    // each counts
};

// In words: "once; if given again, the last one counts".
[[nodiscard]] std::string_view describe(Occurs occurs);

struct KeywordRow {
    std::string_view block;  // "vrrp_instance/authentication"; "" is the file itself, "*" everywhere
    std::string_view name;
    std::string arguments;      // grammar with ranges, as a manual shows it
    std::string_view standard;  // what holds when it is not given
    std::string_view meaning;
    Tier tier{};
    bool active = false;  // false: understood, but without effect yet
    bool opens_block = false;
    std::string_view opens;      // the path of that block
    bool opens_entries = false;  // that block has one entry a line, and its keywords follow the entry
    Occurs occurs{};
};

// Every keyword of every block, in the order of the tables.
[[nodiscard]] std::vector<KeywordRow> all_keywords();

}  // namespace understudy::config
