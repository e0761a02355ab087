// Weights that cannot do what they are written for. The priority of an owner is fixed; anybody else's stays
// between 1 and 254 whatever the sum; and with nopreempt a better priority takes nothing from a live master.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "understudy/base/text.hpp"

#include "check.hpp"
#include "check_tracker.hpp"

namespace understudy::config {

namespace {

constexpr int kHighest = 254;
constexpr int kLowest = 1;

struct Weighted {
    model::Weight weight;
    Span span;
    bool is_factor = false;  // of a file: what it adds depends on the number in it
};

// What a tracked thing adds in its better and in its worse state.
int best_of(const Weighted& one) {
    const model::Weight weight = one.weight;
    if (one.is_factor) return 0;
    return (weight.value > 0) != weight.reverse ? std::abs(weight.value) : 0;
}
int worst_of(const Weighted& one) {
    const model::Weight weight = one.weight;
    if (one.is_factor) return 0;
    return (weight.value > 0) != weight.reverse ? 0 : -std::abs(weight.value);
}

template <typename Tracked>
void append_weighted(const std::vector<Tracked>& tracked, const std::vector<Span>& spans,
                     std::vector<Weighted>& all, bool is_factor = false) {
    for (std::size_t i = 0; i < tracked.size(); ++i)
        if (tracked[i].weight.value != 0) all.push_back({tracked[i].weight, spans[i], is_factor});
}

template <typename Tracked>
void drop_weighted(std::vector<Tracked>& tracked, std::vector<Span>& spans) {
    std::vector<Span> kept;
    for (std::size_t i = 0; i < tracked.size(); ++i)
        if (tracked[i].weight.value == 0) kept.push_back(spans[i]);
    std::erase_if(tracked, [](const Tracked& one) { return one.weight.value != 0; });
    spans = std::move(kept);
}

class WeightCheck {
public:
    WeightCheck(const CheckContext& context, TrackedSpans spans, CheckedInstance& checked)
        : context_(context),
          diags_(context.diags),
          checked_(checked),
          spans_(std::move(spans)),
          instance_(checked.instance) {
        append_weighted(instance_.tracked_links, checked.link_spans, weighted_);
        append_weighted(instance_.tracked_scripts, checked.script_spans, weighted_);
        append_weighted(instance_.tracked_processes, spans_.processes, weighted_);
        append_weighted(instance_.tracked_files, spans_.files, weighted_, true);
        std::ranges::sort(weighted_, {}, &Weighted::span);
    }

    void run() {
        if (weighted_.empty() || context_.is_refused(*checked_.draft, "priority")) return;
        if (instance_.priority == net::kOwner) return owner();
        upper_end();
        lower_end();
        if (!instance_.preempt) nopreempt();
    }

private:
    void owner() {
        for (const Weighted& one : weighted_)
            diags_
                .add(Code::OwnerWeightIgnored, one.span,
                     "a weight cannot move priority 255, which is the address owner's")
                .label("ignored")
                .hint("without a weight its failure means FAULT, which an owner can enter");
        drop_weighted(instance_.tracked_links, checked_.link_spans);
        drop_weighted(instance_.tracked_scripts, checked_.script_spans);
        drop_weighted(instance_.tracked_processes, spans_.processes);
        drop_weighted(instance_.tracked_files, spans_.files);
    }

    // The entry that crosses the end is the one pointed at.
    void upper_end() {
        int sum = instance_.priority.value();
        const Weighted* crossing = nullptr;
        for (const Weighted& one : weighted_) {
            sum += best_of(one);
            if (sum > kHighest && crossing == nullptr) crossing = &one;
        }
        if (crossing == nullptr) return;
        const int bonus = sum - instance_.priority.value();
        diags_
            .add(Code::WeightAboveEnd, crossing->span,
                 "priority and weights of " + quote(instance_.name) + " make " + std::to_string(sum))
            .label("254 is used: it overrules every router but an owner, and the rest of the weight is lost")
            .hint(bonus < kHighest ? "every weight counts up to priority " + std::to_string(kHighest - bonus)
                                   : "");
    }

    void lower_end() {
        int sum = instance_.priority.value();
        const Weighted* crossing = nullptr;
        for (const Weighted& one : weighted_) {
            sum += worst_of(one);
            if (sum < kLowest && crossing == nullptr) crossing = &one;
        }
        if (crossing == nullptr) return;
        const int penalty = instance_.priority.value() - sum;
        diags_
            .add(Code::WeightBelowEnd, crossing->span,
                 "priority and weights of " + quote(instance_.name) + " can make " + std::to_string(sum))
            .label("1 is used: what fails after that changes nothing")
            .hint(penalty < kHighest
                      ? "every weight counts from priority " + std::to_string(kLowest + penalty) + " on"
                      : "");
    }

    void nopreempt() {
        diags_
            .add(Code::WeightUnderNopreempt, weighted_.front().span,
                 quote(instance_.name) + " has nopreempt: no weight makes it take over from a live master")
            .label("only decides who comes first once the master is silent")
            .hint("without a weight a failure means FAULT, and the next router takes over");
    }

    const CheckContext& context_;
    Diagnostics& diags_;
    CheckedInstance& checked_;
    TrackedSpans spans_;
    model::Instance& instance_;
    std::vector<Weighted> weighted_;  // in the order of the file
};

template <typename Tracked>
bool clear_weights(std::vector<Tracked>& tracked) {
    bool had_any = false;
    for (Tracked& one : tracked) had_any |= std::exchange(one.weight, {}).value != 0;
    return had_any;
}

}  // namespace

void check_group_weights(const CheckContext& context, const GroupDraft& draft,
                         const std::vector<CheckedInstance>& checked, model::SyncGroup& group) {
    const auto is_owner = [&](std::size_t member) {
        return checked[member].instance.priority == net::kOwner;
    };
    if (std::ranges::none_of(group.members, is_owner)) return;
    bool had_any = clear_weights(group.tracked_links);
    had_any |= clear_weights(group.tracked_scripts);
    had_any |= clear_weights(group.tracked_files);
    had_any |= clear_weights(group.tracked_processes);
    had_any |= clear_weights(group.tracked_bfd_sessions);
    if (!had_any) return;
    context.diags
        .add(Code::OwnerWeightIgnored, draft.span,
             quote(group.name) + " has a member of priority 255, which no weight of the group can move")
        .label("without weights: what this group tracks puts all of it into FAULT")
        .hint("let the members that are no owners track with a weight, and write sync_group_tracking_weight");
}

void check_weights(const CheckContext& context, const TrackedSpans& spans, CheckedInstance& checked) {
    WeightCheck{context, spans, checked}.run();
}

}  // namespace understudy::config
