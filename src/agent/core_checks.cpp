// Checks that the daemon makes itself: when each asks, and what answers mean. They are scheduled and counted
// like scripts; a question that has had its time is withdrawn, and nothing is waited for after that.
#include <fmt/format.h>

#include <chrono>
#include <utility>

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
        const std::chrono::duration<double> limit = script.settings.timeout;
        check_ended(script, false, fmt::format("no answer within {:g} s", limit.count()));
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
        check_ended(*script, event.success, event.reason);
        ask(*script);
    }
}

// A reason that changes is told also where the health stays: what was refused may be cut off by now.
void Agent::Core::check_ended(ScriptRun& script, bool success, const std::string& reason) {
    const std::string result = words::check_answer(*script.settings.probe, reason);
    if (std::exchange(script.last_result, result) != result)
        tell(words::check_result(script.settings, success, result));
    const bool changed = script.tracker.finished(success, now);
    const bool good = script.tracker.health() == track::Health::Good;
    if (changed) tell(words::check_changed(script.settings, good));
    const bool news = success == good && std::exchange(script.because, result) != result;
    if (changed || news) evaluate_users(script);
}

}  // namespace understudy::agent
