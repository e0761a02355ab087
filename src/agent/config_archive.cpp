#include <algorithm>

#include "understudy/agent/archive.hpp"
#include "understudy/net/archive.hpp"

#include "seal.hpp"

namespace understudy {

namespace {

template <typename T, typename Index>
bool are_below(const std::vector<T>& list, Index index, std::size_t bound) {
    return std::ranges::all_of(list, [&](const T& element) { return element.*index < bound; });
}

bool are_below(const std::vector<std::size_t>& indices, std::size_t bound) {
    return std::ranges::all_of(indices, [&](std::size_t index) { return index < bound; });
}

// Of an instance or a sync group.
template <typename Tracking>
bool tracks_what_is_there(const Tracking& tracking, const model::Config& config) {
    return are_below(tracking.tracked_scripts, &model::TrackedScript::script, config.scripts.size()) &&
           are_below(tracking.tracked_files, &model::TrackedFile::file, config.track_files.size()) &&
           are_below(tracking.tracked_processes, &model::TrackedProcess::process,
                     config.track_processes.size()) &&
           are_below(tracking.tracked_bfd_sessions, &model::TrackedBfd::session, config.bfd_sessions.size());
}

// No index of it goes beyond its list.
bool is_sound(const model::Config& config) {
    const std::size_t instances = config.instances.size();
    const auto tracks = [&](const auto& tracking) { return tracks_what_is_there(tracking, config); };
    const auto has_members = [&](const auto& group) { return are_below(group.members, instances); };
    const auto has_group = [&](const model::StaticAddress& address) {
        return !address.track_group || *address.track_group < config.track_groups.size();
    };
    return std::ranges::all_of(config.instances, tracks) && std::ranges::all_of(config.sync_groups, tracks) &&
           std::ranges::all_of(config.sync_groups, has_members) &&
           std::ranges::all_of(config.track_groups, has_members) &&
           std::ranges::all_of(config.static_addresses, has_group);
}

}  // namespace

void Archived<model::Config>::put(ArchiveWriter& out, const model::Config& value) {
    Members::visit(value, [&](const auto&... members) { (understudy::put(out, members), ...); });
}

void Archived<model::Config>::take(ArchiveReader& in, model::Config& value) {
    Members::visit(value, [&](auto&... members) { (understudy::take(in, members), ...); });
    if (!in.failed() && !is_sound(value)) in.fail(ArchiveFault::Unsound);
}

Shape Archived<model::Config>::shape() {
    Shape whole = shape_of("configuration");
    const model::Config any;
    Members::visit(any, [&]<typename... Parts>(const Parts&...) {
        ((whole = mixed(whole, understudy::shape<Parts>())), ...);
    });
    return whole;
}

namespace agent {

std::vector<std::byte> saved(const model::Config& config) {
    return sealed(shape<model::Config>(), [&](ArchiveWriter& out) { put(out, config); });
}

std::expected<std::shared_ptr<const model::Config>, ArchiveFault> loaded_config(Bytes octets) {
    const auto content = unsealed(shape<model::Config>(), octets);
    if (!content) return std::unexpected(content.error());
    auto config = std::make_shared<model::Config>();
    if (const auto fault = filled(*content, *config)) return std::unexpected(*fault);
    return config;
}

}  // namespace agent
}  // namespace understudy
