#include "words_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "words.hpp"
#include "words_parts.hpp"

namespace understudy::agent::words {

namespace {

// What is said on the way, but is no reason for a role.
bool is_by_the_way(vrrp::Reason reason) {
    using enum vrrp::Reason;
    constexpr std::array kAside{LowerPriorityMaster, PreemptDelayStarted, PreemptDelayEnded,
                                WeakerMasterHeard,   OwnAdvertReflected,  SecondOwnerHeard,
                                IntervalLearned};
    return std::ranges::find(kAside, reason) != kAside.end();
}

const vrrp::Explain* reason_in(std::span<const vrrp::Action> steps) {
    for (const vrrp::Action& step : steps)
        if (const auto* const why = std::get_if<vrrp::Explain>(&step); why && !is_by_the_way(why->reason))
            return why;
    return nullptr;
}

std::string with_priority(const std::optional<net::Address>& who, std::optional<net::Priority> priority) {
    if (!who) return "a master";
    if (!priority) return who->to_string();
    return fmt::format("{} (priority {})", who->to_string(), priority->value());
}

// A backup has waited until nobody could be master any more, for so long if that is known.
std::string waited_in_vain(const vrrp::Backup& waiting, std::optional<microseconds> duration) {
    const std::string how_long = duration ? " for " + in_seconds(*duration) : "";
    const std::string master = with_priority(waiting.master, waiting.master_priority);
    if (waiting.shortened) return master + " resigned (priority 0), and no better router took over";
    if (waiting.weaker_master)
        return waiting.weaker_master->to_string() + " was master with a lower priority than ours";
    return (waiting.master ? "no advert was heard from " + master : "no master was heard") + how_long;
}

std::string ordered_by_group(const Transition& change) {
    if (change.after != vrrp::Role::Master) return "another member of its sync group is not master";
    const auto* const waiting = std::get_if<vrrp::Backup>(change.before);
    if (waiting == nullptr || !waiting->asked_group) return "its sync group takes over";
    return "its sync group takes over: " + waited_in_vain(*waiting, std::nullopt);
}

std::string stronger_heard(const vrrp::Explain& why, const Transition& change) {
    std::string text =
        fmt::format("heard {}, ours {}", with_priority(why.peer, why.peer_priority), change.ours.value());
    if (why.peer_priority == change.ours) text += ": of equals the greater address wins";
    if (change.failover) return text + ", because the operator has moved the role away";
    return change.drained ? text + ", because the operator has drained it" : text;
}

}  // namespace

std::string why_entered(const Transition& change) {
    using enum vrrp::Reason;
    const vrrp::Explain* const why = reason_in(change.steps);
    if (change.after == vrrp::Role::Fault && !change.faults.empty()) return change.faults;
    if (why == nullptr) return "";
    if (why->reason == MasterSilent) {
        const auto* const waiting = std::get_if<vrrp::Backup>(change.before);
        if (waiting != nullptr) return waited_in_vain(*waiting, why->duration);
    }
    if (why->reason == GroupOrder) return ordered_by_group(change);
    if (why->reason == StrongerMasterHeard) return stronger_heard(*why, change);
    if (why->reason == Shutdown)
        return change.stopping ? "the daemon stops" : "a reload took it away, or made another router of it";
    return without_name(explained("", *why, change.ours), "");
}

std::string name_of(const TrackerReport& tracker) { return tracker.kind + " " + tracker.name; }

std::string priority_made_of(net::Priority base, std::span<const TrackerReport> trackers) {
    std::string text = fmt::format("{} configured", base.value());
    if (base == net::kOwner) return text + ", which nothing changes";
    for (const TrackerReport& tracker : trackers) {
        if (tracker.effect.priority_change == 0) continue;
        const std::string state = !tracker.last_result.empty()            ? tracker.last_result
                                  : tracker.health == track::Health::Good ? "good"
                                                                          : "bad";
        text += fmt::format(", {:+} by {} ({})", tracker.effect.priority_change, name_of(tracker), state);
    }
    return text;
}

std::string why_priority(const InstanceReport& report) {
    std::string otherwise = priority_made_of(report.base_priority, report.trackers);
    if (report.drain)
        return fmt::format("{} by the operator; otherwise {}",
                           report.drain->failover ? "lowered for a failover" : "drained", otherwise);
    if (report.ordered_priority) return fmt::format("set by the operator; otherwise {}", otherwise);
    return otherwise;
}

std::string repaired(const std::string& what, std::uint32_t more) {
    std::string text = "somebody had removed " + what + ": put back";
    if (more > 0) text += fmt::format(", as {} times since this was noted last", more);
    return text;
}

}  // namespace understudy::agent::words
