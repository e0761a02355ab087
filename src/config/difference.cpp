#include "understudy/config/difference.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "understudy/config/outline.hpp"

namespace understudy::config {

namespace {

using model::Outcome;

constexpr const char* kGlobals = "global_defs";
constexpr const char* kInstance = "vrrp_instance";
constexpr const char* kScript = "vrrp_script";
constexpr const char* kCheck = "vrrp_check";
constexpr const char* kGiven = "given";  // a keyword without a value
constexpr const char* kHidden = "(hidden)";

// The values of one keyword, in order.
struct Setting {
    std::string name;
    std::vector<std::string> values;
    bool is_list = false;
    bool is_secret = false;
};

struct FlatBlock {
    std::string keyword;
    std::string name;
    std::vector<Setting> settings;
};

Setting& setting_of(const std::string& name, std::vector<Setting>& settings) {
    const auto known = std::ranges::find(settings, name, &Setting::name);
    return known != settings.end() ? *known : settings.emplace_back(Setting{name, {}, false, false});
}

void flatten(const std::vector<Node>& nodes, const std::string& prefix, std::vector<Setting>& settings);

void flatten(const Node& node, const std::string& prefix, std::vector<Setting>& settings) {
    if (node.block && node.kind != Node::Kind::Entries) {
        const std::string header = render_terms(node);
        return flatten(*node.block, prefix + node.keyword + (header.empty() ? "" : " " + header) + " ",
                       settings);
    }
    Setting& setting = setting_of(prefix + node.keyword, settings);
    if (node.block) {
        setting.is_list = true;
        for (const Node& line : *node.block) setting.values.push_back(render_line(line));
        return;
    }
    setting.is_list = setting.is_list || node.kind == Node::Kind::Repeated;
    setting.is_secret = node.kind == Node::Kind::Secret || node.kind == Node::Kind::RepeatedSecret;
    setting.values.push_back(node.terms.empty() ? kGiven : render_terms(node));
}

void flatten(const std::vector<Node>& nodes, const std::string& prefix, std::vector<Setting>& settings) {
    for (const Node& node : nodes) flatten(node, prefix, settings);
}

// Its name as such, where a name is all that follows the keyword.
std::string header_of(const Node& node) {
    const auto* const name = node.terms.size() == 1 ? std::get_if<std::string>(&node.terms.front()) : nullptr;
    return name != nullptr ? *name : render_terms(node);
}

// What stands outside of all blocks counts as global.
std::vector<FlatBlock> blocks_of(const model::Config& config) {
    std::vector<FlatBlock> blocks{{kGlobals, "", {}}};
    for (const Node& node : outline(config)) {
        if (!node.block) {
            flatten(node, "", blocks.front().settings);
        } else if (node.keyword == kGlobals) {
            flatten(*node.block, "", blocks.front().settings);
        } else if (node.kind == Node::Kind::Entries) {
            flatten(node, "", blocks.emplace_back(FlatBlock{node.keyword, "", {}}).settings);
        } else {
            flatten(*node.block, "",
                    blocks.emplace_back(FlatBlock{node.keyword, header_of(node), {}}).settings);
        }
    }
    return blocks;
}

std::string joined(const std::vector<std::string>& values) {
    std::string text;
    for (const std::string& value : values) text += (text.empty() ? "" : ", ") + value;
    return text;
}

std::vector<std::string> without(const std::vector<std::string>& values,
                                 const std::vector<std::string>& others) {
    const std::set<std::string> excluded(others.begin(), others.end());
    std::vector<std::string> left;
    std::ranges::copy_if(values, std::back_inserter(left),
                         [&](const std::string& value) { return !excluded.contains(value); });
    return left;
}

void compare_lists(const Setting& before, const Setting& after, std::vector<SettingChange>& changes) {
    const std::vector<std::string> gone = without(before.values, after.values);
    const std::vector<std::string> come = without(after.values, before.values);
    for (const std::string& value : gone) changes.push_back({after.name, value, ""});
    for (const std::string& value : come) changes.push_back({after.name, "", value});
    if (gone.empty() && come.empty())  // the same entries in another order, or one of them twice
        changes.push_back({after.name, joined(before.values), joined(after.values)});
}

void compare_setting(const Setting& before, const Setting& after, std::vector<SettingChange>& changes) {
    if (before.values == after.values) return;
    if (before.is_secret || after.is_secret) {
        const auto shown = [](const Setting& setting) { return setting.values.empty() ? "" : kHidden; };
        changes.push_back({after.name, shown(before), shown(after)});
    } else if (before.is_list || after.is_list) {
        compare_lists(before, after, changes);
    } else {
        changes.push_back({after.name, joined(before.values), joined(after.values)});
    }
}

std::vector<SettingChange> compare(const std::vector<Setting>& before, const std::vector<Setting>& after) {
    std::vector<SettingChange> changes;
    for (const Setting& fresh : after) {
        const auto old = std::ranges::find(before, fresh.name, &Setting::name);
        compare_setting(old != before.end() ? *old : Setting{fresh.name, {}, false, false}, fresh, changes);
    }
    for (const Setting& old : before)
        if (std::ranges::find(after, old.name, &Setting::name) == after.end())
            compare_setting(old, Setting{old.name, {}, false, old.is_secret}, changes);
    return changes;
}

// Which block of the old configuration a block of the new one goes on from.
class Predecessors {
public:
    Predecessors(const std::vector<FlatBlock>& before, const model::Config& old, const model::Config& fresh)
        : before_(before), old_(old) {
        for (std::size_t i = 0; i < before.size(); ++i)
            by_name_.emplace(key(before[i].keyword, before[i].name), i);
        const model::ReloadPlan plan = model::plan_reload(old, fresh);
        successions_[kInstance] = plan.instances;
        for (std::size_t i = 0; i < plan.scripts.size(); ++i)
            if (!fresh.scripts[i].is_witness)
                successions_[fresh.scripts[i].probe ? kCheck : kScript].push_back(plan.scripts[i]);
    }

    // Called once for each block of the new configuration, in its order.
    BlockDifference take(const FlatBlock& block) {
        const std::optional<model::Succession> succession = next_succession(block.keyword);
        const std::optional<std::size_t> old = predecessor(block, succession);
        BlockDifference found{block.keyword, block.name, Outcome::Added, {}};
        if (!old) return found;
        taken_.insert(*old);
        if (before_[*old].name != block.name)
            found.changes.push_back({block.keyword, before_[*old].name, block.name});
        std::ranges::copy(compare(before_[*old].settings, block.settings), std::back_inserter(found.changes));
        found.outcome = found.changes.empty() ? Outcome::Unchanged : Outcome::ChangedInPlace;
        if (succession) found.outcome = succession->outcome;
        return found;
    }

    [[nodiscard]] std::vector<BlockDifference> removed() const {
        std::vector<BlockDifference> gone;
        for (std::size_t i = 0; i < before_.size(); ++i)
            if (!taken_.contains(i))
                gone.push_back({before_[i].keyword, before_[i].name, Outcome::Removed, {}});
        return gone;
    }

private:
    static std::string key(const std::string& keyword, const std::string& name) {
        return keyword + ' ' + name;
    }

    // Instances and scripts stand in the outline in the order of the configuration.
    std::optional<model::Succession> next_succession(const std::string& keyword) {
        const auto planned = successions_.find(keyword);
        if (planned == successions_.end()) return std::nullopt;
        return planned->second.at(seen_[keyword]++);
    }

    std::optional<std::size_t> predecessor(const FlatBlock& block,
                                           const std::optional<model::Succession>& succession) const {
        std::string name = block.name;
        if (succession) {
            if (!succession->before) return std::nullopt;
            const std::size_t index = *succession->before;
            name = block.keyword == kInstance ? old_.instances[index].name : old_.scripts[index].name;
        }
        const auto known = by_name_.find(key(block.keyword, name));
        return known == by_name_.end() ? std::nullopt : std::optional{known->second};
    }

    const std::vector<FlatBlock>& before_;
    const model::Config& old_;
    std::map<std::string, std::size_t> by_name_;
    std::map<std::string, std::vector<model::Succession>> successions_;
    std::map<std::string, std::size_t> seen_;
    std::set<std::size_t> taken_;
};

}  // namespace

std::vector<BlockDifference> difference(const model::Config& before, const model::Config& after) {
    const std::vector<FlatBlock> old = blocks_of(before);
    Predecessors predecessors{old, before, after};
    std::vector<BlockDifference> all;
    for (const FlatBlock& block : blocks_of(after)) all.push_back(predecessors.take(block));
    std::ranges::copy(predecessors.removed(), std::back_inserter(all));
    return all;
}

}  // namespace understudy::config
