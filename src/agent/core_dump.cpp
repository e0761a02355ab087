// What the agent hands out for dumps. Secrets stay here.
#include <algorithm>
#include <utility>

#include "core.hpp"

namespace understudy::agent {

namespace {

model::Instance without_secrets(model::Instance settings) {
    settings.auth_pass.clear();
    if (settings.hmac)
        for (model::HmacKey& key : settings.hmac->keys) key.secret = {};
    return settings;
}

// The weight with which one of these entries is tracked.
template <typename Entry, typename Index>
std::optional<model::Weight> weight_of(const std::vector<Entry>& tracked, Index index, std::size_t wanted) {
    const auto found =
        std::ranges::find_if(tracked, [&](const Entry& entry) { return entry.*index == wanted; });
    return found == tracked.end() ? std::nullopt : std::optional{found->weight};
}

}  // namespace

std::optional<InstanceDump> Agent::dump(std::string_view instance) const {
    for (const auto& router : core_->routers)
        if (!router->leaving && router->settings.name == instance) return core_->dump(*router);
    return std::nullopt;
}

SharedDump Agent::shared_dump() const { return core_->shared_dump(); }

const model::Config& Agent::config() const { return *core_->config; }
std::shared_ptr<const model::Config> Agent::shared_config() const { return core_->config; }

InstanceDump Agent::Core::dump(const VirtualRouter& router) const {
    InstanceDump dump;
    dump.report = report(router);
    dump.settings = without_secrets(router.settings);
    const net::Link* const link = router.link ? links.find(*router.link) : nullptr;
    if (link) dump.link = link->name;
    dump.heard_priority = router.heard_priority;
    dump.master_interval = router.me.interval;
    const auto* const backup = std::get_if<vrrp::Backup>(&router.state);
    if (backup && backup->master_interval > microseconds{0}) dump.master_interval = backup->master_interval;
    for (const model::TrackedScript& entry : router.settings.tracked_scripts) {
        const model::Script& script = config->scripts[entry.script];
        dump.commands.push_back(script.probe ? std::vector{"vrrp_check " + script.name}
                                             : script.command.words);
    }
    return dump;
}

// Those instances for which `weight` gives one.
template <typename Matches>
std::vector<TrackingInstance> Agent::Core::tracking(Matches weight) const {
    std::vector<TrackingInstance> found;
    for (const auto& router : routers) {
        if (router->leaving) continue;
        std::optional<model::Weight> own = weight(router->settings);
        if (!own && router->group) own = weight(groups[*router->group].settings);
        if (own) found.push_back({router->settings.name, *own});
    }
    return found;
}

SharedDump Agent::Core::shared_dump() const {
    SharedDump dump;
    for (const Group& group : groups) {
        GroupDump& told = dump.groups.emplace_back(GroupDump{group.settings, group.reported, {}});
        for (const VirtualRouter* const member : group.members) told.members.push_back(member->settings.name);
    }
    for (std::size_t i = 0; i < scripts.size(); ++i) {
        const ScriptRun* const script = scripts[i].get();
        if (!script) continue;
        dump.scripts.push_back({script->settings, script->tracker.health(), script->last_status,
                                script->run.has_value(), tracking([&](const auto& settings) {
                                    return weight_of(settings.tracked_scripts, &model::TrackedScript::script,
                                                     i);
                                })});
    }
    for (std::size_t i = 0; i < files.size(); ++i)
        dump.files.push_back({files[i].settings, files[i].number, tracking([&](const auto& settings) {
                                  return weight_of(settings.tracked_files, &model::TrackedFile::file, i);
                              })});
    for (std::size_t i = 0; i < processes.size(); ++i)
        dump.processes.push_back(
            {processes[i].settings(), processes[i].count().value_or(0), processes[i].health(),
             processes[i].delay(), tracking([&](const auto& settings) {
                 return weight_of(settings.tracked_processes, &model::TrackedProcess::process, i);
             })});
    for (const net::LinkIndex index : links.indices()) {
        LinkDump told{*links.find(index), is_up(links.find(index)->name), std::nullopt, std::nullopt};
        for (const net::InterfaceAddress& address : links.addresses(index)) {
            auto& first = address.prefix.address.is_v6() ? told.v6 : told.v4;
            if (!first) first = address.prefix.address;
        }
        dump.links.push_back(std::move(told));
    }
    std::ranges::sort(dump.links, {}, [](const LinkDump& link) { return link.link.index; });
    return dump;
}

}  // namespace understudy::agent
