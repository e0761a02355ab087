#include "overview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "understudy/base/date.hpp"

#include "json_read.hpp"

namespace understudy::cli {

namespace {

using nlohmann::json;
using Level = Warning::Level;

constexpr milliseconds kSameTime{1000};  // two readings of one time, on a clock that somebody sets

class Warnings {
public:
    void of(std::string instance) { instance_ = std::move(instance); }
    void add(Level level, std::string text) {
        (level == Level::Bad ? bad_ : odd_).push_back({level, instance_, std::move(text)});
    }
    // What fails comes first.
    [[nodiscard]] std::vector<Warning> all() && {
        bad_.insert(bad_.end(), std::move_iterator{odd_.begin()}, std::move_iterator{odd_.end()});
        return std::move(bad_);
    }

private:
    std::string instance_;
    std::vector<Warning> bad_;
    std::vector<Warning> odd_;
};

void warn_of_faults(const json& instance, Warnings& out) {
    for (const json& fault : list(instance, "faults"))
        if (fault.is_string()) out.add(Level::Bad, fault.get<std::string>());
}

// Where this host has given way, a fault says so.
void warn_of_split_brain(const json& instance, Warnings& out) {
    const json& conflict = member(instance, "split_brain");
    if (conflict.is_object() && !flag(conflict, "yielded"))
        out.add(Level::Bad, "split brain since " + text(conflict, "since") + ": " + text(conflict, "rival"));
}

void warn_of_addresses(const json& instance, Warnings& out) {
    for (const json& address : list(instance, "addresses")) {
        const std::string what = text(address, "address") + " on " + text(address, "interface");
        if (flag(address, "wanted") && !flag(address, "present")) out.add(Level::Bad, what + " is missing");
        if (!flag(address, "wanted") && flag(address, "present"))
            out.add(Level::Bad, what + " is present although it is not wanted");
    }
}

void warn_of_counts(const json& instance, Warnings& out) {
    if (text(instance, "state") != "MASTER") return;
    for (const auto& [key, what] : {std::pair{"routes", "routes"}, std::pair{"rules", "rules"}}) {
        const auto configured = number(member(instance, key), "configured");
        const auto present = number(member(instance, key), "present");
        if (configured && present && *present < *configured)
            out.add(Level::Bad, fmt::format("{:.0f} of {:.0f} {} are missing", *configured - *present,
                                            *configured, what));
    }
}

void warn_of_trackers(const json& instance, Warnings& out) {
    for (const json& tracker : list(instance, "trackers")) {
        if (text(tracker, "health") != "bad") continue;
        const std::string result = text(tracker, "last_result");
        out.add(Level::Odd, fmt::format("{} {} is bad{}", text(tracker, "kind"), text(tracker, "name"),
                                        result.empty() ? "" : ": " + result));
    }
}

void warn_of_orders(const json& instance, Warnings& out) {
    if (const json& drain = member(instance, "drain"); drain.is_object()) {
        const bool alone = text(drain, "stage") == "alone";
        out.add(alone ? Level::Bad : Level::Odd,
                alone ? "drained, but no other router takes over" : "drained by the operator");
    }
    if (const std::string priority = text(instance, "ordered_priority"); !priority.empty())
        out.add(Level::Odd, "priority " + priority + " is set by the operator");
}

// Counters say what has been since the start, so each kind is one line that stays.
void warn_of_packets(const json& instance, Warnings& out) {
    const json& counters = member(instance, "counters");
    std::string kinds;
    if (const json& refused = member(counters, "refused"); refused.is_object())
        for (const auto& [reason, count] : refused.items())
            if (count.is_number() && count != 0)
                kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", count.dump(), reason);
    if (!kinds.empty()) out.add(Level::Odd, "packets refused since the start: " + kinds);
    if (number(counters, "addresses_claimed").value_or(0) > 0)
        out.add(Level::Odd,
                fmt::format("another machine was heard to use an address of ours, {} times since the start",
                            text(counters, "addresses_claimed")));
    if (number(counters, "address_list_errors").value_or(0) > 0)
        out.add(Level::Odd, "another router has advertised other addresses");
    if (member(member(instance, "auth_hmac"), "refuses_unsigned") == false)
        out.add(Level::Odd, "unsigned adverts are accepted: no protection before mode enforce");
}

bool is_same_time(const std::string& a, const std::string& b) {
    const auto one = parse_date(a);
    const auto other = parse_date(b);
    return one && other ? std::chrono::abs(*one - *other) <= kSameTime : a == b;
}

// Why it is what it is now, as far as its status tells.
std::string reason_of(const json& instance) {
    std::string reason;
    for (const json& fault : list(instance, "faults"))
        if (fault.is_string()) reason += (reason.empty() ? "" : "; ") + fault.get<std::string>();
    if (!reason.empty()) return reason;
    const std::string master = text(instance, "master");
    if (!master.empty())
        return fmt::format("{} is master with priority {}", master, text(instance, "master_priority"));
    return "";
}

json to_json(const Warning& warning) {
    return {{"level", warning.level == Level::Bad ? "bad" : "odd"},
            {"instance", warning.instance},
            {"text", warning.text}};
}

}  // namespace

std::vector<Warning> warnings(const Observed& observed) {
    Warnings found;
    if (!observed.is_up()) found.add(Level::Bad, "the daemon does not answer: " + observed.problem);
    if (text(member(observed.daemon, "configuration"), "last_reload") == "refused")
        found.add(Level::Bad, "the last reload was refused; the configuration before it goes on");
    for (const json& instance : list(observed.status, "instances")) {
        found.of(text(instance, "name"));
        warn_of_split_brain(instance, found);
        warn_of_faults(instance, found);
        warn_of_addresses(instance, found);
        warn_of_counts(instance, found);
        warn_of_trackers(instance, found);
        warn_of_orders(instance, found);
        warn_of_packets(instance, found);
    }
    return std::move(found).all();
}

bool Timeline::note(const json& status) {
    std::map<std::string, Known> seen;
    bool changed = false;
    for (const json& instance : list(status, "instances")) {
        const std::string name = text(instance, "name");
        Known now{text(instance, "state"), text(instance, "since")};
        const auto before = known_.find(name);
        if (before != known_.end() &&
            (before->second.state != now.state || !is_same_time(before->second.since, now.since))) {
            changed = true;
            changes_.push_back({{"at", now.since},
                                {"kind", "role"},
                                {"instance", name},
                                {"before", before->second.state},
                                {"after", now.state},
                                {"reason", reason_of(instance)}});
        }
        seen.emplace(name, std::move(now));
    }
    known_ = std::move(seen);
    while (changes_.size() > kLongest) changes_.pop_front();
    return changed;
}

json Timeline::told() const {
    json all = json::array();
    for (const json& change : changes_) all.push_back(change);
    return all;
}

bool knows_command(const json& daemon, std::string_view command) {
    return std::ranges::any_of(list(daemon, "commands"), [&](const json& known) { return known == command; });
}

json latest_entries(const json& history) {
    const json& entries = list(history, "entries");
    json latest = json::array();
    const std::size_t surplus = entries.size() > Timeline::kLongest ? entries.size() - Timeline::kLongest : 0;
    for (std::size_t i = surplus; i < entries.size(); ++i) latest.push_back(entries[i]);
    return latest;
}

std::string overview_text(const Observed& observed, const json& history, const std::string& date) {
    json found = json::array();
    for (const Warning& warning : warnings(observed)) found.push_back(to_json(warning));
    const json overview{{"up", observed.is_up()},
                        {"date", date},
                        {"problem", observed.problem},
                        {"daemon", observed.daemon},
                        {"instances", list(observed.status, "instances")},
                        {"warnings", std::move(found)},
                        {"history", history}};
    return overview.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace understudy::cli
