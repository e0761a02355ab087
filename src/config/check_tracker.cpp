#include "check_tracker.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "understudy/base/text.hpp"

namespace understudy::config {

namespace {

using Names = std::unordered_map<std::string, std::size_t>;

// What a kind of tracker is called, and how an entry that names none is reported.
struct Kind {
    std::string_view block;
    Code unknown;
};
constexpr Kind kTrackedFile{"track_file", Code::UnknownTrackFile};
constexpr Kind kProcess{"vrrp_track_process", Code::UnknownTrackProcess};
constexpr Kind kBfd{"bfd_instance", Code::UnknownBfdSession};

std::optional<model::TrackFile> check_file(const CheckContext& context, const TrackFileDraft& draft) {
    if (draft.path && !draft.path->empty())
        return model::TrackFile{draft.name, *draft.path, draft.weight, draft.init};
    context.diags.add(Code::MissingTrackedPath, draft.span, quote(draft.name) + " has no file")
        .label("this block is ignored");
    return std::nullopt;
}

std::optional<model::TrackProcess> check_process(const CheckContext& context,
                                                 const TrackProcessDraft& draft) {
    if (!draft.command || draft.command->empty()) {
        context.diags.add(Code::MissingProcess, draft.span, quote(draft.name) + " has no process")
            .label("this block is ignored");
        return std::nullopt;
    }
    model::TrackProcess process = draft.plain;
    process.name = draft.name;
    process.command = *draft.command;
    process.weight = draft.weight.value_or({});
    process.quorum = draft.quorum.value_or(process.quorum);
    process.quorum_max = draft.quorum_max.value;
    if (process.command.size() > 1 && process.parameters == ParameterMatch::None)
        process.parameters = ParameterMatch::Exact;
    if (process.parameters != ParameterMatch::None) process.full_command = true;
    // quorum_max 0 stands for "none may run", whatever the quorum.
    const std::uint32_t most = process.quorum_max.value_or(process.quorum);
    if (most == 0 || most >= process.quorum) return process;
    process.quorum_max.reset();
    context.diags.add(Code::ValueCorrected, draft.quorum_max.span, "quorum_max is below quorum")
        .label("ignored: there is no limit");
    return process;
}

class BfdCheck {
public:
    explicit BfdCheck(const CheckContext& context) : context_(context) {}

    std::optional<model::BfdSession> check(const BfdDraft& draft) {
        if (!is_usable(draft)) return std::nullopt;
        model::BfdSession session = draft.plain;
        session.name = draft.name;
        session.neighbor = *draft.neighbor;
        session.for_instances = draft.vrrp || !draft.checker;
        session.for_checkers = draft.checker || !draft.vrrp;
        hops(draft, session);
        return session;
    }

private:
    bool is_usable(const BfdDraft& draft) {
        if (!draft.neighbor)
            return refuse(Code::MissingNeighbor, draft.span, quote(draft.name) + " has no neighbor_ip");
        const auto& source = draft.plain.source;
        if (source && source->family() != draft.neighbor->family())
            return refuse(Code::FamilyMix, draft.neighbor.span,
                          "source_ip is of the other family than neighbor_ip");
        if (!neighbors_.insert(*draft.neighbor).second)
            return refuse(Code::DuplicateNeighbor, draft.neighbor.span,
                          quote(draft.neighbor->to_string()) + " has a session already");
        return true;
    }

    bool refuse(Code code, Span span, std::string message) {
        context_.diags.add(code, span, std::move(message)).label("this session is ignored");
        return false;
    }

    void hops(const BfdDraft& draft, model::BfdSession& session) {
        const int hops = draft.max_hops.value_or(0);
        const bool unchecked = hops < 0 || hops == 255;
        session.max_hops = unchecked ? std::nullopt : std::optional{static_cast<std::uint8_t>(hops)};
        if (unchecked || hops <= session.ttl) return;
        session.max_hops = session.ttl;
        context_.diags
            .add(Code::ValueCorrected, draft.max_hops.span, "max_hops is larger than the ttl of this session")
            .label(std::to_string(session.ttl) + " is used");
    }

    const CheckContext& context_;
    std::unordered_set<net::Address> neighbors_;
};

template <typename Draft, typename Check, typename Made>
BlockIndex check_blocks(const std::vector<Draft>& drafts, Check check, std::vector<Made>& all) {
    BlockIndex index;
    for (const Draft& draft : drafts) {
        auto made = check(draft);
        index.push_back(made ? std::optional{all.size()} : std::nullopt);
        if (made) all.push_back(std::move(*made));
    }
    return index;
}

// Resolves the entries of one block of one kind. The weight of an entry without one is that of the block,
// and it is turned around as the block is, whatever its weight, unless it says otherwise.
template <typename Draft>
class References {
public:
    References(const CheckContext& context, const Kind& kind, const Names& names,
               const std::vector<Draft>& drafts, const BlockIndex& index)
        : context_(context), kind_(kind), names_(names), drafts_(drafts), index_(index) {}

    template <typename Standard, typename Tracked>
    void resolve(const std::vector<TrackDraft>& entries, std::size_t order, Standard standard,
                 std::vector<Tracked>& tracked) const {
        std::unordered_set<std::string> seen;
        for (const TrackDraft& entry : entries) {
            const auto known = names_.find(entry.name);
            if (known == names_.end()) {
                report_unknown(entry);
            } else if (!seen.insert(entry.name).second) {
                context_.diags
                    .add(Code::DuplicateTracker, entry.span, quote(entry.name) + " is tracked twice")
                    .label("ignored");
            } else if (const auto index = index_[known->second]) {
                const Draft& draft = drafts_[known->second];
                report_order(entry, draft, order);
                model::Weight weight = standard(draft);
                if (entry.weight) weight.value = *entry.weight;  // turned around as the block is
                if (entry.reverse) weight.reverse = *entry.reverse;
                tracked.push_back({*index, weight});
            }
        }
    }

private:
    void report_unknown(const TrackDraft& entry) const {
        context_.diags
            .add(kind_.unknown, entry.span,
                 "there is no " + std::string{kind_.block} + " " + quote(entry.name))
            .label("nothing is tracked")
            .hint(did_you_mean(entry.name, drafts_));
    }

    void report_order(const TrackDraft& entry, const Draft& draft, std::size_t order) const {
        if (draft.order < order) return;
        context_.diags.add(Code::DefinedLater, entry.span, quote(entry.name) + " is only defined below")
            .label("tracked here, but keepalived would not track it")
            .hint("move the " + std::string{kind_.block} + " above, if keepalived is to read this file too");
    }

    const CheckContext& context_;
    const Kind& kind_;
    const Names& names_;
    const std::vector<Draft>& drafts_;
    const BlockIndex& index_;
};

template <typename From, typename To>
void resolve_all(const CheckContext& context, const From& from, const TrackerIndex& index, To& to) {
    const Draft& all = context.draft;
    References{context, kTrackedFile, all.track_file_names, all.trackers.files, index.files}.resolve(
        from.tracked_files, from.order, [](const TrackFileDraft& draft) { return draft.weight; },
        to.tracked_files);
    References{context, kProcess, all.track_process_names, all.trackers.processes, index.processes}.resolve(
        from.tracked_processes, from.order,
        [](const TrackProcessDraft& draft) { return draft.weight.value_or({}); }, to.tracked_processes);
    References{context, kBfd, all.bfd_names, all.trackers.bfd_sessions, index.bfd_sessions}.resolve(
        from.tracked_bfd_sessions, from.order, [](const BfdDraft& draft) { return draft.plain.weight; },
        to.tracked_bfd_sessions);
}

// The entry that names what is tracked.
template <typename Tracked>
const TrackDraft& entry_of(const Tracked& one, const std::vector<TrackDraft>& entries,
                           std::size_t Tracked::* index, const BlockIndex& blocks, const Names& names) {
    return *std::ranges::find_if(entries, [&](const TrackDraft& entry) {
        const auto known = names.find(entry.name);
        return known != names.end() && blocks[known->second] == one.*index;
    });
}

// Takes the entries out that a member of a sync group cannot have; what `keep` makes weightless stays.
template <typename Tracked, typename Keep>
void drop_weights(const CheckContext& context, const std::vector<TrackDraft>& entries,
                  std::size_t Tracked::* index, const BlockIndex& blocks, const Names& names,
                  std::vector<Tracked>& tracked, Keep keep) {
    const auto report = [&](const Tracked& one, const std::string& effect) {
        const TrackDraft& entry = entry_of(one, entries, index, blocks, names);
        context.diags
            .add(Code::GroupWeightIgnored, entry.span,
                 quote(entry.name) + " is tracked with a weight by a member of a sync group")
            .label(effect)
            .hint("put sync_group_tracking_weight into the vrrp_sync_group");
    };
    std::erase_if(tracked, [&](Tracked& one) {
        if (one.weight.value == 0) return false;
        const bool kept = keep(one.weight);
        report(one, kept ? "weight 0 is used" : "ignored");
        if (kept) one.weight = {};
        return !kept;
    });
}

}  // namespace

TrackerIndex check_trackers(const CheckContext& context, model::Config& config) {
    const TrackerDrafts& drafts = context.draft.trackers;
    BfdCheck bfd{context};
    return {
        check_blocks(
            drafts.files, [&](const TrackFileDraft& draft) { return check_file(context, draft); },
            config.track_files),
        check_blocks(
            drafts.processes, [&](const TrackProcessDraft& draft) { return check_process(context, draft); },
            config.track_processes),
        check_blocks(
            drafts.bfd_sessions, [&](const BfdDraft& draft) { return bfd.check(draft); },
            config.bfd_sessions)};
}

void check_tracked(const CheckContext& context, const InstanceDraft& draft, const TrackerIndex& index,
                   model::Instance& to) {
    resolve_all(context, draft, index, to);
}

TrackedSpans tracked_spans(const CheckContext& context, const TrackerIndex& index,
                           const CheckedInstance& checked) {
    TrackedSpans spans;
    for (const model::TrackedFile& one : checked.instance.tracked_files)
        spans.files.push_back(entry_of(one, checked.draft->tracked_files, &model::TrackedFile::file,
                                       index.files, context.draft.track_file_names)
                                  .span);
    for (const model::TrackedProcess& one : checked.instance.tracked_processes)
        spans.processes.push_back(entry_of(one, checked.draft->tracked_processes,
                                           &model::TrackedProcess::process, index.processes,
                                           context.draft.track_process_names)
                                      .span);
    return spans;
}

void drop_member_weights(const CheckContext& context, const TrackerIndex& index, CheckedInstance& member) {
    const Draft& all = context.draft;
    model::Instance& instance = member.instance;
    // 1 is the weight of a file that says nothing.
    drop_weights(context, member.draft->tracked_files, &model::TrackedFile::file, index.files,
                 all.track_file_names, instance.tracked_files,
                 [](const model::Weight& weight) { return weight.value == 1; });
    drop_weights(context, member.draft->tracked_bfd_sessions, &model::TrackedBfd::session, index.bfd_sessions,
                 all.bfd_names, instance.tracked_bfd_sessions, [](const model::Weight&) { return false; });
}

void check_tracked(const CheckContext& context, const GroupDraft& draft, const TrackerIndex& index,
                   model::SyncGroup& to) {
    resolve_all(context, draft, index, to);
}

}  // namespace understudy::config
