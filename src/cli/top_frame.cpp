#include "top_frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "understudy/ctl/history.hpp"

#include "control_text.hpp"
#include "history_text.hpp"

namespace understudy::cli {

namespace {

using nlohmann::json;

constexpr std::size_t kLeastTimeline = 4;  // rows, with its heading
constexpr std::size_t kLongestName = 24;
constexpr double kLeastPassed = 0.2;  // s: below that a rate says nothing

std::string string_at(const json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<double> number_at(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number()) return std::nullopt;
    return found->get<double>();
}

std::string whole_at(const json& object, const char* key) {
    const auto number = number_at(object, key);
    return number ? fmt::format("{:.0f}", *number) : "";
}

double counted_in(const json& instance, const char* key) {
    const auto counters = instance.find("counters");
    if (counters == instance.end() || !counters->is_object()) return 0;
    return number_at(*counters, key).value_or(0);
}

std::vector<json> objects_at(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_array()) return {};
    std::vector<json> list;
    for (const json& one : *found)
        if (one.is_object()) list.push_back(one);
    return list;
}

std::string master_of(const json& instance) {
    if (string_at(instance, "state") == "MASTER") return "this host";
    const std::string master = string_at(instance, "master");
    if (master.empty()) return "-";
    const std::string priority = whole_at(instance, "master_priority");
    return priority.empty() ? master : fmt::format("{} ({})", master, priority);
}

std::string addresses_of(const json& instance) {
    const auto addresses = objects_at(instance, "addresses");
    const auto present = std::ranges::count_if(
        addresses, [](const json& one) { return one.value("present", json()) == true; });
    return fmt::format("{}/{}", present, addresses.size());
}

std::string tracked_by(const json& instance) {
    const auto trackers = objects_at(instance, "trackers");
    if (trackers.empty()) return "-";
    std::string bad;
    for (const json& tracker : trackers)
        if (string_at(tracker, "health") == "bad")
            bad += (bad.empty() ? "" : ", ") + string_at(tracker, "name");
    return bad.empty() ? fmt::format("{} good", trackers.size()) : "bad: " + bad;
}

Emphasis emphasis_of(const json& instance) {
    const std::string state = string_at(instance, "state");
    if (state == "MASTER") return Emphasis::Good;
    if (state == "FAULT") return Emphasis::Bad;
    return Emphasis::None;
}

std::string row_of(const json& instance, const TopView& view, std::size_t width) {
    const std::string name = string_at(instance, "name");
    const auto rate = view.rates.find(name);
    const TopView::Rate adverts = rate == view.rates.end() ? TopView::Rate{} : rate->second;
    const std::string priority =
        fmt::format("{}/{}", whole_at(instance, "priority"), whole_at(instance, "base_priority"));
    return fmt::format("{:<{}}  {:<6}  {:<12}  {:<7}  {:<22}  {:>5.1f} {:>5.1f}  {:<5}  {}",
                       fitting(name, width), width, string_at(instance, "state"),
                       seconds_in_words(number_at(instance, "seconds_in_state").value_or(0)), priority,
                       master_of(instance), adverts.sent, adverts.heard, addresses_of(instance),
                       tracked_by(instance));
}

std::size_t name_width(const json& instances) {
    std::size_t width = std::string_view{"INSTANCE"}.size();
    for (const json& instance : instances)
        if (instance.is_object()) width = std::max(width, string_at(instance, "name").size());
    return std::min(width, kLongestName);
}

ScreenLine heading(const TopView& view, const Zone& zone) {
    constexpr std::array kStates{"MASTER", "BACKUP", "FAULT", "INIT"};
    std::string counts;
    for (const char* const state : kStates) {
        const auto count = std::ranges::count_if(view.instances, [&](const json& instance) {
            return instance.is_object() && string_at(instance, "state") == state;
        });
        if (count > 0) counts += fmt::format("  {} {}", count, state);
    }
    return {fmt::format("understudy  {}{}  (q quits, arrows scroll)", local_date(view.at, zone).substr(0, 19),
                        counts),
            Emphasis::Reversed};
}

void add_instances(const TopView& view, std::size_t room, std::vector<ScreenLine>& lines) {
    const std::size_t width = name_width(view.instances);
    lines.push_back({fmt::format("{:<{}}  {:<6}  {:<12}  {:<7}  {:<22}  {:>5} {:>5}  {:<5}  {}", "INSTANCE",
                                 width, "STATE", "FOR", "PRIO", "MASTER", "SENT", "HEARD", "ADDR", "TRACKED"),
                     Emphasis::Bold});
    const std::size_t count = view.instances.size();
    const std::size_t first = std::min(view.first, count > room ? count - room : 0);
    for (std::size_t i = first; i < count && i < first + room; ++i)
        if (view.instances[i].is_object())
            lines.push_back({row_of(view.instances[i], view, width), emphasis_of(view.instances[i])});
    if (count > room)
        lines.push_back({fmt::format("  {} to {} of {}", first + 1, std::min(first + room, count), count),
                         Emphasis::Faint});
}

// The newest first.
void add_timeline(const TopView& view, std::size_t rows, const Zone& zone, std::vector<ScreenLine>& lines) {
    if (lines.size() + 2 > rows) return;
    lines.push_back({"", Emphasis::None});
    lines.push_back({"TIMELINE", Emphasis::Bold});
    for (auto one = view.entries.rbegin(); one != view.entries.rend() && lines.size() < rows; ++one)
        if (const auto entry = ctl::history_entry(*one))
            lines.push_back({fmt::format("{}  {}  {}", local_date(entry->at, zone).substr(5, 14),
                                         entry->instance.empty() ? "-" : entry->instance, event_text(*entry)),
                             entry->after == "FAULT" ? Emphasis::Bad : Emphasis::None});
}

}  // namespace

std::string_view fitting(std::string_view text, std::size_t columns) {
    const auto begins = [](char octet) { return (static_cast<unsigned char>(octet) & 0xc0U) != 0x80U; };
    for (std::size_t at = 0; at < text.size(); ++at)
        if (begins(text[at]) && columns-- == 0) return text.substr(0, at);
    return text;
}

void learn(TopView& view, json instances, double passed) {
    if (!instances.is_array()) instances = json::array();
    std::map<std::string, TopView::Rate> rates;
    for (const json& now : instances) {
        if (!now.is_object() || passed < kLeastPassed) continue;
        const std::string name = string_at(now, "name");
        const auto before = std::ranges::find_if(view.instances, [&](const json& instance) {
            return instance.is_object() && string_at(instance, "name") == name;
        });
        if (before == view.instances.end()) continue;
        const auto rate = [&](const char* key) {
            return std::max(counted_in(now, key) - counted_in(*before, key), 0.0) / passed;
        };
        rates[name] = {rate("adverts_sent"), rate("adverts_received")};
    }
    if (passed >= kLeastPassed) view.rates = std::move(rates);
    view.instances = std::move(instances);
}

void learn_news(TopView& view, std::vector<json> entries) {
    if (!view.entries.is_array()) view.entries = json::array();
    for (json& entry : entries)
        if (std::find(view.entries.begin(), view.entries.end(), entry) == view.entries.end())
            view.entries.push_back(std::move(entry));
    if (view.entries.size() > kMostEntries)
        view.entries.erase(view.entries.begin(),
                           view.entries.end() - static_cast<json::difference_type>(kMostEntries));
}

std::vector<ScreenLine> top_frame(const TopView& view, const ScreenSize& size, const Zone& zone) {
    std::vector<ScreenLine> lines{heading(view, zone)};
    if (!view.problem.empty()) lines.push_back({view.problem, Emphasis::Bad});
    const std::size_t fixed = lines.size() + 2;  // the heading of the table, and where one is in it
    const std::size_t for_table = size.rows > fixed + kLeastTimeline ? size.rows - fixed - kLeastTimeline : 1;
    add_instances(view, for_table, lines);
    add_timeline(view, size.rows, zone, lines);
    if (lines.size() > size.rows) lines.resize(size.rows);
    for (ScreenLine& line : lines) line.text = fitting(line.text, size.columns);
    return lines;
}

}  // namespace understudy::cli
