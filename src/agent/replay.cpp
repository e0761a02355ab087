#include "understudy/agent/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "understudy/agent/archive.hpp"

namespace understudy::agent {

namespace {

WallTime date_in(const Opening& opening, Instant at) { return opening.wall + (at - opening.now); }

// "SendPacket", or that there is none.
std::string_view order_at(const std::vector<ActionMark>& marks, std::size_t at) {
    return at < marks.size() ? name_of_action(marks[at].kind) : "nothing";
}

std::string difference(const std::vector<ActionMark>& then, const std::vector<ActionMark>& now) {
    const auto first = std::ranges::mismatch(then, now);
    if (first.in1 == then.end() && first.in2 == now.end()) return {};
    const auto at = static_cast<std::size_t>(first.in1 - then.begin());
    const std::string_view before = order_at(then, at);
    const std::string_view after = order_at(now, at);
    if (before == after)
        return fmt::format("order {} of {} is another {} than was recorded", at + 1, now.size(), after);
    return fmt::format("order {} was {} and is {} now", at + 1, before, after);
}

}  // namespace

std::optional<ReplayStep> Replay::next() {
    turn_.reset();
    while (at_ < recording_.segments.size()) {
        Segment& segment = recording_.segments[at_];
        if (!std::exchange(opened_, true))
            if (auto step = open(segment.opening())) return step;
        if (agent_) turn_ = segment.next();
        if (turn_) return turn();
        ++at_;
        opened_ = false;
        if (const auto fault = segment.fault()) {
            agent_.reset();
            return ReplayStep{
                .kind = ReplayStep::Kind::Unreadable,
                .at = segment.opening().wall,
                .difference = fmt::format("the rest of segment {}: {}", segment.number(), describe(*fault))};
        }
    }
    return std::nullopt;
}

// A segment that follows on the one before is no step of its own, unless its snapshot is another.
std::optional<ReplayStep> Replay::open(const Opening& opening) {
    const bool is_same_run = std::exchange(run_, opening.run) == opening.run;
    if (!is_same_run || !agent_) return restore(opening, ReplayStep::Kind::ProcessBegan);
    if (!opening.goes_on) return restore(opening, ReplayStep::Kind::Gap);
    if (std::ranges::equal(agent_->save(), opening.snapshot)) return std::nullopt;
    ReplayStep step = restore(opening, ReplayStep::Kind::Gap);
    if (step.difference.empty()) step.difference = "the agent is not what it was when its snapshot was taken";
    return step;
}

ReplayStep Replay::restore(const Opening& opening, ReplayStep::Kind kind) {
    agent_.reset();
    ReplayStep step{.kind = kind, .at = opening.wall};
    const auto config = loaded_config(opening.config);
    auto agent = config ? Agent::restored(*config, opening.snapshot) : std::unexpected(config.error());
    if (agent) {
        agent_ = std::make_unique<Agent>(*std::move(agent));
    } else {
        step.kind = ReplayStep::Kind::Unreadable;
        step.difference =
            fmt::format("a {}: {}", config ? "snapshot" : "configuration", describe(agent.error()));
    }
    return step;
}

ReplayStep Replay::turn() {
    ReplayStep step{.at = date_in(recording_.segments[at_].opening(), turn_->at), .turn = &*turn_};
    step.actions = agent_->handle(turn_->event, turn_->at);
    if (turn_->orders) step.difference = difference(*turn_->orders, marks_of(step.actions));
    return step;
}

}  // namespace understudy::agent
