// Sync groups: their members, and what a member may not track with a weight.
#include <algorithm>

#include "understudy/base/text.hpp"

#include "check.hpp"

namespace understudy::config {

namespace {

class GroupCheck {
public:
    GroupCheck(const CheckContext& context, const std::vector<std::optional<std::size_t>>& instances,
               std::vector<CheckedInstance>& checked, const ScriptIndex& scripts)
        : context_(context),
          instances_(instances),
          checked_(checked),
          scripts_(scripts),
          group_of_(checked.size()) {}

    std::optional<model::SyncGroup> check(const GroupDraft& draft) {
        model::SyncGroup group;
        group.name = draft.name;
        group.tracking_weight = draft.tracking_weight.value_or(false);
        for (const MemberDraft& member : draft.members) add(member, group);
        if (!is_worthwhile(draft, group)) return std::nullopt;
        std::vector<Span> spans;
        group.tracked_links = check_links(context_, draft.tracked_links, "", spans);
        group.tracked_scripts =
            check_tracked_scripts(context_, draft.tracked_scripts, draft.order, scripts_, spans);
        group.notify = check_notify(context_, draft.notify);
        if (!group.tracking_weight)
            for (const std::size_t member : group.members) drop_weights(checked_[member]);
        return group;
    }

private:
    void add(const MemberDraft& member, model::SyncGroup& group) {
        const auto known = context_.draft.instance_names.find(member.name);
        if (known == context_.draft.instance_names.end()) {
            context_.diags
                .add(Code::UnknownMember, member.span, "there is no vrrp_instance " + quote(member.name))
                .label("ignored")
                .hint(did_you_mean(member.name, context_.draft.instances));
            return;
        }
        const std::optional<std::size_t> index = instances_[known->second];
        if (!index) return;  // why it cannot run was already said
        if (group_of_[*index]) {
            context_.diags
                .add(Code::MemberOfTwoGroups, member.span,
                     quote(member.name) + " already is a member of " + quote(*group_of_[*index]))
                .label("ignored");
            return;
        }
        group_of_[*index] = group.name;
        group.members.push_back(*index);
    }

    bool is_worthwhile(const GroupDraft& draft, const model::SyncGroup& group) {
        // Why one of its halves cannot run was already said.
        if (!draft.is_written) return group.members.size() > 1;
        if (group.members.empty())
            context_.diags.add(Code::EmptyGroup, draft.span, quote(draft.name) + " has no members")
                .label("this group is ignored");
        if (group.members.size() == 1)
            context_.diags.add(Code::LonelyGroup, draft.span, quote(draft.name) + " has only one member")
                .label("there is nothing to move together");
        return !group.members.empty();
    }

    // Without sync_group_tracking_weight members share one priority order, which a weight would break. Of an
    // interface keepalived, too, says that its weight is ignored, and counts it.
    void drop_weights(CheckedInstance& member) {
        model::Instance& instance = member.instance;
        for (std::size_t i = 0; i < instance.tracked_links.size(); ++i) {
            if (instance.tracked_links[i].weight.value == 0) continue;
            report(member.link_spans[i], instance.name, "counted all the same, as keepalived does");
        }
        std::vector<model::TrackedScript> kept;
        std::vector<Span> kept_spans;
        for (std::size_t i = 0; i < instance.tracked_scripts.size(); ++i) {
            if (instance.tracked_scripts[i].weight.value == 0) {
                kept.push_back(instance.tracked_scripts[i]);
                kept_spans.push_back(member.script_spans[i]);
            } else {
                report(member.script_spans[i], instance.name, "ignored");
            }
        }
        instance.tracked_scripts = std::move(kept);
        member.script_spans = std::move(kept_spans);
    }

    void report(Span span, const std::string& name, const std::string& effect) {
        context_.diags
            .add(Code::GroupWeightIgnored, span,
                 quote(name) + " is in a sync group and should not track with a weight")
            .label(effect)
            .hint("put sync_group_tracking_weight into the vrrp_sync_group");
    }

    const CheckContext& context_;
    const std::vector<std::optional<std::size_t>>& instances_;
    std::vector<CheckedInstance>& checked_;
    const ScriptIndex& scripts_;
    std::vector<std::optional<std::string>> group_of_;
};

}  // namespace

void check_groups(const CheckContext& context, const std::vector<std::optional<std::size_t>>& instances,
                  std::vector<CheckedInstance>& checked, const ScriptIndex& scripts, model::Config& config) {
    GroupCheck check{context, instances, checked, scripts};
    for (const GroupDraft& draft : context.draft.groups)
        if (auto group = check.check(draft)) config.sync_groups.push_back(std::move(*group));
}

}  // namespace understudy::config
