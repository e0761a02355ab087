// Going on where a process that died has stopped. What its agent knew and wanted stays; but whatever it had
// open is closed, and of what it had under way nobody will hear. So everything is ordered once more, and what
// was in flight to the kernel is compared with its next picture.
#include <algorithm>
#include <utility>

#include "understudy/base/overloaded.hpp"

#include "core.hpp"
#include "words.hpp"

namespace understudy::agent {

void Agent::Core::on(const PredecessorDied& event) {
    tell_of_succession();
    answers_lost = true;
    forget_runs();
    order_again();
    for (const auto& router : routers) {
        feed(*router, vrrp::WasDeaf{now - std::max(last_turn, event.at_work)});
        doubt(*router);
    }
}

void Agent::Core::tell_of_succession() {
    const auto is_master = [](const auto& router) {
        return !router->leaving && router->role() == vrrp::Role::Master;
    };
    const auto masters = static_cast<std::size_t>(std::ranges::count_if(routers, is_master));
    Record record = words::goes_on(config->instances.size(), masters);
    remember({.kind = ctl::HistoryKind::Process, .reason = record.text});
    tell(std::move(record));
    for (const ctl::StandingOrders& orders : told_orders)
        if (const VirtualRouter* const router = find_router(orders.instance))
            tell_and_remember(*router, words::orders_inherited(orders));
}

// Its children may be at work yet, but how they end is told to nobody: a script is run again, and no hook
// waits any longer for the one before.
void Agent::Core::forget_runs() {
    script_runs.clear();
    hooks.forget_runs();
    for (PipeRun& pipe : pipes) {
        pipe.open = false;
        pipe.reader.reset();
    }
    for (const auto& script : scripts) {
        if (!script) continue;
        script->run.reset();
        script->tracker.forget_run(now);
    }
}

// Replaces lists of which the new process has none.
void Agent::Core::order_again() {
    if (!pictured) return;  // it is all ordered with the first picture
    actions.push_back(SetScheduling{scheduling});
    listening.clear();
    listen();
    watching.clear();
    for (const auto& router : routers) guard_due.push_back(router->id);
    if (!held_settings.empty()) hold_settings_again();
    filter.reset();
    filter_in_flight = false;
    filter_due = true;
    open_pipes();
    start_scripts();
    watch_trackers();
    poll_links();
    orders_due = true;
}

// The picture shows what became of it.
void Agent::Core::give_up_on_answers() {
    for (const KernelChange& change : std::exchange(in_flight, {}))
        std::visit(overloaded{[&](const desired::Change& c) { addresses.unanswered(c); },
                              [&](const desired::RouteChange& c) { routes.unanswered(c); },
                              [&](const desired::RuleChange& c) { rules.unanswered(c); }},
                   change);
    virtual_links.unanswered(now);
}

}  // namespace understudy::agent
