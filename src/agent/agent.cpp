#include "understudy/agent/agent.hpp"

#include <utility>
#include <variant>

#include "core.hpp"

namespace understudy::agent {

namespace {

// Alone they change nothing that settle() looks at: what they may lead to says so.
bool is_everyday(const Event& event) {
    return std::holds_alternative<PacketHeard>(event) || std::holds_alternative<TimeReached>(event) ||
           std::holds_alternative<WallClockRead>(event);
}

// No lease is renewed at shorter intervals.
constexpr milliseconds kMuchTooLate{250};

}  // namespace

Agent::Agent(std::shared_ptr<const model::Config> config, Instant boot)
    : core_(std::make_unique<Core>(std::move(config), boot)) {}
Agent::~Agent() = default;
Agent::Agent(Agent&&) noexcept = default;
Agent& Agent::operator=(Agent&&) noexcept = default;

std::span<const Action> Agent::handle(const Event& event, Instant now) {
    core_->handle(event, now);
    return core_->actions;
}

bool Agent::takes_over_next() const {
    const std::optional<Alarm> next = core_->deadlines.next_alarm();
    if (!next || next->kind != AlarmKind::Router) return false;
    const auto found = core_->routers_by_id.find(next->id);
    return found != core_->routers_by_id.end() && found->second->role() == vrrp::Role::Backup;
}

bool Agent::is_stopping() const { return core_->stopping; }

std::optional<Instant> Agent::deadline() const { return core_->deadlines.next(); }

Agent::Core::Core(std::shared_ptr<const model::Config> configuration, Instant boot)
    : config(std::move(configuration)), now(boot), pacing(*config) {
    for (const model::Instance& instance : config->instances) add_router(instance);
    reload_scripts(model::plan_reload({}, *config).scripts);
    reload_trackers();
    build_groups();
}

void Agent::Core::handle(const Event& event, Instant time) {
    actions.clear();
    restless = !is_everyday(event) || !pictured || stopping;
    last_turn = std::exchange(now, time);
    notice_lateness();
    retire_who_slept();
    std::visit([this](const auto& e) { on(e); }, event);
    if (restless) settle();
}

// A master that slept past its lease may be none any more, and a peer may hold its addresses. It finds that
// out before it hears that the kernel has taken them away and would put them back, or renews them.
void Agent::Core::retire_who_slept() {
    const std::optional<Instant> next = deadlines.next();
    if (!next || now - *next < kMuchTooLate) return;
    for (const auto& router : routers) {
        if (!router->settings.address_lease || router->role() != vrrp::Role::Master) continue;
        if (const auto due = vrrp::deadline(router->state); due && *due <= now) router_due(*router);
    }
}

void Agent::Core::on(const TimeReached&) {
    while (const std::optional<Alarm> alarm = deadlines.take_due(now)) {
        restless |= alarm->kind != AlarmKind::Router;
        switch (alarm->kind) {
            case AlarmKind::Router:
                if (VirtualRouter* const router = find_router(alarm->id)) router_due(*router);
                break;
            case AlarmKind::Script:
                for (const auto& script : scripts)
                    if (script && script->id == alarm->id) script_due(*script);
                break;
            case AlarmKind::Processes:
                process_due(alarm->id);
                break;
            case AlarmKind::LinkDelay:
                delay_due(alarm->id);
                break;
            case AlarmKind::LinkPoll:
                poll_links();
                break;
            case AlarmKind::Scheduling:
                schedule_again();
                break;
            case AlarmKind::Settings:
                hold_settings_again();
                break;
            case AlarmKind::Listeners:
                listen_again();
                break;
            case AlarmKind::Claims:
                claims_due();
                break;
            case AlarmKind::Filter:
                set_filter_again();
                break;
            case AlarmKind::ExtraAnnouncements:
                if (const VirtualRouter* const router = find_router(alarm->id))
                    extra_announcements_due(*router);
                break;
            case AlarmKind::Drain:
                if (VirtualRouter* const router = find_router(alarm->id)) drain_due(*router);
                break;
            case AlarmKind::SplitBrain:
                if (VirtualRouter* const router = find_router(alarm->id)) split_brain_due(*router);
                break;
            case AlarmKind::VirtualLinks:
            case AlarmKind::Hook:
            case AlarmKind::Addresses:
            case AlarmKind::Announcer:
            case AlarmKind::Farewell:
                break;  // settle() looks at these after every event
        }
    }
}

void Agent::Core::on(const StatisticsReset& event) {
    for (const auto& router : routers)
        if (event.instance.empty() || router->settings.name == event.instance) router->stats = {};
}

}  // namespace understudy::agent
