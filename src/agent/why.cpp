#include "understudy/agent/why.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include <nlohmann/json.hpp>

#include "understudy/base/date.hpp"
#include "understudy/track/health.hpp"

#include "why_failures.hpp"
#include "words.hpp"
#include "words_history.hpp"

namespace understudy::agent {

namespace {

using vrrp::Role;
using words::in_seconds;

std::string since(Instant then, const Moment& moment) {
    return fmt::format("for {}, since {}", duration_text(moment.now - then), date_of(then, moment));
}

std::string ago(Instant then, const Moment& moment) { return duration_text(moment.now - then) + " ago"; }

std::string answer(const InstanceReport& report, const Moment& moment) {
    const std::string reason = report.reason.empty() ? "it has not begun yet" : report.reason;
    return fmt::format("{} is {} on this host {}: {}.", report.name, vrrp::name(report.role),
                       since(report.since, moment), reason);
}

std::string heard_of(const PeerReport& peer, const Moment& moment) {
    return fmt::format("{} is master, with priority {}, heard last {}.", peer.address.to_string(),
                       peer.priority->value(), ago(*peer.heard, moment));
}

std::string master_of_a_backup(const WhyFacts& facts, const Moment& moment) {
    const InstanceReport& report = facts.report;
    if (report.master && report.master_priority && !facts.preempting)
        return fmt::format("{} is master, with priority {}, {}.", report.master->to_string(),
                           report.master_priority->value(),
                           since(report.master_since.value_or(report.since), moment));
    if (const PeerReport* const peer = present_master(facts, moment.now)) return heard_of(*peer, moment);
    return "No master is heard.";
}

std::string master(const WhyFacts& facts, const Moment& moment) {
    const InstanceReport& report = facts.report;
    if (report.role == Role::Master && facts.unheard_since)
        return fmt::format(
            "This host is master and has the addresses, but none of its adverts could be sent for "
            "{} ({}): a backup that hears nothing becomes master as well.",
            duration_text(moment.now - *facts.unheard_since), std::strerror(facts.unheard_because));
    if (report.role == Role::Master)
        return fmt::format("This host is master: it has the addresses and advertises priority {} every {} s.",
                           report.priority.value(), std::chrono::duration<double>(facts.interval).count());
    if (report.role == Role::Backup) return master_of_a_backup(facts, moment);
    const PeerReport* const peer = present_master(facts, moment.now);
    return peer ? heard_of(*peer, moment) : "No master is heard.";
}

std::string state_of(const TrackerReport& tracker, const Moment& moment) {
    std::string text = tracker.health == track::Health::Unknown ? "has no result yet"
                       : tracker.health == track::Health::Good  ? "is good"
                                                                : "is bad";
    std::string details = tracker.last_result;
    if (details.empty() && tracker.last_status)
        details = *tracker.last_status < 0 ? fmt::format("signal {}", -*tracker.last_status)
                                           : fmt::format("exit status {}", *tracker.last_status);
    if (tracker.last_at) details += (details.empty() ? "" : ", ") + ago(*tracker.last_at, moment);
    return details.empty() ? text : fmt::format("{} ({})", text, details);
}

std::string effect_of(const TrackerReport& tracker) {
    if (tracker.effect.fault) return "that is a reason for FAULT";
    if (tracker.effect.undecided) return "the instance waits for it";
    if (tracker.kind == "witness") return "one witness that answers is enough";
    if (tracker.effect.priority_change != 0)
        return fmt::format("{:+} to the priority", tracker.effect.priority_change);
    return tracker.otherwise.fault ? "otherwise it would be in FAULT" : "nothing to the priority";
}

std::vector<std::string> priority_sentences(const InstanceReport& report, const Moment& moment) {
    std::vector<std::string> sentences{
        fmt::format("The priority is {}: {}.", report.priority.value(), words::why_priority(report))};
    for (const TrackerReport& tracker : report.trackers)
        sentences.push_back(fmt::format("{}{} {}: {}.", words::name_of(tracker),
                                        tracker.by_group ? " (of its sync group)" : "",
                                        state_of(tracker, moment), effect_of(tracker)));
    return sentences;
}

void add_ignored_peers(const WhyFacts& facts, const Moment& moment, std::vector<std::string>& reasons) {
    for (const PeerReport& peer : facts.report.peers)
        if (peer.refused)
            reasons.push_back(fmt::format("Adverts of {} are ignored: {} (heard last {}).",
                                          peer.address.to_string(), peer.mismatch, ago(*peer.heard, moment)));
}

void add_companions(const WhyFacts& facts, std::vector<std::string>& reasons) {
    for (const WhyFacts::Companion& other : facts.companions) {
        if (!other.failed && !other.undecided && other.role == facts.report.role) continue;
        const std::string how = other.undecided ? "cannot tell yet how it begins"
                                : other.failed  ? "has failed"
                                                : "is " + std::string{vrrp::name(other.role)};
        reasons.push_back(fmt::format("{} of sync group {} {}, and members {} together.", other.name,
                                      facts.report.sync_group.value_or(""), how,
                                      other.undecided ? "begin" : "move"));
    }
}

std::string drain_of(const InstanceReport& report, const Moment& moment) {
    std::string text = fmt::format("The operator has {} {} ({})",
                                   report.drain->failover ? "ordered a failover" : "drained it",
                                   ago(report.drain->since, moment), name(report.drain->stage));
    if (report.drain->until) text += ", until " + date_of(*report.drain->until, moment);
    return text + ": it advertises priority 1.";
}

void reasons_of_a_master(const WhyFacts& facts, const Moment& moment, std::vector<std::string>& reasons) {
    const unsigned ours = facts.report.priority.value();
    bool any = false;
    for (const PeerReport& peer : facts.report.peers) {
        if (!peer.heard || peer.refused || !peer.priority) continue;
        any = true;
        reasons.push_back(
            *peer.priority == net::kResigning
                ? fmt::format("{} resigned {}.", peer.address.to_string(), ago(*peer.heard, moment))
                : fmt::format("{} was heard last {}, with priority {}; ours is {}.", peer.address.to_string(),
                              ago(*peer.heard, moment), peer.priority->value(), ours));
    }
    if (!any) reasons.emplace_back("No other router has been heard; one that is backup says nothing.");
}

std::string against_the_master(const WhyFacts& facts, const Moment& moment) {
    const InstanceReport& report = facts.report;
    const std::string whom = report.master->to_string();
    const unsigned theirs = report.master_priority->value();
    const unsigned ours = report.priority.value();
    if (theirs > ours)
        return fmt::format("{} has priority {}, ours is {}: the higher one wins.", whom, theirs, ours);
    if (theirs == ours)
        return fmt::format("{} has priority {} as we have: a master is not preempted by an equal.", whom,
                           theirs);
    if (facts.report.held_back)
        return fmt::format(
            "{} has only priority {}, ours is {}, but a failover holds us back: since the operator moved the "
            "role away, it is taken back from nobody.",
            whom, theirs, ours);
    if (!facts.preempt)
        return fmt::format("{} has only priority {}, ours is {}, but nopreempt keeps us from taking over.",
                           whom, theirs, ours);
    if (facts.preempt_after)
        return fmt::format("{} has only priority {}, ours is {}: preempt_delay is over in {}.", whom, theirs,
                           ours, in_seconds(std::max(*facts.preempt_after - moment.now, microseconds{0})));
    return fmt::format("{} has only priority {}, ours is {}.", whom, theirs, ours);
}

void reasons_of_a_backup(const WhyFacts& facts, const Moment& moment, std::vector<std::string>& reasons) {
    if (facts.report.master && facts.report.master_priority && !facts.preempting)
        reasons.push_back(against_the_master(facts, moment));
    if (facts.preempting || !facts.report.master)
        reasons.push_back(fmt::format(
            "It takes over in {} unless a {} is heard.",
            in_seconds(std::max(facts.takeover_at.value_or(moment.now) - moment.now, microseconds{0})),
            facts.preempting ? "better master" : "master"));
}

void add_awaited(const InstanceReport& report, std::vector<std::string>& reasons) {
    for (const TrackerReport& tracker : report.trackers)
        if (tracker.effect.undecided)
            reasons.push_back("It waits for the first result of " + words::name_of(tracker) + ".");
}

std::vector<std::string> reasons(const WhyFacts& facts, const Moment& moment) {
    const InstanceReport& report = facts.report;
    std::vector<std::string> found;
    if (report.drain) found.push_back(drain_of(report, moment));
    if (const auto& conflict = report.split_brain)
        found.push_back(fmt::format("Split brain {}: {}{}.", since(conflict->since, moment), conflict->rival,
                                    conflict->yielded ? "; this host has given way" : ""));
    switch (report.role) {
        case Role::Master:
            reasons_of_a_master(facts, moment, found);
            break;
        case Role::Backup:
            reasons_of_a_backup(facts, moment, found);
            break;
        case Role::Fault:
            for (const std::string& fault : report.faults) found.push_back("FAULT because " + fault + ".");
            if (report.faults.empty()) add_awaited(report, found);
            break;
        case Role::Idle:
            add_awaited(report, found);
            break;
    }
    add_companions(facts, found);
    add_ignored_peers(facts, moment, found);
    return found;
}

}  // namespace

Why explain(const WhyFacts& facts, const Moment& moment) {
    return {facts.report.name,      answer(facts.report, moment),
            master(facts, moment),  priority_sentences(facts.report, moment),
            reasons(facts, moment), what_would_change(facts),
            what_if(facts, moment)};
}

nlohmann::json to_json(const Why& why) {
    nlohmann::json what_if = nlohmann::json::array();
    for (const WhatIf& one : why.what_if) what_if.push_back({{"event", one.event}, {"outcome", one.outcome}});
    return {{"instance", why.instance},     {"answer", why.answer},   {"master", why.master},
            {"priority", why.priority},     {"reasons", why.reasons}, {"changes", why.changes},
            {"what_if", std::move(what_if)}};
}

}  // namespace understudy::agent
