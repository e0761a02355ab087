// The whole agent as octets and back. Left out is what follows from the rest: the tables of routers by number
// and by what they listen to, and who is a member of a group. A list of all members stands in with_members();
// one that is new does not compile until it has a place there.
#include <algorithm>
#include <utility>

#include "understudy/agent/archive.hpp"
#include "understudy/net/archive.hpp"

#include "core.hpp"
#include "seal.hpp"

namespace understudy {

// The settings of one that is configured are the configuration's: see Core::load. Its name tells that it is
// the same.
template <>
struct Archived<agent::VirtualRouter> {
    static void put(ArchiveWriter& out, const agent::VirtualRouter& router) {
        understudy::put(out, router.leaving);
        understudy::put(out, router.settings.name);
        if (router.leaving) understudy::put(out, router.settings);
        Members::visit(router, [&](const auto& id, const auto&, const auto&... rest) {
            understudy::put(out, id);
            (understudy::put(out, rest), ...);
        });
    }
    static void take(ArchiveReader& in, agent::VirtualRouter& router) {
        understudy::take(in, router.leaving);
        understudy::take(in, router.settings.name);
        if (router.leaving) understudy::take(in, router.settings);
        Members::visit(router, [&](auto& id, auto&, auto&... rest) {
            understudy::take(in, id);
            (understudy::take(in, rest), ...);
        });
    }
    static Shape shape() {
        const agent::VirtualRouter any{0};
        Shape whole = shape_of("VirtualRouter");
        Members::visit(
            any, [&]<typename... T>(const T&...) { ((whole = mixed(whole, understudy::shape<T>())), ...); });
        return whole;
    }
};

// Who the members are follows from the settings, and whom of them to blame from their faults.
template <>
struct Archived<agent::Group> {
    static void put(ArchiveWriter& out, const agent::Group& group) {
        Members::visit(group, [&](const auto& id, const auto& settings, const auto&, const auto& slowest,
                                  const auto&, const auto&... rest) {
            understudy::put(out, id);
            understudy::put(out, settings);
            understudy::put(out, slowest);
            (understudy::put(out, rest), ...);
        });
    }
    static void take(ArchiveReader& in, agent::Group& group) {
        Members::visit(group, [&](auto& id, auto& settings, auto&, auto& slowest, auto&, auto&... rest) {
            understudy::take(in, id);
            understudy::take(in, settings);
            understudy::take(in, slowest);
            (understudy::take(in, rest), ...);
        });
    }
    static Shape shape() {
        const agent::Group any;
        Shape whole = shape_of("Group");
        Members::visit(any, [&]<typename Slowest, typename... T>(const auto&, const auto&, const auto&,
                                                                 const Slowest&, const auto&, const T&...) {
            whole = mixed(whole, understudy::shape<Slowest>());
            ((whole = mixed(whole, understudy::shape<T>())), ...);
        });
        return mixed(whole, understudy::shape<model::SyncGroup>());
    }
};

namespace agent {

namespace {

constexpr std::string_view kSnapshotFormat = "snapshot of an agent, 1";

// What goes on as the configuration says, has its settings.
template <typename Running, typename Settings>
bool has_settings(const Running& running, const Settings& settings) {
    return std::ranges::equal(running, settings, {}, [](const auto& one) { return one.settings; });
}

bool is_that(const VirtualRouter& router, const model::Instance& instance) {
    return router.settings.name == instance.name && router.me.vrid == instance.vrid;
}

}  // namespace

// with(…): all members that are kept. The configuration is kept beside the snapshot, and actions do not
// outlive their turn.
template <typename Self, typename With>
void Agent::Core::with_members(Self& self, With with) {
    auto& [config, now, last_turn, wall_offset, actions, restless, links, addresses, routes, rules,
           virtual_links, deadlines, pacing, announcer, hooks, routers, groups, scripts, script_runs, files,
           processes, watching_files, watching_processes, link_delays, slow_links, polled_links, polled,
           scheduling, raised_priority, realtime_refused, limit_told, pipes, due_lines, receivers, strangers,
           routers_by_id, unsettled, settling, stirred_groups, listening, deaf, guarded, watching,
           claims_to_answer, guard_due, held_settings, settings_due, managed_changed, filter, filter_due,
           filter_in_flight, filter_error, inherited, repairs_told, processes_counted, in_flight,
           answers_lost, batch, next_id, next_run, pictured, farewell, told_orders, orders_due, stopping,
           keeping_addresses, finished] = self;
    with(now, wall_offset, links, addresses, routes, rules, virtual_links, deadlines, pacing, announcer,
         hooks, routers, groups, scripts, script_runs, files, processes, watching_files, watching_processes,
         link_delays, slow_links, polled_links, polled, scheduling, raised_priority, realtime_refused,
         limit_told, pipes, due_lines, strangers, unsettled, settling, stirred_groups, listening, deaf,
         guarded, watching, claims_to_answer, guard_due, held_settings, settings_due, managed_changed, filter,
         filter_due, filter_in_flight, filter_error, inherited, repairs_told, processes_counted, in_flight,
         answers_lost, batch, next_id, next_run, pictured, farewell, told_orders, orders_due, stopping,
         keeping_addresses, finished);
}

void Agent::Core::save(ArchiveWriter& out) const {
    with_members(*this, [&](const auto&... members) { (put(out, members), ...); });
}

void Agent::Core::load(ArchiveReader& in) {
    with_members(*this, [&](auto&... members) { (take(in, members), ...); });
    if (in.failed()) return;
    if (!is_sound()) return in.fail(ArchiveFault::Unsound);
    for (std::size_t i = 0; i < config->instances.size(); ++i) routers[i]->settings = config->instances[i];
    routers_by_id.clear();
    for (const auto& router : routers) routers_by_id[router->id] = router.get();
    for (Group& group : groups) {
        group.members.clear();
        for (const std::size_t member : group.settings.members)
            group.members.push_back(routers[member].get());
        take_stock(group);
    }
    index_receivers();
}

bool Agent::Core::awaits_its_own(const Group& group) const {
    const auto is_member = [&](std::size_t id) {
        return std::ranges::any_of(group.settings.members,
                                   [&](std::size_t member) { return routers[member]->id == id; });
    };
    return std::ranges::all_of(group.awaited, is_member);
}

// What was read fits the configuration, so that no index goes beyond its list.
bool Agent::Core::is_sound() const {
    const auto has_group = [this](std::size_t index) { return index < groups.size(); };
    return has_its_routers() && has_its_scripts() && has_settings(groups, config->sync_groups) &&
           std::ranges::all_of(groups, [this](const Group& group) { return awaits_its_own(group); }) &&
           has_settings(files, config->track_files) && processes.size() == config->track_processes.size() &&
           std::ranges::all_of(stirred_groups, has_group) && announcer.is_sound() && batch.is_sound();
}

bool Agent::Core::has_its_routers() const {
    const std::size_t asked = config->instances.size();
    if (routers.size() < asked) return false;
    for (std::size_t i = 0; i < routers.size(); ++i) {
        const VirtualRouter* const router = routers[i].get();
        if (router == nullptr || router->leaving != (i >= asked)) return false;
        if (i < asked && !is_that(*router, config->instances[i])) return false;
        if (router->group && *router->group >= groups.size()) return false;
    }
    return true;
}

bool Agent::Core::has_its_scripts() const {
    const std::vector<bool> used = used_scripts(*config);
    if (scripts.size() != used.size()) return false;
    for (std::size_t i = 0; i < used.size(); ++i) {
        const ScriptRun* const script = scripts[i].get();
        if (used[i] != (script != nullptr)) return false;
        if (script != nullptr && script->settings != config->scripts[i]) return false;
    }
    return true;
}

Shape Agent::Core::shape() {
    static const Shape kShape = [] {
        Shape whole = shape_of(kSnapshotFormat);
        const Core any{std::make_shared<const model::Config>(), Instant{}};
        with_members(
            any, [&]<typename... T>(const T&...) { ((whole = mixed(whole, understudy::shape<T>())), ...); });
        return whole;
    }();
    return kShape;
}

std::vector<std::byte> Agent::save() const {
    return sealed(Core::shape(), [this](ArchiveWriter& out) { core_->save(out); });
}

std::expected<Agent, ArchiveFault> Agent::restored(std::shared_ptr<const model::Config> config,
                                                   Bytes snapshot) {
    const auto content = unsealed(Core::shape(), snapshot);
    if (!content) return std::unexpected(content.error());
    Agent agent{std::move(config), Instant{}};
    ArchiveReader in{*content};
    agent.core_->load(in);
    if (!in.failed() && !in.rest().empty()) in.fail(ArchiveFault::Surplus);
    if (const auto fault = in.fault()) return std::unexpected(*fault);
    return agent;
}

Shape Agent::shape() { return Core::shape(); }

}  // namespace agent
}  // namespace understudy
