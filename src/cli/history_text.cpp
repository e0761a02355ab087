#include "history_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "understudy/base/date.hpp"

namespace understudy::cli {

namespace {

constexpr std::string_view kWholeDaemon = "-";

std::string change_of(const ctl::HistoryEntry& entry) {
    switch (entry.kind) {
        case ctl::HistoryKind::Role:
            return fmt::format("{} -> {}", entry.before, entry.after);
        case ctl::HistoryKind::Priority:
            return fmt::format("priority {} -> {}", entry.before, entry.after);
        case ctl::HistoryKind::Fault:
            return "still in FAULT, now because";
        case ctl::HistoryKind::Repair:
            return "repair";
        case ctl::HistoryKind::Reload:
            return "reload";
        case ctl::HistoryKind::Order:
            return "order";
        case ctl::HistoryKind::Conflict:
            return "split brain";
        case ctl::HistoryKind::Process:
            return "process";
    }
    return "";
}

}  // namespace

std::string event_text(const ctl::HistoryEntry& entry) {
    std::string text = change_of(entry);
    if (entry.lasted) text += " after " + duration_text(*entry.lasted);
    return entry.reason.empty() ? text : text + ": " + entry.reason;
}

std::string history_text(std::span<const ctl::HistoryEntry> entries, const Zone& zone) {
    std::size_t width = kWholeDaemon.size();
    for (const ctl::HistoryEntry& entry : entries) width = std::max(width, entry.instance.size());
    std::string text;
    for (const ctl::HistoryEntry& entry : entries)
        text += fmt::format("{}  {:<{}}  {}\n", local_date(entry.at, zone),
                            entry.instance.empty() ? kWholeDaemon : std::string_view{entry.instance}, width,
                            event_text(entry));
    return text;
}

}  // namespace understudy::cli
