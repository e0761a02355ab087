// What is to be remembered of what happens: each change with how long the state before had lasted, and its
// reason in words. Where and how long it is kept is for others to know.
#include <algorithm>
#include <utility>

#include "core.hpp"
#include "words.hpp"
#include "words_history.hpp"
#include "words_parts.hpp"

namespace understudy::agent {

namespace {

// Of repairs of one thing, because somebody may remove it again and again.
constexpr std::chrono::minutes kRepairsApart{1};

milliseconds lasted(Instant since, Instant now) { return std::chrono::floor<milliseconds>(now - since); }

}  // namespace

void Agent::Core::remember(ctl::HistoryEntry entry) {
    entry.at = clock();
    actions.push_back(Remember{std::move(entry)});
}

std::string Agent::Core::all_faults(const VirtualRouter& router) {
    std::string reasons;
    for (const Fault& fault : router.faults) reasons += (reasons.empty() ? "" : "; ") + fault.text;
    return reasons;
}

// While the router still knows since when it had the role before.
void Agent::Core::remember_transition(VirtualRouter& router, const vrrp::State& before,
                                      std::span<const vrrp::Action> steps) {
    router.role_reason = words::why_entered({.before = &before,
                                             .after = router.role(),
                                             .steps = steps,
                                             .faults = all_faults(router),
                                             .ours = router.me.priority,
                                             .drained = router.drain.has_value(),
                                             .failover = router.drain && router.drain->failover,
                                             .stopping = stopping});
    remember({.kind = ctl::HistoryKind::Role,
              .instance = router.settings.name,
              .before = std::string{vrrp::name(vrrp::role(before))},
              .after = std::string{vrrp::name(router.role())},
              .lasted = lasted(router.role_since, now),
              .reason = router.role_reason});
}

void Agent::Core::remember_priority(VirtualRouter& router, net::Priority next) {
    InstanceReport made_of;
    made_of.base_priority = router.me.base_priority;
    made_of.ordered_priority = router.ordered_priority;
    if (router.drain) made_of.drain.emplace().failover = router.drain->failover;
    made_of.trackers = report_trackers(router);
    remember({.kind = ctl::HistoryKind::Priority,
              .instance = router.settings.name,
              .before = std::to_string(router.me.priority.value()),
              .after = std::to_string(next.value()),
              .lasted = lasted(router.priority_since, now),
              .reason = words::why_priority(made_of)});
    router.priority_since = now;
}

void Agent::Core::remember_faults(const VirtualRouter& router) {
    remember({.kind = ctl::HistoryKind::Fault,
              .instance = router.settings.name,
              .lasted = lasted(router.faults_since, now),
              .reason = all_faults(router)});
}

void Agent::Core::remember_repair(std::size_t owner, const std::string& what) {
    std::erase_if(repairs_told, [&](const auto& told) {
        return told.second.more == 0 && now >= told.second.at + kRepairsApart;
    });
    const auto [told, first] = repairs_told.try_emplace(what, RepairsTold{now});
    if (!first && now < told->second.at + kRepairsApart) {
        ++told->second.more;
        return;
    }
    const std::uint32_t more = std::exchange(told->second, RepairsTold{now}).more;
    const VirtualRouter* const router = find_router(owner);
    remember({.kind = ctl::HistoryKind::Repair,
              .instance = router ? router->settings.name : std::string{},
              .reason = words::repaired(what, more)});
}

void Agent::Core::remember_reload(Record record) {
    remember({.kind = ctl::HistoryKind::Reload, .reason = record.text});
    tell(std::move(record));
}

void Agent::Core::tell_and_remember(const VirtualRouter& router, Record order) {
    remember({.kind = ctl::HistoryKind::Order,
              .instance = router.settings.name,
              .reason = words::without_name(order, router.settings.name)});
    tell(std::move(order));
}

}  // namespace understudy::agent
