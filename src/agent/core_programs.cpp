// Tracked scripts and notify scripts: when they run and what their ends mean. The agent only orders; it never
// waits.
#include <algorithm>
#include <cerrno>
#include <utility>

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

// The host has run out of something: that says nothing of what the script looks at.
bool is_for_want(int error) {
    return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE || error == ENOBUFS;
}

}  // namespace

void Agent::Core::start_scripts() {
    for (const auto& script : scripts)
        if (script) script_due(*script);
}

void Agent::Core::run_program(std::uint64_t run, model::Command command) {
    actions.push_back(RunProgram{run, std::move(command), config->globals.supplementary_groups});
}

void Agent::Core::script_due(ScriptRun& script) {
    if (script.settings.probe) return ask(script);
    if (stopping) return;
    for (;;) {
        const track::ScriptOrder order = script.tracker.due(now);
        if (order == track::ScriptOrder::None) break;
        if (order == track::ScriptOrder::Run) {
            script.run = next_run++;
            script_runs[*script.run] = script.id;
            run_program(*script.run, script.settings.command);
        } else if (script.run) {
            actions.push_back(EndProgram{*script.run, order == track::ScriptOrder::Kill});
        }
    }
    deadlines.set({AlarmKind::Script, script.id}, script.tracker.deadline());
}

void Agent::Core::end_run(ScriptRun& script) {
    if (!script.run) return;
    if (script.settings.probe) return withdraw(script);
    actions.push_back(EndProgram{*script.run, false});
}

void Agent::Core::on(const ProgramEnded& event) {
    const auto run = script_runs.find(event.run);
    if (run == script_runs.end()) {
        if (reader_gone(event.run)) return tell(words::reader_ended(event.status));
        const std::optional<Hook> hook = hooks.find(event.run);
        if (hook && !event.success) tell(words::hook_failed(hook->what, event.status));
        hooks.ended(event.run);
        return;
    }
    const std::size_t id = run->second;
    script_runs.erase(run);
    for (const auto& script : scripts)
        if (script && script->id == id) return script_ended(*script, event.success, event.status);
}

void Agent::Core::on(const ProgramNotStarted& event) {
    const auto run = script_runs.find(event.run);
    if (run == script_runs.end()) {
        if (reader_gone(event.run)) return tell(words::reader_not_started(event.error));
        if (const std::optional<Hook> hook = hooks.find(event.run))
            tell(words::hook_not_started(hook->what, event.error));
        hooks.ended(event.run);
        return;
    }
    const std::size_t id = run->second;
    script_runs.erase(run);
    for (const auto& script : scripts) {
        if (!script || script->id != id) continue;
        script->run.reset();
        if (is_for_want(event.error)) return postpone(*script, event.error);
        ++script->completed;
        script->succeeded = false;
        script->last_at = now;
        if (std::exchange(script->last_status, event.error) != event.error)
            tell(words::script_not_started(script->settings, event.error));
        if (script->tracker.could_not_start(now)) evaluate_users(*script);
        deadlines.set({AlarmKind::Script, script->id}, script->tracker.deadline());
    }
}

void Agent::Core::postpone(ScriptRun& script, int error) {
    script.tracker.postponed(now);
    if (!std::exchange(script.told_postponed, true)) tell(words::script_postponed(script.settings, error));
    deadlines.set({AlarmKind::Script, script.id}, script.tracker.deadline());
}

void Agent::Core::script_ended(ScriptRun& script, bool success, int status) {
    script.run.reset();
    script.told_postponed = false;
    ++script.completed;
    script.last_at = now;
    const bool timed_out = script.tracker.timed_out();
    script.succeeded = success && !timed_out;
    if (std::exchange(script.last_status, status) != status || timed_out)
        tell(words::script_result(script.settings, success && !timed_out, status, timed_out));
    if (script.tracker.finished(success, now)) {
        tell(words::script_changed(script.settings, script.tracker.health() == track::Health::Good));
        evaluate_users(script);
    }
    deadlines.set({AlarmKind::Script, script.id}, script.tracker.deadline());
    script_due(script);
}

void Agent::Core::evaluate_users(const ScriptRun& changed) {
    const auto uses = [&](std::span<const model::TrackedScript> tracked) {
        return std::ranges::any_of(tracked, [&](const model::TrackedScript& entry) {
            return scripts[entry.script].get() == &changed;
        });
    };
    for (const auto& router : routers) {
        if (router->leaving) continue;
        const auto& guard = router->settings.split_brain;
        const bool as_witness = guard && uses(guard->witnesses);
        if (as_witness) witnesses_changed(*router);
        if (as_witness || uses(router->settings.tracked_scripts) ||
            (router->group && uses(groups[*router->group].settings.tracked_scripts)))
            evaluate(*router);
    }
}

// The specific script first, then the generic one, as keepalived starts them.
void Agent::Core::report_role(VirtualRouter& router) {
    flush_hooks(router);  // whatever the last role still had to tell comes first
    const model::Notifications& notify = router.settings.notify;
    const vrrp::Role role = router.role();
    if (role == vrrp::Role::Master) queue_hook(router, notify.master, "notify_master");
    if (role == vrrp::Role::Backup) queue_hook(router, notify.backup, "notify_backup");
    if (role == vrrp::Role::Fault) queue_hook(router, notify.fault, "notify_fault");
    queue_generic(router, std::string{vrrp::name(role)});
    queue_line(router, vrrp::name(role));
    mail_about(router, role);
    unsettle(router);
}

void Agent::Core::report_gone(VirtualRouter& router, bool deleted) {
    flush_hooks(router);
    const model::Notifications& notify = router.settings.notify;
    if (!deleted) {
        queue_hook(router, notify.stop, "notify_stop");
        queue_generic(router, "STOP");
        queue_line(router, "STOP");
        mail_about_end(router, "Stopping");
    } else if (notify.report_deleted) {
        queue_hook(router, notify.deleted, "notify_deleted");
        queue_generic(router, "DELETED");
        queue_line(router, "DELETED");
        mail_about_end(router, "Deleted");
    } else {
        queue_hook(router, notify.fault, "notify_fault");
        queue_generic(router, "FAULT");
        queue_line(router, "FAULT");
        mail_about(router, vrrp::Role::Fault);
    }
    unsettle(router);
}

void Agent::Core::queue_hook(VirtualRouter& router, const std::optional<model::Command>& command,
                             const std::string& what) {
    if (!command) return;
    router.hooks_to_come.push_back({*command, what + " of " + router.settings.name});
    unsettle(router);
}

void Agent::Core::queue_generic(VirtualRouter& router, const std::string& state) {
    const std::optional<model::Command>& generic = router.settings.notify.any;
    if (!generic) return;
    model::Command command = *generic;
    for (const std::string& word :
         {std::string{"INSTANCE"}, router.settings.name, state, std::to_string(router.me.priority.value())})
        command.words.push_back(word);
    queue_hook(router, command, "notify");
}

// The specific script first, then the generic one; a group has no priority, which is told as 0.
void Agent::Core::queue_group_hooks(const Group& group, const std::optional<model::Command>& specific,
                                    const std::string& state) {
    const std::string what = "notify script of group " + group.settings.name;
    if (specific) hooks.add(group.id, {*specific, what});
    if (!group.settings.notify.any) return;
    Hook generic{*group.settings.notify.any, what};
    for (const std::string& word : {std::string{"GROUP"}, group.settings.name, state, std::string{"0"}})
        generic.command.words.push_back(word);
    hooks.add(group.id, std::move(generic));
}

void Agent::Core::flush_hooks(VirtualRouter& router) {
    for (Hook& hook : std::exchange(router.hooks_to_come, {}))
        if (!hooks.add(router.id, std::move(hook))) tell(words::hooks_dropped(router.settings.name));
    flush_lines(router);
}

void Agent::Core::settle_hooks() {
    for (const std::uint64_t run : hooks.overdue(now)) {
        if (const std::optional<Hook> hook = hooks.find(run)) tell(words::hook_overdue(hook->what));
        actions.push_back(EndProgram{run, false});
        hooks.ended(run);
    }
    for (Hooks::Started& started : hooks.start_due(now, next_run))
        run_program(started.run, std::move(started.hook.command));
    deadlines.set({AlarmKind::Hook, 0}, hooks.deadline());
}

void Agent::Core::on(const StopAsked& event) {
    if (stopping || is_said_twice()) return;
    if (hands_over_first(event)) return begin_farewell();
    stop(event.keep_addresses);
}

void Agent::Core::stop(bool keep_addresses) {
    stopping = true;
    tell(words::stopping());
    keeping_addresses = keep_addresses;
    hooks.stop();
    for (const auto& script : scripts)
        if (script) end_run(*script);
    for (const auto& router : routers) {
        if (router->leaving) continue;
        feed(*router, vrrp::Stopped{});
        report_gone(*router, false);
        if (keeping_addresses)
            flush_hooks(*router);  // nothing is going to be removed, so nothing is waited for
    }
    if (!keeping_addresses) want(kStatics, false);
    for (Group& group : groups) {
        queue_group_hooks(group, group.settings.notify.stop, "STOP");
        queue_group_line(group, "STOP");
    }
}

// What a run before us has left is removed by then, too.
bool Agent::Core::may_finish() const {
    if (!stopping || finished || !hooks.idle()) return false;
    if (keeping_addresses) return true;
    const auto is_rid_of_all = [this](const auto& router) { return outstanding(router->id) == 0; };
    return in_flight.empty() && unsettled.empty() && outstanding(kStatics) == 0 &&
           std::ranges::all_of(routers, is_rid_of_all) && virtual_links.is_done() && filter_is_done();
}

}  // namespace understudy::agent
