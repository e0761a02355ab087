#include "control_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string_view>
#include <utility>

#include "understudy/base/date.hpp"

#include "json_read.hpp"

namespace understudy::cli {

namespace {

using nlohmann::json;

std::string address_line(const json& address) {
    std::string line = "    " + text(address, "address") + " dev " + text(address, "interface");
    if (member(address, "advertised") == false) line += ", not advertised";
    if (flag(address, "wanted") && !flag(address, "present")) line += ", MISSING";
    if (!flag(address, "wanted") && flag(address, "present")) line += ", present although not wanted";
    return line + "\n";
}

// How long the kernel leaves those that are there to a host whose daemon is gone.
std::string lease_text(const json& addresses, const json& lease) {
    if (!lease.is_number()) return "";
    std::string words = fmt::format(", leased for {} s", lease.dump());
    double least = std::numeric_limits<double>::max();
    bool any = false;
    for (const json& address : addresses) {
        if (!flag(address, "present")) continue;
        const json& left = member(address, "lease_left");
        if (!left.is_number()) return words + ", being renewed";
        least = std::min(least, left.get<double>());
        any = true;
    }
    return any ? words + fmt::format(", {:.1f} s left", least) : words;
}

std::string addresses_text(const json& addresses, const json& lease) {
    if (!addresses.is_array() || addresses.empty()) return "";
    std::size_t present = 0;
    std::string lines;
    for (const json& address : addresses) {
        present += flag(address, "present") ? 1 : 0;
        lines += address_line(address);
    }
    return fmt::format("  addresses, {} of {} present{}\n{}", present, addresses.size(),
                       lease_text(addresses, lease), lines);
}

// Of routes or rules, if there are any.
std::string count_text(const char* what, const json& count) {
    const std::string configured = text(count, "configured");
    if (configured.empty() || configured == "0") return "";
    return fmt::format("  {}, {} of {} present\n", what, text(count, "present"), configured);
}

std::string peer_line(const json& peer) {
    std::string line = "    " + text(peer, "address");
    const json& silence = member(peer, "seconds_since_heard");
    if (!silence.is_number()) return line + ": never heard\n";
    line += fmt::format(": priority {}, VRRP version {}", text(peer, "priority"), text(peer, "version"));
    if (const std::string interval = text(peer, "interval"); !interval.empty())
        line += ", every " + interval + " s";
    line += fmt::format(", heard last {} ago", seconds_in_words(silence.get<double>()));
    if (flag(peer, "refused")) return line + ", IGNORED: " + text(peer, "mismatch") + "\n";
    const std::string mismatch = text(peer, "mismatch");
    return line + (mismatch.empty() ? "" : ", MISMATCH: " + mismatch) + "\n";
}

std::string peers_text(const json& peers) {
    if (!peers.is_array() || peers.empty()) return "";
    std::string lines = "  other routers\n";
    for (const json& peer : peers) lines += peer_line(peer);
    return lines;
}

std::string groups_text(const json& groups) {
    if (!groups.is_array()) return "";
    std::string lines;
    for (const json& group : groups) {
        std::string members;
        if (const json& names = member(group, "members"); names.is_array())
            for (const json& name : names)
                if (name.is_string()) members += (members.empty() ? "" : ", ") + name.get<std::string>();
        const std::string state = text(group, "state");
        lines += fmt::format("\nsync group {}: {} ({})\n", text(group, "name"),
                             state.empty() ? "its members do not agree yet" : state, members);
    }
    return lines;
}

std::string trackers_text(const json& trackers) {
    if (!trackers.is_array() || trackers.empty()) return "";
    std::string lines = "  tracked\n";
    for (const json& tracker : trackers) {
        lines += fmt::format("    {} {}: {}", text(tracker, "kind"), text(tracker, "name"),
                             text(tracker, "health"));
        if (const std::string status = text(tracker, "last_status"); !status.empty())
            lines += " (last status " + status + ")";
        if (const std::string result = text(tracker, "last_result"); !result.empty())
            lines += " (" + result + ")";
        if (const std::string weight = text(tracker, "weight"); weight != "0")
            lines += ", weight " + weight + (flag(tracker, "reverse") ? " reverse" : "");
        if (flag(tracker, "by_group")) lines += ", by its group";
        if (const std::string at = text(tracker, "last_at"); !at.empty()) lines += ", at " + at;
        lines += "\n";
    }
    return lines;
}

// Of one whose adverts we have verified.
std::string clock_line(const json& sender) {
    const std::string ahead = text(sender, "clock_ahead");
    const bool behind = ahead.starts_with('-');
    return fmt::format("    the clock of {} is {} s {} ours\n", text(sender, "address"),
                       ahead.substr(behind ? 1 : 0), behind ? "behind" : "ahead of");
}

std::string hmac_text(const json& hmac, const json& counters) {
    if (!hmac.is_object()) return "";
    const std::string mode = text(hmac, "mode");
    const std::string signing =
        mode == "receive-only" ? "does not sign" : "signs with key " + text(hmac, "active_key");
    std::string lines = fmt::format("  auth_hmac {}, {}: {} adverts verified, {} unsigned\n", mode, signing,
                                    text(counters, "auth_ext_verified"), text(counters, "auth_ext_unsigned"));
    if (member(hmac, "refuses_unsigned") == false)
        lines += "    unsigned adverts are accepted: no protection before mode enforce\n";
    constexpr std::pair<const char*, const char*> kRefused[] = {
        {"auth_ext_missing", "without trailer"},   {"auth_ext_malformed", "malformed"},
        {"auth_ext_unknown_key", "unknown key"},   {"auth_ext_invalid_hmac", "wrong HMAC"},
        {"auth_ext_stale", "outside time_window"}, {"auth_ext_replay", "replayed"}};
    for (const auto& [key, meaning] : kRefused)
        if (const std::string count = text(counters, key); !count.empty() && count != "0")
            lines += fmt::format("    refused, {}: {}\n", meaning, count);
    const json& senders = member(hmac, "senders");
    if (senders.is_array())
        for (const json& sender : senders) lines += clock_line(sender);
    return lines;
}

std::string_view stage_words(const std::string& stage) {
    if (stage == "waiting") return "waits for another router to take over";
    if (stage == "inviting") return "has said priority 0, waits for another router to take over";
    if (stage == "alone") return "nobody takes over";
    if (stage == "handed-over") return "another router is master";
    return stage;
}

// What the operator has ordered of it.
std::string orders_text(const json& instance) {
    std::string lines;
    if (const std::string priority = text(instance, "ordered_priority"); !priority.empty())
        lines += "  priority " + priority + " is set by the operator\n";
    if (flag(instance, "held_back"))
        lines += "  its role was moved away by the operator: it takes it back from no other master\n";
    const json& drain = member(instance, "drain");
    if (!drain.is_object()) return lines;
    lines += fmt::format("  {} since {}", flag(drain, "failover") ? "moves its role away" : "drained",
                         text(drain, "since"));
    if (const std::string until = text(drain, "until"); !until.empty()) lines += ", until " + until;
    return lines + fmt::format(": {}\n", stage_words(text(drain, "stage")));
}

std::string instance_text(const json& instance) {
    std::string lines = fmt::format("{}: {}", text(instance, "name"), text(instance, "state"));
    if (const json& time = member(instance, "seconds_in_state"); time.is_number())
        lines +=
            fmt::format(" for {}, since {}", seconds_in_words(time.get<double>()), text(instance, "since"));
    if (const std::string reason = text(instance, "reason"); !reason.empty())
        lines += "\n  reason: " + reason;
    lines +=
        fmt::format("\n  interface {}, VRID {}, {}, VRRP version {}", text(instance, "interface"),
                    text(instance, "virtual_router_id"), text(instance, "family"), text(instance, "version"));
    if (const std::string source = text(instance, "source"); !source.empty()) lines += ", from " + source;
    lines += fmt::format("\n  priority {} (configured {})\n", text(instance, "priority"),
                         text(instance, "base_priority"));
    lines += orders_text(instance);
    if (const json& conflict = member(instance, "split_brain"); conflict.is_object())
        lines +=
            fmt::format("  split brain since {}: {}{}\n", text(conflict, "since"), text(conflict, "rival"),
                        flag(conflict, "yielded") ? "; this host has given way" : "");
    if (const std::string master = text(instance, "master"); !master.empty())
        lines += fmt::format("  master {}, priority {}\n", master, text(instance, "master_priority"));
    lines += peers_text(member(instance, "peers"));
    if (const std::string group = text(instance, "sync_group"); !group.empty())
        lines += "  sync group " + group + "\n";
    lines += hmac_text(member(instance, "auth_hmac"), member(instance, "counters"));
    lines += addresses_text(member(instance, "addresses"), member(instance, "address_lease"));
    lines += count_text("routes", member(instance, "routes"));
    lines += count_text("rules", member(instance, "rules"));
    lines += trackers_text(member(instance, "trackers"));
    if (const json& faults = member(instance, "faults"); faults.is_array())
        for (const json& fault : faults)
            if (fault.is_string()) lines += "  fault: " + fault.get<std::string>() + "\n";
    return lines;
}

std::string_view outcome_words(const std::string& outcome) {
    if (outcome == "changed-in-place") return "changes in place";
    if (outcome == "restarted") return "is restarted";
    if (outcome == "added") return "is added";
    if (outcome == "removed") return "is removed";
    return outcome;
}

std::string setting_line(const json& setting) {
    const std::string before = text(setting, "before");
    const std::string after = text(setting, "after");
    const std::string name = "    " + text(setting, "setting");
    if (before.empty() && after.empty()) return name + "\n";
    if (before.empty()) return name + ": + " + after + "\n";
    if (after.empty()) return name + ": - " + before + "\n";
    return name + ": " + before + " -> " + after + "\n";
}

}  // namespace

std::string seconds_in_words(double in_seconds) {
    constexpr double kLongest = 1e12;
    const auto bounded = std::chrono::duration<double>{std::clamp(in_seconds, 0.0, kLongest)};
    return duration_text(std::chrono::floor<microseconds>(bounded));
}

std::string status_text(const json& result) {
    const json& instances = member(result, "instances");
    if (!instances.is_array() || instances.empty()) return "no instance runs\n";
    std::string all;
    for (const json& instance : instances) all += (all.empty() ? "" : "\n") + instance_text(instance);
    return all + groups_text(member(result, "sync_groups"));
}

void show_instances(const Arguments& arguments, const json& result, Console& console) {
    console.out << (arguments.has("json") ? result.dump(2) + "\n" : status_text(result));
}

std::string changes_text(const json& changes) {
    if (!changes.is_array()) return "";
    std::string all;
    std::size_t unchanged = 0;
    for (const json& item : changes) {
        const std::string outcome = text(item, "outcome");
        if (outcome == "unchanged") {
            ++unchanged;
            continue;
        }
        const std::string name = text(item, "name");
        all += fmt::format("  {}{} {}\n", text(item, "kind"), name.empty() ? "" : " " + name,
                           outcome_words(outcome));
        if (const json& settings = member(item, "settings"); settings.is_array())
            for (const json& setting : settings) all += setting_line(setting);
    }
    if (all.empty()) return changes.empty() ? "" : "  nothing changes\n";
    return all + (unchanged == 0 ? "" : fmt::format("  unchanged: {}\n", unchanged));
}

}  // namespace understudy::cli
