#include "tracked.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "understudy/track/health.hpp"

namespace understudy::pair {

namespace {

struct Words {
    std::string_view name;
    std::string_view goes_bad;
    std::string_view goes_good;  // what is feared of a reversed one
};

Words words_of(Kind kind) {
    switch (kind) {
        case Kind::Interface:
            return {"interface", "goes down", "comes up"};
        case Kind::Script:
            return {"script", "fails", "succeeds"};
        case Kind::Check:
            return {"check", "fails", "succeeds"};
        case Kind::Process:
            return {"process", "has no quorum", "has its quorum"};
        case Kind::File:
            return {"file", "holds another number than 0", "holds 0"};
    }
    return {};
}

const model::SyncGroup* group_of(const model::Config& config, std::size_t instance) {
    for (const model::SyncGroup& group : config.sync_groups)
        if (std::ranges::find(group.members, instance) != group.members.end()) return &group;
    return nullptr;
}

void add_links(const std::vector<model::TrackedLink>& links, const model::Instance& instance,
               std::vector<Tracked>& all) {
    for (const model::TrackedLink& link : links)
        if (link.name != instance.interface || !instance.track_primary)
            all.push_back({{Kind::Interface, link.name}, link.weight, "track_interface"});
}

void add_scripts(const model::Config& config, const std::vector<model::TrackedScript>& scripts,
                 std::vector<Tracked>& all) {
    for (const model::TrackedScript& tracked : scripts) {
        const model::Script& script = config.scripts[tracked.script];
        all.push_back(
            {{script.probe ? Kind::Check : Kind::Script, script.name}, tracked.weight, "track_script"});
    }
}

void add_processes(const model::Config& config, const std::vector<model::TrackedProcess>& processes,
                   std::vector<Tracked>& all) {
    for (const model::TrackedProcess& process : processes)
        all.push_back(
            {{Kind::Process, config.track_processes[process.process].name}, process.weight, "track_process"});
}

void add_files(const model::Config& config, const std::vector<model::TrackedFile>& files, bool weighted,
               std::vector<Tracked>& all) {
    for (const model::TrackedFile& file : files)
        if ((file.weight.value != 0) == weighted)
            all.push_back({{Kind::File, config.track_files[file.file].name}, file.weight, "track_file"});
}

template <typename Tracking>
void add_all(const model::Config& config, const Tracking& tracking, const model::Instance& instance,
             std::vector<Tracked>& all) {
    add_links(tracking.tracked_links, instance, all);
    add_scripts(config, tracking.tracked_scripts, all);
    add_processes(config, tracking.tracked_processes, all);
    add_files(config, tracking.tracked_files, false, all);
}

// Its own faults only.
Standing alone(const model::Config& config, std::size_t instance, const std::optional<Thing>& bad) {
    Standing found;
    int sum = 0;
    for (const Tracked& tracked : tracked_by(config, instance)) {
        const bool good = (tracked.thing == bad) == is_reversed(config, tracked.thing);
        const track::Effect effect =
            track::effect(tracked.weight, good ? track::Health::Good : track::Health::Bad);
        sum += effect.priority_change;
        found.fault |= effect.fault;
    }
    found.priority = track::effective_priority(config.instances[instance].priority, sum);
    return found;
}

}  // namespace

std::string_view name(Kind kind) { return words_of(kind).name; }

std::vector<Tracked> tracked_by(const model::Config& config, std::size_t index) {
    const model::Instance& instance = config.instances[index];
    std::vector<Tracked> all;
    if (instance.track_primary && !instance.interface.empty())
        all.push_back({{Kind::Interface, instance.interface}, {}, "interface"});
    add_all(config, instance, instance, all);
    if (const model::SyncGroup* const group = group_of(config, index)) add_all(config, *group, instance, all);
    return all;
}

std::vector<Tracked> weighted_files(const model::Config& config, std::size_t index) {
    std::vector<Tracked> all;
    add_files(config, config.instances[index].tracked_files, true, all);
    if (const model::SyncGroup* const group = group_of(config, index))
        add_files(config, group->tracked_files, true, all);
    return all;
}

std::vector<Thing> all_things(const model::Config& config) {
    std::vector<Thing> things;
    for (std::size_t i = 0; i < config.instances.size(); ++i)
        for (Tracked& tracked : tracked_by(config, i))
            if (std::ranges::find(things, tracked.thing) == things.end())
                things.push_back(std::move(tracked.thing));
    return things;
}

bool is_reversed(const model::Config& config, const Thing& thing) {
    bool any = false;
    for (std::size_t i = 0; i < config.instances.size(); ++i)
        for (const Tracked& tracked : tracked_by(config, i)) {
            if (tracked.thing != thing) continue;
            if (!tracked.weight.reverse) return false;
            any = true;
        }
    return any;
}

std::string failure_text(const model::Config& config, const Thing& thing) {
    const Words words = words_of(thing.kind);
    return fmt::format("{} {} {}", words.name, thing.name,
                       is_reversed(config, thing) ? words.goes_good : words.goes_bad);
}

Standing standing(const model::Config& config, std::size_t instance, const std::optional<Thing>& bad) {
    Standing found = alone(config, instance, bad);
    if (const model::SyncGroup* const group = group_of(config, instance))
        for (const std::size_t member : group->members) found.fault |= alone(config, member, bad).fault;
    return found;
}

}  // namespace understudy::pair
