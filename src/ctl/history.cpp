#include "understudy/ctl/history.hpp"

#include <array>
#include <utility>

#include <nlohmann/json.hpp>

#include "understudy/base/date.hpp"

namespace understudy::ctl {

namespace {

using nlohmann::json;

constexpr std::array kKinds{HistoryKind::Role,     HistoryKind::Priority, HistoryKind::Fault,
                            HistoryKind::Repair,   HistoryKind::Reload,   HistoryKind::Order,
                            HistoryKind::Conflict, HistoryKind::Process};
constexpr double kLongestLasted = 1e12;  // s: beyond that the number is no duration of ours

std::string text_at(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<HistoryKind> kind_named(std::string_view word) {
    for (const HistoryKind kind : kKinds)
        if (name(kind) == word) return kind;
    return std::nullopt;
}

std::optional<milliseconds> duration_at(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number()) return std::nullopt;
    const auto length = found->get<double>();
    if (!(length >= 0 && length < kLongestLasted)) return std::nullopt;
    return std::chrono::round<milliseconds>(std::chrono::duration<double>{length});
}

// Calls with each line that has an end; what follows the last end was never finished.
template <typename Take>
bool for_each_line(std::string_view text, Take take) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return false;
        take(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return true;
}

}  // namespace

std::string_view name(HistoryKind kind) {
    switch (kind) {
        case HistoryKind::Role:
            return "role";
        case HistoryKind::Priority:
            return "priority";
        case HistoryKind::Fault:
            return "fault";
        case HistoryKind::Repair:
            return "repair";
        case HistoryKind::Reload:
            return "reload";
        case HistoryKind::Order:
            return "order";
        case HistoryKind::Conflict:
            return "conflict";
        case HistoryKind::Process:
            return "process";
    }
    return "";
}

json to_json(const HistoryEntry& entry) {
    json object{{"at", date_text(entry.at)}, {"kind", name(entry.kind)}, {"reason", entry.reason}};
    if (!entry.instance.empty()) object["instance"] = entry.instance;
    if (!entry.before.empty()) object["before"] = entry.before;
    if (!entry.after.empty()) object["after"] = entry.after;
    if (entry.lasted) object["seconds_before"] = std::chrono::duration<double>(*entry.lasted).count();
    return object;
}

std::string to_line(const HistoryEntry& entry) {
    return to_json(entry).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<HistoryEntry> history_entry(const json& object) {
    if (!object.is_object()) return std::nullopt;
    const auto at = parse_date(text_at(object, "at"));
    const auto kind = kind_named(text_at(object, "kind"));
    if (!at || !kind) return std::nullopt;
    return HistoryEntry{*at,
                        *kind,
                        text_at(object, "instance"),
                        text_at(object, "before"),
                        text_at(object, "after"),
                        duration_at(object, "seconds_before"),
                        text_at(object, "reason")};
}

HistoryFormat format_of(std::string_view text) {
    const std::size_t end = text.find('\n');
    const std::string_view head = text.substr(0, end);
    if (head == kHistoryHead && end != std::string_view::npos) return HistoryFormat::Ours;
    if (end == std::string_view::npos && kHistoryHead.starts_with(head)) return HistoryFormat::Nothing;
    const json object = json::parse(head, nullptr, false);
    const bool named = object.is_object() && text_at(object, "format") == "understudy-history";
    return named ? HistoryFormat::Newer : HistoryFormat::Foreign;
}

HistoryText parse_history(std::string_view text) {
    HistoryText found{.format = format_of(text)};
    if (found.format != HistoryFormat::Ours) return found;
    const bool whole = for_each_line(text.substr(kHistoryHead.size() + 1), [&](std::string_view line) {
        if (auto entry = history_entry(json::parse(line, nullptr, false)))
            found.entries.push_back(*std::move(entry));
        else
            ++found.unreadable;
    });
    if (!whole) ++found.unreadable;
    return found;
}

bool HistoryFilter::takes(const HistoryEntry& entry) const {
    const bool concerned = !instance || entry.instance.empty() || entry.instance == *instance;
    return concerned && (!since || entry.at >= *since);
}

}  // namespace understudy::ctl
