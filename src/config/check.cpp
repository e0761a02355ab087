#include "check.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_set>

#include "understudy/base/text.hpp"

#include "check_globals.hpp"
#include "check_route.hpp"
#include "check_tracker.hpp"
#include "check_witness.hpp"

namespace understudy::config {

namespace {

// Two virtual routers of one VRID and family on one link are one virtual router to everybody else.
class Vrids {
public:
    explicit Vrids(Diagnostics& diags) : diags_(diags) {}

    bool claim(const model::Instance& instance, Span span) {
        if (instance.interface.empty()) return true;
        const auto [taken, fresh] = taken_.emplace(
            std::tuple{instance.interface, instance.family, instance.vrid.value()}, instance.name);
        if (fresh) return true;
        diags_
            .add(Code::DuplicateVrid, span,
                 "VRID " + std::to_string(instance.vrid.value()) + " is taken by " + quote(taken->second))
            .label("both are " + std::string{net::name(instance.family)} + " on " +
                   quote(instance.interface));
        return false;
    }

private:
    Diagnostics& diags_;
    std::map<std::tuple<std::string, net::Family, std::uint8_t>, std::string> taken_;
};

}  // namespace

bool CheckContext::is_refused(const InstanceDraft& instance, std::string_view keyword) const {
    return diags.has_errors() && std::ranges::find(instance.refused, keyword) != instance.refused.end();
}

bool CheckContext::interface_exists(const std::string& name, Span span, std::string_view used_for) const {
    if (host == nullptr || draft.globals.dynamic_interfaces.value_or(false) || host->link(name)) return true;
    const std::size_t colon = name.find(':');
    const std::string before = name.substr(0, colon);
    diags.add(Code::UnknownInterface, span, "there is no interface " + quote(name))
        .label("needed by " + std::string{used_for})
        .hint(colon == std::string::npos ? "put dynamic_interfaces into global_defs if it comes later"
                                         : "the interface is " + before + "; an address is shown as " + name +
                                               " by 'label " + name + "'");
    return false;
}

std::vector<model::TrackedLink> check_links(const CheckContext& context,
                                            const std::vector<TrackDraft>& drafts,
                                            const std::string& own_interface, std::vector<Span>& spans) {
    std::vector<model::TrackedLink> links;
    std::unordered_set<std::string> seen;
    for (const TrackDraft& draft : drafts) {
        if (draft.name == own_interface) {
            context.diags
                .add(Code::OwnInterfaceTracked, draft.span,
                     quote(draft.name) + " is the instance's own interface")
                .label("ignored: it is tracked anyway");
        } else if (!seen.insert(draft.name).second) {
            context.diags.add(Code::DuplicateTracker, draft.span, quote(draft.name) + " is tracked twice")
                .label("ignored");
        } else {
            context.interface_exists(draft.name, draft.span, "track_interface");
            links.push_back({draft.name, {draft.weight.value_or(0), draft.reverse.value_or(false)}});
            spans.push_back(draft.span);
        }
    }
    return links;
}

std::vector<model::TrackedScript> check_tracked_scripts(const CheckContext& context,
                                                        const std::vector<TrackDraft>& drafts,
                                                        std::size_t order, const ScriptIndex& scripts,
                                                        std::vector<Span>& spans) {
    std::vector<model::TrackedScript> tracked;
    std::unordered_set<std::string> seen;
    for (const TrackDraft& draft : drafts) {
        const auto known = context.draft.script_names.find(draft.name);
        if (known == context.draft.script_names.end()) {
            context.diags.add(Code::UnknownScript, draft.span, "there is no vrrp_script " + quote(draft.name))
                .label("nothing is tracked")
                .hint(did_you_mean(draft.name, context.draft.scripts));
            continue;
        }
        if (!seen.insert(draft.name).second) {
            context.diags.add(Code::DuplicateTracker, draft.span, quote(draft.name) + " is tracked twice")
                .label("ignored");
            continue;
        }
        const ScriptDraft& script = context.draft.scripts[known->second];
        if (script.order > order)
            context.diags.add(Code::DefinedLater, draft.span, quote(draft.name) + " is only defined below")
                .label("tracked here, but keepalived would not track it")
                .hint("move the vrrp_script above, if keepalived is to read this file too");
        const std::optional<std::size_t> index = scripts[known->second];
        if (!index) continue;  // why it was dropped was already said
        model::Weight weight = script.weight.value_or({});
        if (draft.weight) weight.value = *draft.weight;  // turned around as the script is
        if (draft.reverse) weight.reverse = *draft.reverse;
        tracked.push_back({*index, weight});
        spans.push_back(draft.span);
    }
    return tracked;
}

namespace {

// keepalived would run virtual servers and BFD sessions, so a file with nothing else is not empty.
void report_idleness(const CheckContext& context) {
    const Draft& draft = context.draft;
    if (!draft.instances.empty()) return;
    if (draft.has_other_work)
        context.diags.add(Code::NoConfiguration, Span{}, "nothing in this file will run: no vrrp_instance")
            .hint("virtual servers and BFD sessions need keepalived");
    else if (context.diags.exit_status() == 0)
        context.diags.add(Code::NoConfiguration, Span{}, "there is nothing to run: no vrrp_instance");
}

}  // namespace

Checked check(const CheckContext& context) {
    const Draft& draft = context.draft;
    Checked result;
    model::Config& config = result.config;
    config.globals = check_globals(context);
    const ScriptIndex& scripts = result.scripts = check_scripts(context, config);
    const TrackerIndex trackers = check_trackers(context, config);
    std::vector<std::optional<std::size_t>> index;  // of each draft in the result
    std::vector<CheckedInstance>& checked = result.instances;
    checked.reserve(draft.instances.size());
    Vrids vrids{context.diags};
    for (const InstanceDraft& instance : draft.instances) {
        // What is wrong with one half of a dual_stack instance need not be said of the other, too.
        const bool hopeless = instance.twin_of && !index[*instance.twin_of];
        auto one = hopeless ? std::nullopt : check_instance(context, instance, scripts);
        const bool usable = one && vrids.claim(one->instance, instance.vrid.span);
        index.push_back(usable ? std::optional{checked.size()} : std::nullopt);
        if (usable) check_tracked(context, instance, trackers, one->instance);
        if (usable) check_witnesses(instance, one->instance, config);
        if (usable) checked.push_back(std::move(*one));
    }
    config.static_routes = check_routes(context, draft.static_routes);
    config.static_rules = check_rules(context, draft.static_rules);
    check_groups(context, index, checked, scripts, config);
    for (model::SyncGroup& group : config.sync_groups) {
        const GroupDraft& written = draft.groups[draft.group_names.at(group.name)];
        check_tracked(context, written, trackers, group);
        check_group_weights(context, written, checked, group);
        if (group.tracking_weight) continue;
        for (const std::size_t member : group.members)
            drop_member_weights(context, trackers, checked[member]);
    }
    check_notify_defaults(context, checked, config);
    check_link_groups(context, index, config);
    for (CheckedInstance& one : checked) check_weights(context, tracked_spans(context, trackers, one), one);
    check_virtual_servers(context, config);
    check_script_security(context);
    config.instances.reserve(checked.size());
    for (CheckedInstance& one : checked) config.instances.push_back(std::move(one.instance));
    report_idleness(context);
    return result;
}

}  // namespace understudy::config
