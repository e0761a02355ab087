#include "deadlines.hpp"

namespace understudy::agent {

void Deadlines::set(Alarm alarm, std::optional<Instant> at) {
    Times& times = times_[alarm];
    times.wanted = at;
    if (!at) return;
    if (times.queued && *at >= *times.queued) {
        if (*at == *times.queued || queue_.top() != Entry{*times.queued, alarm}) return;
        queue_.pop();
    }
    enqueue(alarm, times);
}

std::optional<Instant> Deadlines::next() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.top().at;
}

std::optional<Alarm> Deadlines::next_alarm() const {
    if (queue_.empty()) return std::nullopt;
    const auto found = times_.find(queue_.top().alarm);
    const bool is_wanted = found != times_.end() && found->second.wanted == queue_.top().at;
    return is_wanted ? std::optional{queue_.top().alarm} : std::nullopt;
}

std::optional<Alarm> Deadlines::take_due(Instant now) {
    while (!queue_.empty() && queue_.top().at <= now + kSoon) {
        const Entry entry = queue_.top();
        if (entry.at > now && next_alarm()) break;
        queue_.pop();
        const auto found = times_.find(entry.alarm);
        if (found == times_.end() || found->second.queued != entry.at)
            continue;  // an earlier entry took its place
        Times& times = found->second;
        times.queued.reset();
        if (!times.wanted) {
            times_.erase(found);
        } else if (*times.wanted > now) {
            enqueue(entry.alarm, times);
        } else {
            times_.erase(found);
            return entry.alarm;
        }
    }
    return std::nullopt;
}

void Deadlines::enqueue(Alarm alarm, Times& times) {
    times.queued = times.wanted;
    queue_.push({*times.wanted, alarm});
}

}  // namespace understudy::agent
