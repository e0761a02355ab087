// Groups of instances and of interfaces, and static addresses.
#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "understudy/base/text.hpp"

#include "check_tracker.hpp"

namespace understudy::config {

namespace {

class LinkGroupCheck {
public:
    LinkGroupCheck(const CheckContext& context, const BlockIndex& instances, model::Config& config)
        : context_(context), instances_(instances), config_(config) {}

    void run() {
        for (const TrackGroupDraft& draft : drafts().groups) track_group(draft);
        for (const AnnounceGroupDraft& draft : drafts().announce_groups) announce_group(draft);
        for (const PolledLinkDraft& draft : drafts().polled_links)
            if (is_there(draft.link.name, draft.span)) put(draft.link, config_.polled_links);
        for (const LinkDelayDraft& draft : drafts().link_delays)
            if (is_there(draft.delay.name, draft.span)) put(draft.delay, config_.link_delays);
        for (const AddressDraft& draft : context_.draft.static_addresses) static_address(draft);
    }

private:
    [[nodiscard]] const TrackerDrafts& drafts() const { return context_.draft.trackers; }

    void track_group(const TrackGroupDraft& draft) {
        model::TrackGroup group{draft.name, {}};
        for (const MemberDraft& member : draft.members) {
            const auto known = context_.draft.instance_names.find(member.name);
            if (known == context_.draft.instance_names.end()) {
                context_.diags
                    .add(Code::TrackGroupMember, member.span,
                         "there is no vrrp_instance " + quote(member.name))
                    .label("ignored")
                    .hint(did_you_mean(member.name, context_.draft.instances));
            } else if (const auto index = instances_[known->second]) {
                group.members.push_back(*index);
            }
        }
        if (draft.members.empty())
            context_.diags.add(Code::TrackGroupMember, draft.span, quote(draft.name) + " has no members")
                .label("nothing is tracked for it");
        group_index_[draft.name] = config_.track_groups.size();
        config_.track_groups.push_back(std::move(group));
    }

    void announce_group(const AnnounceGroupDraft& draft) {
        if (!draft.garp_interval && !draft.gna_interval) {
            context_.diags.add(Code::PacingMissing, draft.span, "this garp_group has no interval")
                .label("ignored: needs garp_interval or gna_interval");
            return;
        }
        model::AnnounceGroup group{draft.garp_interval.value, draft.gna_interval.value, {}};
        for (const MemberDraft& link : draft.interfaces) {
            context_.interface_exists(link.name, link.span, "garp_group");
            if (paced_.insert(link.name).second) {
                group.interfaces.push_back(link.name);
                continue;
            }
            context_.diags
                .add(Code::LinkOfTwoGroups, link.span, quote(link.name) + " already is in a garp_group")
                .label("ignored");
        }
        config_.announce_groups.push_back(std::move(group));
    }

    [[nodiscard]] bool exists(const std::string& name) const {
        return context_.host == nullptr || context_.draft.globals.dynamic_interfaces.value_or(false) ||
               context_.host->link(name);
    }

    bool is_there(const std::string& name, Span span) {
        if (exists(name)) return true;
        context_.diags.add(Code::MissingLink, span, "there is no interface " + quote(name)).label("ignored");
        return false;
    }

    // The last entry of an interface counts.
    template <typename Entry>
    static void put(const Entry& entry, std::vector<Entry>& entries) {
        const auto same = std::ranges::find(entries, entry.name, &Entry::name);
        if (same == entries.end()) {
            entries.push_back(entry);
        } else {
            *same = entry;
        }
    }

    void static_address(const AddressDraft& draft) {
        model::StaticAddress made{draft.address, std::nullopt};
        made.address.dev = draft.dev.value_or(config_.globals.default_interface);
        if (draft.dev) {
            context_.interface_exists(*draft.dev, draft.dev.span, "this address");
        } else if (!exists(made.address.dev)) {
            context_.diags
                .add(Code::MissingLink, draft.span,
                     "there is no default interface " + quote(made.address.dev))
                .label("this address is ignored")
                .hint("add dev and an interface, or default_interface to global_defs");
            return;
        }
        if (draft.track_group) {
            const auto known = group_index_.find(*draft.track_group);
            if (known != group_index_.end()) {
                made.track_group = known->second;
            } else {
                context_.diags
                    .add(Code::UnknownTrackGroup, draft.track_group.span,
                         "there is no track_group " + quote(*draft.track_group))
                    .label("nothing is tracked");
            }
        }
        config_.static_addresses.push_back(std::move(made));
    }

    const CheckContext& context_;
    const BlockIndex& instances_;
    model::Config& config_;
    std::unordered_map<std::string, std::size_t> group_index_;
    std::unordered_set<std::string> paced_;
};

}  // namespace

void check_link_groups(const CheckContext& context, const BlockIndex& instances, model::Config& config) {
    LinkGroupCheck{context, instances, config}.run();
}

}  // namespace understudy::config
