// How our own process runs: as configured, and in real time once the loop was woken too late
// (max_auto_priority).
#include <algorithm>
#include <utility>

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

// Long enough for everybody else on the host to get on with their work.
constexpr seconds kRealtimePause{1};
constexpr seconds kTellAgain{60};

std::uint32_t most_automatic(const model::Config& config) {
    return static_cast<std::uint32_t>(std::max(config.globals.processes.max_auto_priority, 0));
}

}  // namespace

Scheduling Agent::Core::wanted_scheduling() const {
    Scheduling wanted = config->globals.processes.vrrp.scheduling;
    const std::uint32_t raised = std::min(raised_priority, most_automatic(*config));
    if (raised > wanted.realtime.value_or(0)) wanted.realtime = raised;
    return wanted;
}

void Agent::Core::schedule() {
    Scheduling wanted = wanted_scheduling();
    if (wanted == scheduling) return;
    scheduling = std::move(wanted);
    actions.push_back(SetScheduling{scheduling});
}

// Whether the timer or something else woke us makes no difference: what was due has waited. A deadline that
// lay in the past when it was set is late from then on only.
void Agent::Core::notice_lateness() {
    const std::optional<Instant> due = deadlines.next();
    if (!due || !pictured) return;
    const microseconds late = now - std::max(*due, last_turn);
    if (late < config->globals.processes.min_auto_priority_delay) return;
    const std::uint32_t next = wanted_scheduling().realtime.value_or(0) + 1;
    if (next > most_automatic(*config) || realtime_refused) return;
    raised_priority = next;
    tell(words::priority_raised(late, next));
    schedule();
}

void Agent::Core::on(const SchedulingAnswered& event) {
    if (event.refused.empty()) return;
    realtime_refused |= std::ranges::find(event.refused, SchedulingPart::Realtime,
                                          &SchedulingRefusal::part) != event.refused.end();
    tell(words::scheduling_refused(event.refused, scheduling));
}

// We go on with ordinary priority. Back at once, a loop that never comes to rest would be no better off for
// the limit.
void Agent::Core::on(const RealtimeLimitReached&) {
    deadlines.set({AlarmKind::Scheduling, 0}, now + kRealtimePause);
    if (limit_told && now - *limit_told < kTellAgain) return;
    limit_told = now;
    tell(words::realtime_limit_reached(scheduling.realtime_limit, kRealtimePause));
}

void Agent::Core::schedule_again() { actions.push_back(SetScheduling{scheduling}); }

}  // namespace understudy::agent
