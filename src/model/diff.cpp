#include "understudy/model/diff.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "settings.hpp"

namespace understudy::model {

namespace {

constexpr const char* kHidden = "(hidden)";
constexpr const char* kUnnamed = "a setting without a name";

// One side of the comparison: indices of a thing mean something only in its own configuration.
template <typename T>
struct Side {
    const T* thing;
    const Config* config;
};

std::string joined(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
    return text;
}

std::vector<std::string> without(const std::vector<std::string>& values,
                                 const std::vector<std::string>& others) {
    std::vector<std::string> left;
    std::ranges::copy_if(values, std::back_inserter(left),
                         [&](const std::string& value) { return !std::ranges::count(others, value); });
    return left;
}

void compare_lists(std::string_view setting, const std::vector<std::string>& before,
                   const std::vector<std::string>& after, std::vector<SettingChange>& changes) {
    const std::vector<std::string> gone = without(before, after);
    const std::vector<std::string> come = without(after, before);
    for (const std::string& value : gone) changes.push_back({std::string{setting}, value, ""});
    for (const std::string& value : come) changes.push_back({std::string{setting}, "", value});
    if (gone.empty() && come.empty())  // the same entries in another order, or one of them twice
        changes.push_back({std::string{setting}, joined(before), joined(after)});
}

template <typename T>
void compare_setting(const Setting<T>& setting, Side<T> before, Side<T> after,
                     std::vector<SettingChange>& changes) {
    if (!setting.refers && setting.same(*before.thing, *after.thing)) return;
    const std::vector<std::string> old = setting.values(*before.thing, *before.config);
    const std::vector<std::string> fresh = setting.values(*after.thing, *after.config);
    if (setting.refers && old == fresh) return;
    const auto text = [&](const std::vector<std::string>& values) {
        return values.empty() ? std::string{} : setting.secret ? kHidden : joined(values);
    };
    if (setting.list) {
        compare_lists(setting.name, old, fresh, changes);
    } else {
        changes.push_back({std::string{setting.name}, text(old), text(fresh)});
    }
}

template <typename T>
std::vector<SettingChange> compare(Side<T> before, Side<T> after) {
    std::vector<SettingChange> changes;
    for (const Setting<T>& setting : settings(*before.thing))
        compare_setting(setting, before, after, changes);
    if (*before.thing == *after.thing) return changes;
    T adjusted = *before.thing;  // the old one with every named setting of the new
    for (const Setting<T>& setting : settings(*before.thing)) setting.copy(*after.thing, adjusted);
    if (adjusted != *after.thing) changes.push_back({kUnnamed, "", ""});
    return changes;
}

template <typename T>
std::vector<SettingChange> compare(const std::vector<T> Config::* list, const Config& before, std::size_t old,
                                   const Config& after, std::size_t fresh) {
    return compare(Side<T>{&(before.*list)[old], &before}, Side<T>{&(after.*list)[fresh], &after});
}

template <typename T>
using Sameness = bool (*)(const T&, const T&);

// Each successor takes the first predecessor that is still free and is the same thing; what bears the name of
// something that is not the same thing any more is that one, restarted.
template <typename T>
std::vector<Succession> match(const std::vector<T> Config::* list, const Config& before, const Config& after,
                              Sameness<T> same) {
    const std::vector<T>& old = before.*list;
    std::vector<bool> taken(old.size());
    std::vector<Succession> successions;
    const auto find = [&](const auto& fits) -> std::optional<std::size_t> {
        for (std::size_t i = 0; i < old.size(); ++i)
            if (!taken[i] && fits(old[i])) return i;
        return std::nullopt;
    };
    for (std::size_t i = 0; i < (after.*list).size(); ++i) {
        const std::optional<std::size_t> known =
            find([&](const T& candidate) { return same(candidate, (after.*list)[i]); });
        if (known) taken[*known] = true;
        const bool equal = known && compare(list, before, *known, after, i).empty();
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

bool is_same_group(const SyncGroup& a, const SyncGroup& b) { return a.name == b.name; }

template <typename T>
void report(Kind kind, const std::vector<T> Config::* list, const Config& before, const Config& after,
            const std::vector<Succession>& successions, std::vector<ItemDiff>& items) {
    std::vector<bool> taken((before.*list).size());
    for (std::size_t i = 0; i < successions.size(); ++i) {
        ItemDiff item{kind, (after.*list)[i].name, successions[i].outcome, {}};
        if (const std::optional<std::size_t> old = successions[i].before) {
            taken[*old] = true;
            item.changes = compare(list, before, *old, after, i);
        }
        items.push_back(std::move(item));
    }
    for (std::size_t i = 0; i < taken.size(); ++i)
        if (!taken[i]) items.push_back({kind, (before.*list)[i].name, Outcome::Removed, {}});
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

std::string_view name(Kind kind) {
    switch (kind) {
        case Kind::Globals:
            return "global_defs";
        case Kind::Script:
            return "vrrp_script";
        case Kind::Instance:
            return "vrrp_instance";
        case Kind::SyncGroup:
            return "vrrp_sync_group";
    }
    return "";
}

bool is_same_router(const Instance& a, const Instance& b) {
    return a.vrid == b.vrid && a.family == b.family && a.interface == b.interface &&
           a.is_unicast() == b.is_unicast();
}

// A result stays valid when the same program is run as the same user at the same rate.
bool is_same_check(const Script& a, const Script& b) {
    return a.name == b.name && a.command == b.command && a.interval == b.interval && a.timeout == b.timeout;
}

ReloadPlan plan_reload(const Config& before, const Config& after) {
    return {match(&Config::instances, before, after, is_same_router),
            match(&Config::scripts, before, after, is_same_check)};
}

std::vector<ItemDiff> difference(const Config& before, const Config& after) {
    std::vector<ItemDiff> items;
    ItemDiff globals{Kind::Globals, "", Outcome::Unchanged,
                     compare(Side<Globals>{&before.globals, &before}, Side<Globals>{&after.globals, &after})};
    if (!globals.changes.empty()) globals.outcome = Outcome::ChangedInPlace;
    items.push_back(std::move(globals));
    const ReloadPlan plan = plan_reload(before, after);
    report(Kind::Script, &Config::scripts, before, after, plan.scripts, items);
    report(Kind::Instance, &Config::instances, before, after, plan.instances, items);
    report(Kind::SyncGroup, &Config::sync_groups, before, after,
           match(&Config::sync_groups, before, after, is_same_group), items);
    return items;
}

}  // namespace understudy::model
