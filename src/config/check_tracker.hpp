// Trackers other than scripts and links, and who refers to them.
#pragma once

#include "check.hpp"

namespace understudy::config {

// Where the blocks of each kind went: none if one was dropped.
using BlockIndex = std::vector<std::optional<std::size_t>>;

struct TrackerIndex {
    BlockIndex files;
    BlockIndex processes;
    BlockIndex bfd_sessions;
};

// Puts track_file, vrrp_track_process and bfd_instance into the configuration.
[[nodiscard]] TrackerIndex check_trackers(const CheckContext& context, model::Config& config);

// The entries of track_file, track_process and track_bfd of an instance or a sync group, into `to`.
void check_tracked(const CheckContext& context, const InstanceDraft& draft, const TrackerIndex& index,
                   model::Instance& to);
void check_tracked(const CheckContext& context, const GroupDraft& draft, const TrackerIndex& index,
                   model::SyncGroup& to);

// Where the files and processes stand that an instance still tracks, in the order of the model.
struct TrackedSpans {
    std::vector<Span> files;
    std::vector<Span> processes;
};
[[nodiscard]] TrackedSpans tracked_spans(const CheckContext& context, const TrackerIndex& index,
                                         const CheckedInstance& checked);

// What weights can never do: move an owner, count beyond the ends of the scale, or preempt under nopreempt.
// The weights an owner cannot have are taken out.
void check_weights(const CheckContext& context, const TrackedSpans& spans, CheckedInstance& checked);

// In a group with an owner, what the group tracks has no weight, as with keepalived.
void check_group_weights(const CheckContext& context, const GroupDraft& draft,
                         const std::vector<CheckedInstance>& checked, model::SyncGroup& group);

// Without sync_group_tracking_weight a member tracks files and sessions only to be in FAULT.
void drop_member_weights(const CheckContext& context, const TrackerIndex& index, CheckedInstance& member);

// track_group, garp_group, linkbeat_interfaces, interface_up_down_delays and static_ipaddress.
void check_link_groups(const CheckContext& context, const BlockIndex& instances, model::Config& config);

}  // namespace understudy::config
