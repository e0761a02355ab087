// What has happened to the instances and to the daemon, as it is remembered: one entry for each change of a
// role, a priority or the reasons of a fault, for each repair, reload and order, and for each start and end
// of the vrrp process, with its time and its reason in words. As text an entry is one JSON object a line; a
// file of them begins with a line that says what it is. Reading never fails: what cannot be read is counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "understudy/base/time.hpp"

namespace understudy::ctl {

enum class HistoryKind : std::uint8_t {
    Role,      // before and after: "BACKUP", "MASTER"
    Priority,  // before and after: numbers
    Fault,     // an instance in FAULT has other reasons for it than before
    Repair,    // what somebody took out of the kernel was put back
    Reload,    // taken or refused
    Order,     // of the operator, and what came of it
    Conflict,  // a second machine has the addresses, what came of it, and its end
    Process,   // the vrrp process or the daemon began or ended
};
[[nodiscard]] std::string_view name(HistoryKind kind);  // "role"

struct HistoryEntry {
    WallTime at{};
    HistoryKind kind = HistoryKind::Role;
    std::string instance = {};  // empty: the whole daemon
    std::string before = {};    // empty: it has no such state
    std::string after = {};
    std::optional<milliseconds> lasted = std::nullopt;  // what was before
    std::string reason = {};
    friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

// The first line of a file, without its end.
inline constexpr std::string_view kHistoryHead = R"({"format":"understudy-history","version":1})";

[[nodiscard]] nlohmann::json to_json(const HistoryEntry& entry);
// One line, without its end. Octets that are not UTF-8 are replaced.
[[nodiscard]] std::string to_line(const HistoryEntry& entry);
// None: it is no entry, or one of a kind that a later version knows.
[[nodiscard]] std::optional<HistoryEntry> history_entry(const nlohmann::json& object);

// What a file is, by what it begins with.
enum class HistoryFormat : std::uint8_t {
    Ours,
    Nothing,  // empty, or a first line that was never finished
    Newer,    // a history of a later version
    Foreign,
};
[[nodiscard]] HistoryFormat format_of(std::string_view text);

struct HistoryText {
    HistoryFormat format = HistoryFormat::Nothing;
    std::vector<HistoryEntry> entries = {};
    std::size_t unreadable = 0;  // lines
    friend bool operator==(const HistoryText&, const HistoryText&) = default;
};
[[nodiscard]] HistoryText parse_history(std::string_view text);

// Of this instance or of the whole daemon, and not before that time.
struct HistoryFilter {
    std::optional<std::string> instance = std::nullopt;
    std::optional<WallTime> since = std::nullopt;
    [[nodiscard]] bool takes(const HistoryEntry& entry) const;
};

}  // namespace understudy::ctl
