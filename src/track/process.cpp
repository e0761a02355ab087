#include "understudy/track/process.hpp"

#include <algorithm>
#include <span>
#include <string_view>

namespace understudy::track {

namespace {

constexpr std::size_t kNameLength = 15;

std::string_view last_part(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool same_parameters(ParameterMatch how, std::span<const std::string> wanted,
                     std::span<const std::string> given) {
    if (how == ParameterMatch::Exact) return std::ranges::equal(wanted, given);
    if (given.size() < wanted.size()) return false;
    if (wanted.empty()) return given.empty();  // param_match without parameters: it must have none
    const std::span<const std::string> whole =
        how == ParameterMatch::Initial ? wanted.first(wanted.size() - 1) : wanted;
    if (!std::ranges::equal(whole, given.first(whole.size()))) return false;
    // As in keepalived more may follow in either case.
    return how == ParameterMatch::Partial || given[whole.size()].starts_with(wanted.back());
}

}  // namespace

bool needs_words(const model::TrackProcess& wanted) {
    return wanted.full_command || wanted.parameters != ParameterMatch::None;
}

bool matches(const model::TrackProcess& wanted, const ProcessFacts& process) {
    if (!needs_words(wanted))
        return std::string_view{process.name}.substr(0, kNameLength) ==
               last_part(wanted.command.front()).substr(0, kNameLength);
    if (process.words.empty() || process.words.front() != wanted.command.front()) return false;
    if (wanted.parameters == ParameterMatch::None) return true;
    return same_parameters(wanted.parameters, std::span{wanted.command}.subspan(1),
                           std::span{process.words}.subspan(1));
}

void ProcessTable::want(std::vector<model::TrackProcess> wanted) {
    wanted_ = std::move(wanted);
    counts_.assign(wanted_.size(), 0);
    matching_.clear();
}

void ProcessTable::count(const std::vector<std::size_t>& matching, bool more) {
    for (const std::size_t index : matching) counts_[index] += more ? std::size_t{1} : std::size_t(-1);
}

void ProcessTable::runs(std::uint32_t pid, const ProcessFacts& facts) {
    ended(pid);
    std::vector<std::size_t> matching;
    for (std::size_t i = 0; i < wanted_.size(); ++i)
        if (matches(wanted_[i], facts)) matching.push_back(i);
    if (matching.empty()) return;
    count(matching, true);
    matching_[pid] = std::move(matching);
}

void ProcessTable::ended(std::uint32_t pid) {
    const auto known = matching_.find(pid);
    if (known == matching_.end()) return;
    count(known->second, false);
    matching_.erase(known);
}

void ProcessTable::keep_only(const std::vector<std::uint32_t>& ascending_pids) {
    std::vector<std::uint32_t> gone;
    for (const auto& [pid, matching] : matching_)
        if (!std::ranges::binary_search(ascending_pids, pid)) gone.push_back(pid);
    for (const std::uint32_t pid : gone) ended(pid);
}

Health ProcessTracker::judged() const {
    if (!count_) return Health::Unknown;
    const bool enough = *count_ >= settings_.quorum || settings_.quorum_max == std::size_t{0};
    const bool too_many = settings_.quorum_max && *count_ > *settings_.quorum_max;
    return enough && !too_many ? Health::Good : Health::Bad;
}

bool ProcessTracker::become(Health health) {
    change_at_.reset();
    return std::exchange(health_, health) != health;
}

bool ProcessTracker::counted(std::size_t count, Instant now) {
    const bool more = count > count_.value_or(0);
    const bool first = !count_;
    if (count_ == count) return false;
    count_ = count;
    const Health judgement = judged();
    if (first || judgement == health_) return become(judgement);
    const microseconds delay = more ? settings_.fork_delay : settings_.terminate_delay;
    if (delay == microseconds{0}) return become(judgement);
    if (change_at_) return false;
    change_at_ = now + delay;
    delay_ = more ? Delay::Fork : Delay::Terminate;
    return false;
}

bool ProcessTracker::due(Instant now) {
    if (!change_at_ || now < *change_at_) return false;
    return become(judged());
}

bool ProcessTracker::adopt_settings(const model::TrackProcess& settings, Instant now) {
    settings_ = settings;
    if (change_at_ && now < *change_at_) return false;
    return become(judged());
}

}  // namespace understudy::track
