// Checks that the daemon makes itself: when each asks, and what answers mean. They are scheduled and counted
// like scripts; a question that has had its time is withdrawn, and nothing is waited for after that.
#include <utility>

#include "understudy/base/text.hpp"

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

void Agent::Core::ask(ScriptRun& script) {
    if (stopping) return;
    for (;;) {
        const track::ScriptOrder order = script.tracker.due(now);
        if (order == track::ScriptOrder::None) break;
        if (order == track::ScriptOrder::Run) {
            script.run = next_run++;
            script_runs[*script.run] = script.id;
            actions.push_back(RunProbe{*script.run, *script.settings.probe});
            continue;
        }
        withdraw(script);
        check_said(script, false, "no answer within " + seconds_text(script.settings.timeout) + " s");
        check_counted(script, script.tracker.abandoned());
    }
    deadlines.set({AlarmKind::Script, script.id}, script.tracker.deadline());
}

void Agent::Core::withdraw(ScriptRun& script) {
    if (!script.run) return;
    actions.push_back(WithdrawProbe{*script.run});
    script_runs.erase(*script.run);
    script.run.reset();
}

void Agent::Core::on(const ProbeEnded& event) {
    const auto run = script_runs.find(event.run);
    if (run == script_runs.end()) return;  // withdrawn meanwhile
    const std::size_t id = run->second;
    script_runs.erase(run);
    for (const auto& script : scripts) {
        if (!script || script->id != id) continue;
        script->run.reset();
        check_said(*script, event.success, event.reason);
        check_counted(*script, script->tracker.finished(event.success, now));
        ask(*script);
    }
}

void Agent::Core::check_said(ScriptRun& check, bool success, const std::string& reason) {
    ++check.completed;
    check.succeeded = success;
    check.last_at = now;
    const std::string result = words::check_answer(*check.settings.probe, reason);
    // A witness is asked so often that one lost answer is no news.
    if (std::exchange(check.last_result, result) != result && !check.settings.is_witness)
        tell(words::check_result(check.settings, success, result));
}

// A reason that changes is told also where the health stays: what was refused may be cut off by now.
void Agent::Core::check_counted(ScriptRun& check, bool changed) {
    const bool good = check.tracker.health() == track::Health::Good;
    if (changed) tell(words::check_changed(check.settings, good));
    const bool agrees = check.succeeded == good;
    const bool news = agrees && std::exchange(check.because, check.last_result) != check.last_result;
    if (changed || news) evaluate_users(check);
}

}  // namespace understudy::agent
