#include "hooks.hpp"

#include <algorithm>
#include <utility>

namespace understudy::agent {

bool Hooks::add(std::size_t owner, Hook hook) {
    Queue& queue = owners_[owner];
    const bool full = queue.waiting.size() >= kMostWaiting;
    if (full) queue.waiting.pop_front();
    queue.waiting.push_back(std::move(hook));
    return !full;
}

bool Hooks::may_start(const Queue& queue, Instant now) const {
    if (queue.waiting.empty() || queue.running.size() >= kMostRunning) return false;
    return std::ranges::all_of(queue.running, [&](const Running& r) { return now >= r.since + patience(); });
}

std::vector<Hooks::Started> Hooks::start_due(Instant now, std::uint64_t& next_run) {
    std::vector<Started> started;
    for (auto& [owner, queue] : owners_) {
        if (!may_start(queue, now)) continue;
        Hook hook = std::move(queue.waiting.front());
        queue.waiting.pop_front();
        const std::uint64_t run = next_run++;
        queue.running.push_back({run, hook, now});
        started.push_back({run, std::move(hook)});
    }
    return started;
}

void Hooks::forget_runs() {
    for (auto& [owner, queue] : owners_) queue.running.clear();
    std::erase_if(owners_, [](const auto& owner) { return owner.second.waiting.empty(); });
}

bool Hooks::ended(std::uint64_t run) {
    for (auto owner = owners_.begin(); owner != owners_.end(); ++owner) {
        Queue& queue = owner->second;
        if (std::erase_if(queue.running, [&](const Running& r) { return r.run == run; }) == 0) continue;
        if (queue.waiting.empty() && queue.running.empty()) owners_.erase(owner);
        return true;
    }
    return false;
}

std::optional<Hook> Hooks::find(std::uint64_t run) const {
    for (const auto& [owner, queue] : owners_)
        for (const Running& running : queue.running)
            if (running.run == run) return running.hook;
    return std::nullopt;
}

std::vector<std::uint64_t> Hooks::overdue(Instant now) const {
    std::vector<std::uint64_t> runs;
    if (!stopping_) return runs;
    for (const auto& [owner, queue] : owners_)
        for (const Running& running : queue.running)
            if (now >= running.since + patience()) runs.push_back(running.run);
    return runs;
}

std::optional<Instant> Hooks::deadline() const {
    std::optional<Instant> soonest;
    for (const auto& [owner, queue] : owners_) {
        if (queue.running.empty() || (queue.waiting.empty() && !stopping_)) continue;
        if (queue.running.size() >= kMostRunning && !stopping_) continue;  // one has to end first
        const auto [first, last] = std::ranges::minmax(queue.running, {}, &Running::since);
        // While stopping each run is ended at its time; otherwise the next waits until all had theirs.
        soonest = earliest(soonest, (stopping_ ? first.since : last.since) + patience());
    }
    return soonest;
}

}  // namespace understudy::agent
