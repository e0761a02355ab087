#include "why_failures.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "understudy/base/date.hpp"
#include "understudy/track/health.hpp"

#include "words.hpp"
#include "words_history.hpp"

namespace understudy::agent {

namespace {

using vrrp::Role;
using words::in_seconds;

bool is_credible(const PeerReport& peer) {
    return peer.heard && !peer.refused && peer.priority && *peer.priority != net::kResigning;
}

// The strongest other router that was ever heard.
const PeerReport* best_rival(const WhyFacts& facts) {
    const PeerReport* best = nullptr;
    for (const PeerReport& peer : facts.report.peers)
        if (is_credible(peer) && (best == nullptr || *peer.priority > *best->priority)) best = &peer;
    return best;
}

std::string named(const PeerReport& peer) {
    return fmt::format("{} (priority {} when heard last)", peer.address.to_string(), peer.priority->value());
}

WhatIf if_this_host_died(const WhyFacts& facts, const PeerReport* master) {
    WhatIf found{"this host died", ""};
    if (facts.report.role != Role::Master) {
        found.outcome =
            master ? master->address.to_string() + " would stay master" : "nobody would be master";
        return found;
    }
    found.outcome = fmt::format("the addresses would have no owner until a backup has waited, at most {}",
                                in_seconds(facts.longest_peer_wait));
    const PeerReport* const rival = best_rival(facts);
    found.outcome += rival ? "; known to have been there: " + named(*rival)
                           : "; whether there is a backup is not known, as none has ever been heard";
    return found;
}

// Of a daemon that says nothing at its end.
WhatIf if_gone(seconds lease) {
    return {"this daemon was killed with all its processes, or hung",
            fmt::format("the kernel would take the addresses away when their lease ends, in at most {} s",
                        lease.count())};
}

WhatIf if_stopped(const WhyFacts& facts) {
    return {"this daemon was stopped", fmt::format("it would resign, and a backup would take over within {}",
                                                   in_seconds(facts.longest_skew))};
}

WhatIf if_peer_failed(const WhyFacts& facts, const PeerReport& peer, const PeerReport* master) {
    WhatIf found{peer.address.to_string() + " failed", ""};
    if (&peer != master || facts.report.role == Role::Master)
        found.outcome = "nothing would change: it is not master";
    else if (facts.report.role != Role::Backup)
        found.outcome = fmt::format("this host could not take over: it is {}", vrrp::name(facts.report.role));
    else
        found.outcome = fmt::format(
            "this host would take over {} after its last advert, unless a better backup "
            "does",
            in_seconds(facts.down_interval));
    return found;
}

std::string event_of(const TrackerReport& tracker) {
    const bool bad = tracker.health == track::Health::Bad;
    const std::string name = words::name_of(tracker);
    if (tracker.kind == "interface") return name + (bad ? " came up" : " went down");
    if (tracker.kind == "process") return name + (bad ? " gained its quorum" : " lost its quorum");
    if (tracker.kind == "file") return name + (tracker.last_result == "holds 0" ? " held 1" : " held 0");
    return name + (bad ? " succeeded" : " failed");
}

std::string if_fault_ended(const InstanceReport& report) {
    if (report.faults.size() > 1) return "it would stay in FAULT for its other reasons";
    return "it would leave FAULT, and be BACKUP until it has waited for a master";
}

std::string if_fault_began(Role role) {
    if (role == Role::Master) return "FAULT: it would resign, and give the addresses up at once";
    return "FAULT: it would not take over from anybody";
}

net::Priority priority_without(const InstanceReport& report, const TrackerReport& changed) {
    int sum = 0;
    for (const TrackerReport& tracker : report.trackers)
        sum += (&tracker == &changed ? tracker.otherwise : tracker.effect).priority_change;
    return track::effective_priority(report.base_priority, sum);
}

std::string master_with(const WhyFacts& facts, net::Priority next) {
    const PeerReport* const rival = best_rival(facts);
    if (rival != nullptr && *rival->priority > next)
        return fmt::format("{} would take over, unless it has nopreempt", named(*rival));
    return "it would stay master unless a backup has more: none that has is known";
}

std::string backup_with(const WhyFacts& facts, net::Priority next) {
    const InstanceReport& report = facts.report;
    if (!report.master || !report.master_priority || facts.preempting) return "it would go on waiting";
    if (next <= *report.master_priority) return "it would stay backup";
    if (report.held_back) return "it would stay backup: a failover holds it back";
    if (!facts.preempt) return "it would stay backup: nopreempt";
    if (facts.preempt_delay > microseconds{0})
        return fmt::format("it would take over after preempt_delay, {}", in_seconds(facts.preempt_delay));
    return "it would take over from " + report.master->to_string();
}

WhatIf if_tracker_changed(const WhyFacts& facts, const TrackerReport& tracker) {
    const InstanceReport& report = facts.report;
    WhatIf found{event_of(tracker), ""};
    if (tracker.kind == "bfd") {
        found.outcome = "nothing would change: this version runs no BFD sessions, so none of them counts";
        return found;
    }
    const net::Priority next = priority_without(report, tracker);
    if (tracker.otherwise.fault)
        found.outcome = report.role == Role::Fault ? "it would stay in FAULT" : if_fault_began(report.role);
    else if (tracker.effect.fault)
        found.outcome = if_fault_ended(report);
    else if (report.drain || report.ordered_priority)
        found.outcome = "nothing would change: the priority is the operator's";
    else if (next == report.priority)
        found.outcome = fmt::format("the priority would stay {}", next.value());
    else
        found.outcome = fmt::format("the priority would be {}: {}", next.value(),
                                    report.role == Role::Master   ? master_with(facts, next)
                                    : report.role == Role::Backup ? backup_with(facts, next)
                                                                  : "it would not run all the same");
    return found;
}

}  // namespace

const PeerReport* present_master(const WhyFacts& facts, Instant now) {
    const PeerReport* latest = nullptr;
    for (const PeerReport& peer : facts.report.peers) {
        const bool lately = is_credible(peer) && now - *peer.heard <= facts.longest_peer_wait;
        if (lately && (latest == nullptr || *peer.heard > *latest->heard)) latest = &peer;
    }
    return latest;
}

std::vector<std::string> what_would_change(const WhyFacts& facts) {
    const InstanceReport& report = facts.report;
    std::vector<std::string> found;
    if (report.role == Role::Master && report.base_priority == net::kOwner)
        found.emplace_back(
            "It owns the addresses (priority 255): only a fault, a drain or a stop ends its role.");
    else if (report.role == Role::Master)
        found.push_back(
            fmt::format("It stays master until it hears a priority above {}, or the same from a "
                        "greater address, has a fault, is drained, or stops.",
                        report.priority.value()));
    if (report.role == Role::Fault) found.emplace_back("It leaves FAULT when no reason for it is left.");
    if (report.role == Role::Idle) found.emplace_back("It begins when the first results are in.");
    if (report.role != Role::Backup || !report.master || !report.master_priority || facts.preempting)
        return found;
    found.push_back(fmt::format("It takes over when {} is silent for {}, or resigns.",
                                report.master->to_string(), in_seconds(facts.down_interval)));
    if (report.held_back)
        found.emplace_back(
            "understudyctl resume, or a priority of understudyctl set, ends what holds it back.");
    else if (!facts.preempt)
        found.emplace_back("A higher priority alone changes nothing, because of nopreempt.");
    else if (report.drain || report.ordered_priority)
        found.emplace_back(report.drain ? "understudyctl resume ends the drain."
                                        : "understudyctl unset ends the priority of the operator.");
    else if (*report.master_priority < net::Priority{254} && report.priority <= *report.master_priority)
        found.push_back(fmt::format("It preempts when its priority, now {}, is above {}.",
                                    report.priority.value(), report.master_priority->value()));
    return found;
}

std::vector<WhatIf> what_if(const WhyFacts& facts, const Moment& moment) {
    const PeerReport* const master = present_master(facts, moment.now);
    std::vector<WhatIf> found{if_this_host_died(facts, master)};
    const auto lease = facts.report.address_lease;
    if (facts.report.role == Role::Master && lease) found.push_back(if_gone(*lease));
    if (facts.report.role == Role::Master) found.push_back(if_stopped(facts));
    for (const PeerReport& peer : facts.report.peers)
        if (!peer.refused) found.push_back(if_peer_failed(facts, peer, master));
    for (const TrackerReport& tracker : facts.report.trackers)
        found.push_back(if_tracker_changed(facts, tracker));
    return found;
}

}  // namespace understudy::agent
