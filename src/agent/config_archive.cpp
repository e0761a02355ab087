#include <algorithm>
#include <optional>
#include <span>

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

// How far to look for an element behind those that were removed.
constexpr std::size_t kReach = 16;

template <typename T>
std::optional<std::size_t> place_of(const T& element, std::span<const T> before) {
    const std::span<const T> near = before.first(std::min(kReach, before.size()));
    const auto found = std::ranges::find(near, element);
    if (found == near.end()) return std::nullopt;
    return static_cast<std::size_t>(found - near.begin());
}

// So many of the old elements are left out, so many stay, and these are new behind them.
template <typename T>
struct Run {
    std::size_t skipped = 0;
    std::size_t kept = 0;
    std::span<const T> fresh;
};

template <typename T>
std::vector<Run<T>> runs_of(std::span<const T> before, std::span<const T> after) {
    std::vector<Run<T>> runs;
    while (!after.empty()) {
        Run<T> run;
        if (const auto place = place_of(after.front(), before)) {
            const auto [old, fresh] = std::ranges::mismatch(before.subspan(*place), after);
            run = {*place, static_cast<std::size_t>(fresh - after.begin()), {}};
        }
        before = before.subspan(run.skipped + run.kept);
        after = after.subspan(run.kept);
        std::size_t fresh = 0;
        while (fresh < after.size() && !place_of(after[fresh], before)) ++fresh;
        run.fresh = after.first(fresh);
        after = after.subspan(fresh);
        runs.push_back(run);
    }
    return runs;
}

template <typename T>
void put_change(ArchiveWriter& out, const std::vector<T>& before, const std::vector<T>& after) {
    const std::vector<Run<T>> runs = runs_of(std::span{before}, std::span{after});
    out.number(runs.size());
    for (const Run<T>& run : runs) {
        out.number(run.skipped);
        out.number(run.kept);
        out.number(run.fresh.size());
        for (const T& element : run.fresh) understudy::put(out, element);
    }
}

template <typename T>
void take_change(ArchiveReader& in, const std::vector<T>& before, std::vector<T>& after) {
    std::span<const T> rest{before};
    for (std::size_t runs = in.count(); runs > 0 && !in.failed(); --runs) {
        const std::uint64_t skipped = in.number();
        const std::uint64_t kept = in.number();
        if (skipped > rest.size() || kept > rest.size() - skipped) return in.fail(ArchiveFault::Unsound);
        const std::span<const T> taken = rest.subspan(skipped, kept);
        after.insert(after.end(), taken.begin(), taken.end());
        rest = rest.subspan(skipped + kept);
        for (std::size_t fresh = in.count(); fresh > 0 && !in.failed(); --fresh)
            understudy::take(in, after.emplace_back(blank<T>()));
    }
}

template <typename T>
void put_change(ArchiveWriter& out, const T& before, const T& after) {
    const bool same = before == after;
    understudy::put(out, same);
    if (!same) understudy::put(out, after);
}

template <typename T>
void take_change(ArchiveReader& in, const T& before, T& after) {
    bool same = false;
    understudy::take(in, same);
    if (same) {
        after = before;
    } else {
        understudy::take(in, after);
    }
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

namespace {

Shape shape_of_change() { return mixed(shape_of("change"), shape<model::Config>()); }

}  // namespace

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

std::vector<std::byte> saved_change(const model::Config& before, const model::Config& after) {
    return sealed(shape_of_change(), [&](ArchiveWriter& out) {
        Members::visit(before, [&](const auto&... old) {
            Members::visit(after, [&](const auto&... fresh) { (put_change(out, old, fresh), ...); });
        });
    });
}

std::expected<std::shared_ptr<const model::Config>, ArchiveFault> changed_config(const model::Config& before,
                                                                                 Bytes change) {
    const auto content = unsealed(shape_of_change(), change);
    if (!content) return std::unexpected(content.error());
    const auto after = std::make_shared<model::Config>();
    ArchiveReader in{*content};
    Members::visit(before, [&](const auto&... old) {
        Members::visit(*after, [&](auto&... fresh) { (take_change(in, old, fresh), ...); });
    });
    if (!in.failed() && !in.rest().empty()) in.fail(ArchiveFault::Surplus);
    if (!in.failed() && !is_sound(*after)) in.fail(ArchiveFault::Unsound);
    if (const auto fault = in.fault()) return std::unexpected(*fault);
    return after;
}

}  // namespace agent
}  // namespace understudy
