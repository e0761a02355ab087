#include "understudy/model/diff.hpp"

#include <algorithm>
#include <functional>

namespace understudy::model {

namespace {

// The index that the thing of index `at` in `from` has in `to`, by its name.
template <typename T>
std::optional<std::size_t> counterpart(const std::vector<T>& from, std::size_t at, const std::vector<T>& to) {
    if (at < to.size() && to[at].name == from[at].name) return at;  // most often nothing has moved
    const auto found = std::ranges::find(to, from[at].name, &T::name);
    if (found == to.end()) return std::nullopt;
    return static_cast<std::size_t>(found - to.begin());
}

template <typename Tracked, typename T>
bool translate(std::vector<Tracked>& all, std::size_t Tracked::* index, const std::vector<T>& from,
               const std::vector<T>& to) {
    return std::ranges::all_of(all, [&](Tracked& tracked) {
        const auto found = counterpart(from, tracked.*index, to);
        if (found) tracked.*index = *found;
        return found.has_value();
    });
}

template <typename T>
bool has_names_of(const std::vector<T>& one, const std::vector<T>& other) {
    return std::ranges::equal(one, other, {}, &T::name, &T::name);
}

// Indices mean the same in both.
bool index_alike(const Config& before, const Config& after) {
    return has_names_of(before.scripts, after.scripts) &&
           has_names_of(before.track_files, after.track_files) &&
           has_names_of(before.track_processes, after.track_processes) &&
           has_names_of(before.bfd_sessions, after.bfd_sessions);
}

// Indices mean something only in their own configuration, so those of the old one are translated first.
bool is_equal_elsewhere(Instance old, const Config& before, const Instance& fresh, const Config& after) {
    if (old.split_brain &&
        !translate(old.split_brain->witnesses, &TrackedScript::script, before.scripts, after.scripts))
        return false;
    return translate(old.tracked_scripts, &TrackedScript::script, before.scripts, after.scripts) &&
           translate(old.tracked_files, &TrackedFile::file, before.track_files, after.track_files) &&
           translate(old.tracked_processes, &TrackedProcess::process, before.track_processes,
                     after.track_processes) &&
           translate(old.tracked_bfd_sessions, &TrackedBfd::session, before.bfd_sessions,
                     after.bfd_sessions) &&
           old == fresh;
}

template <typename T>
using Sameness = bool (*)(const T&, const T&);
template <typename T>
using Equality = std::function<bool(const T& old, const T& fresh)>;

// Each successor takes the first predecessor that is still free and is the same thing; what bears the name of
// something that is not the same thing any more is that one, restarted.
template <typename T>
std::vector<Succession> match(const std::vector<T> Config::* list, const Config& before, const Config& after,
                              Sameness<T> same, const Equality<T>& equals) {
    const std::vector<T>& old = before.*list;
    std::vector<bool> taken(old.size());
    std::vector<Succession> successions;
    std::size_t first_free = 0;
    const auto find = [&](const auto& fits) -> std::optional<std::size_t> {
        while (first_free < old.size() && taken[first_free]) ++first_free;
        for (std::size_t i = first_free; i < old.size(); ++i)
            if (!taken[i] && fits(old[i])) return i;
        return std::nullopt;
    };
    for (const T& fresh : after.*list) {
        const std::optional<std::size_t> known =
            find([&](const T& candidate) { return same(candidate, fresh); });
        if (known) taken[*known] = true;
        const bool equal = known && equals(old[*known], fresh);
        successions.push_back({!known  ? Outcome::Added
                               : equal ? Outcome::Unchanged
                                       : Outcome::ChangedInPlace,
                               known});
    }
    for (std::size_t i = 0; i < successions.size(); ++i) {
        if (successions[i].before) continue;
        const std::optional<std::size_t> namesake =
            find([&](const T& candidate) { return candidate.name == (after.*list)[i].name; });
        if (!namesake) continue;
        taken[*namesake] = true;
        successions[i] = {Outcome::Restarted, namesake};
    }
    return successions;
}

}  // namespace

std::string_view name(Outcome outcome) {
    switch (outcome) {
        case Outcome::Unchanged:
            return "unchanged";
        case Outcome::ChangedInPlace:
            return "changed-in-place";
        case Outcome::Restarted:
            return "restarted";
        case Outcome::Added:
            return "added";
        case Outcome::Removed:
            return "removed";
    }
    return "";
}

bool is_same_router(const Instance& a, const Instance& b) {
    return a.vrid == b.vrid && a.family == b.family && a.interface == b.interface &&
           a.is_unicast() == b.is_unicast();
}

// A result stays valid when the same program is run as the same user at the same rate.
bool is_same_check(const Script& a, const Script& b) {
    return a.name == b.name && a.command == b.command && a.probe == b.probe && a.interval == b.interval &&
           a.timeout == b.timeout;
}

ReloadPlan plan_reload(const Config& before, const Config& after) {
    const bool alike = index_alike(before, after);
    const auto is_equal = [&](const Instance& old, const Instance& fresh) {
        return alike ? old == fresh : is_equal_elsewhere(old, before, fresh, after);
    };
    return {match<Instance>(&Config::instances, before, after, is_same_router, is_equal),
            match<Script>(&Config::scripts, before, after, is_same_check, std::equal_to<>{})};
}

}  // namespace understudy::model
