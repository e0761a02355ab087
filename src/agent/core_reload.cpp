// A new configuration takes effect: what did not change stays exactly as it is, whatever is the same router
// on the wire keeps its role, what is gone resigns.
#include <algorithm>
#include <span>
#include <utility>

#include "understudy/base/assert.hpp"

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

namespace {

track::ScriptSettings script_settings(const model::Script& script) {
    // keepalived's scripts are decided by their first result whatever init_fail says.
    const bool starts_bad = script.probe && script.init_fail;
    return {script.interval, script.timeout, script.rise, script.fall, starts_bad};
}

}  // namespace

std::vector<bool> used_scripts(const model::Config& config) {
    std::vector<bool> used(config.scripts.size());
    const auto use = [&](std::span<const model::TrackedScript> entries) {
        for (const model::TrackedScript& tracked : entries) used[tracked.script] = true;
    };
    for (const model::Instance& instance : config.instances) {
        use(instance.tracked_scripts);
        if (instance.split_brain) use(instance.split_brain->witnesses);
    }
    for (const model::SyncGroup& group : config.sync_groups) use(group.tracked_scripts);
    return used;
}

// From the one that the operator knew by that name.
void Agent::Core::inherit_orders(const VirtualRouter& before, VirtualRouter& router) {
    router.ordered_priority = before.ordered_priority;
    router.me.held_back = before.me.held_back;
    if (before.drain)
        inherit_drain(router, {before.drain->since, before.drain->until, before.drain->failover});
}

VirtualRouter& Agent::Core::add_router(const model::Instance& instance) {
    auto router = std::make_unique<VirtualRouter>(next_id++);
    router->adopt(instance);
    router->me.priority = instance.priority;
    router->role_since = router->priority_since = now;
    routers_by_id[router->id] = router.get();
    return *routers.emplace_back(std::move(router));
}

void Agent::Core::remove_router(VirtualRouter& router) {
    tell(words::removed_by_reload(router.settings.name));
    // Without notify_deleted its end is told as a fault: not again to those who know of one, nor to those who
    // have never heard of it.
    const bool stands_by = router.role() == vrrp::Role::Fault || router.role() == vrrp::Role::Idle;
    const bool known = stands_by && !router.settings.notify.report_deleted;
    feed(router, vrrp::Stopped{});
    if (!known) report_gone(router, true);
    router.leaving = true;
    router.group.reset();
}

void Agent::Core::reload_scripts(std::span<const model::Succession> successions) {
    std::vector<std::unique_ptr<ScriptRun>> old = std::exchange(scripts, {});
    const std::vector<bool> used = used_scripts(*config);
    for (std::size_t i = 0; i < config->scripts.size(); ++i) {
        const model::Script& asked = config->scripts[i];
        std::unique_ptr<ScriptRun> run;
        const model::Succession& succession = successions[i];
        const bool known = succession.goes_on() && old[*succession.before];
        if (used[i] && known) {
            run = std::move(old[*succession.before]);
            run->settings = asked;
            run->tracker.adopt_settings(script_settings(asked));
        } else if (used[i]) {
            run = std::make_unique<ScriptRun>(
                ScriptRun{next_id++, asked, track::ScriptTracker{script_settings(asked), now}, std::nullopt});
        }
        scripts.push_back(std::move(run));
    }
    for (const auto& gone : old) {
        if (!gone) continue;
        deadlines.set({AlarmKind::Script, gone->id}, std::nullopt);
        end_run(*gone);
        if (gone->run) script_runs.erase(*gone->run);
    }
}

void Agent::Core::on(const ConfigLoaded& event) {
    if (stopping) return;
    const std::shared_ptr<const model::Config> before = std::exchange(config, event.config);
    const model::ReloadPlan plan = model::plan_reload(*before, *config);
    // Those of the old configuration stand first and in its order; the rest are leaving already.
    std::vector<std::unique_ptr<VirtualRouter>> old = std::exchange(routers, {});
    UNDERSTUDY_ASSERT(old.size() >= before->instances.size());
    std::size_t kept = 0;
    std::vector<VirtualRouter*> altered;
    std::vector<VirtualRouter*> to_bind;
    for (std::size_t i = 0; i < config->instances.size(); ++i) {
        const model::Instance& asked = config->instances[i];
        const model::Succession& succession = plan.instances[i];
        if (!succession.goes_on()) {
            to_bind.push_back(&add_router(asked));
            if (succession.before) inherit_orders(*old[*succession.before], *routers.back());
            continue;
        }
        VirtualRouter& router = *routers.emplace_back(std::move(old[*succession.before]));
        if (succession.outcome == model::Outcome::Unchanged) {
            // The same, but perhaps for indices into the configuration.
            if (router.settings != asked) router.settings = asked;
            ++kept;
            continue;
        }
        router.adopt(asked);
        altered.push_back(&router);
        to_bind.push_back(&router);
    }
    const std::size_t changed = altered.size();
    const std::size_t added = config->instances.size() - kept - changed;
    std::size_t removed = 0;
    for (auto& gone : old) {
        if (!gone) continue;
        if (!gone->leaving) {
            remove_router(*gone);
            ++removed;
        }
        routers.push_back(std::move(gone));
    }
    remember_reload(words::reloaded(kept, changed, added, removed));
    reload_scripts(plan.scripts);
    reload_trackers();
    reload_links();
    pacing = Pacing{*config};
    settings_due = true;
    orders_due = true;
    build_groups();
    if (!pictured) return;
    managed_changed = added + removed > 0;
    const bool same_globals = before->globals == config->globals;
    if (same_globals)
        bind_all_of(to_bind);
    else
        bind_everything();
    continue_reloaded(altered);
}

void Agent::Core::continue_reloaded(std::span<VirtualRouter* const> altered) {
    realtime_refused = false;
    schedule();
    open_pipes();
    for (const auto& router : routers) choose_source(*router);
    listen();
    for (VirtualRouter* const router : altered) {
        if (router->role() == vrrp::Role::Master) router->schedule.reloaded(router->announcing, now);
        feed(*router, vrrp::SettingsChanged{});
        arm_extra_announcements(*router);
        arm_split_brain(*router);
        witnesses_changed(*router);
    }
    start_all();
    start_scripts();
    watch_trackers();
    poll_links();
    evaluate_all(true);
    if (config->globals.pipes.states_on_reload) queue_all_states();
    // What was not managed before has not been watched, nor will be what no longer is.
    if (managed_changed) actions.push_back(ReadKernel{});
}

// A router that a reload removed is gone once the kernel has let go of its addresses.
void Agent::Core::forget_departed() {
    if (routers.size() == config->instances.size()) return;  // nobody leaves
    std::erase_if(routers, [&](const std::unique_ptr<VirtualRouter>& router) {
        if (!router->leaving || unsettled.contains(router->id)) return false;
        deadlines.set({AlarmKind::Router, router->id}, std::nullopt);
        deadlines.set({AlarmKind::ExtraAnnouncements, router->id}, std::nullopt);
        deadlines.set({AlarmKind::Drain, router->id}, std::nullopt);
        deadlines.set({AlarmKind::SplitBrain, router->id}, std::nullopt);
        addresses.manage(router->id, {});
        routes.manage(router->id, {});
        rules.manage(router->id, {});
        virtual_links.want(router->id, {});
        guard(*router, false);
        settings_due = true;
        routers_by_id.erase(router->id);
        return true;
    });
}

}  // namespace understudy::agent
