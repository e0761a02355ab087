#include "announcer.hpp"

#include <algorithm>
#include <utility>

namespace understudy::agent {

void Announcer::add(std::size_t owner, List list, std::uint32_t rounds) {
    if (rounds == 0 || list->empty()) return;
    first_.push_back({owner, std::move(list), rounds, 0});
}

// What is repeated for ever (garp_master_refresh) may come faster than a lane lets it leave.
void Announcer::add_paced(std::size_t owner, const Announcement& announcement, std::uint32_t rounds,
                          const Pace& pace) {
    if (rounds == 0) return;
    Queue& lane = lanes_[pace.lane];
    lane.gap = pace.gap;
    const Key key{owner, announcement.link, announcement.address};
    const auto [known, added] = lane.waiting.try_emplace(key, Waiting{announcement, rounds});
    if (added) return lane.order.push_back(key);
    known->second = {announcement, std::max(known->second.rounds, rounds)};
}

bool Announcer::cancel(std::size_t owner) {
    const auto is_its_own = [&](const Burst& burst) { return burst.owner == owner; };
    std::size_t waited = std::erase_if(first_, is_its_own) + std::erase_if(repeated_, is_its_own);
    for (auto& [number, lane] : lanes_) {
        waited += std::erase_if(lane.waiting,
                                [&](const auto& waiting) { return std::get<0>(waiting.first) == owner; });
        std::erase_if(lane.order, [&](const Key& key) { return std::get<0>(key) == owner; });
    }
    return waited > 0;
}

std::vector<Announcement> Announcer::take_slice(Instant now, Rounds which) {
    std::vector<Announcement> slice;
    take_paced(now, slice);
    while (!first_.empty() && slice.size() < kSlice) take_next(first_, slice);
    while (which == Rounds::All && !repeated_.empty() && slice.size() < kSlice) take_next(repeated_, slice);
    return slice;
}

// Of the first in the queue, which goes to the end of the repetitions when a round of it is over.
void Announcer::take_next(std::deque<Burst>& queue, std::vector<Announcement>& slice) {
    Burst& burst = queue.front();
    const std::vector<Announcement>& list = *burst.list;
    const std::size_t count = std::min(kSlice - slice.size(), list.size() - burst.at);
    const auto from = list.begin() + static_cast<std::ptrdiff_t>(burst.at);
    slice.insert(slice.end(), from, from + static_cast<std::ptrdiff_t>(count));
    burst.at += count;
    if (burst.at < list.size()) return;
    Burst rest = std::move(burst);
    queue.pop_front();
    rest.at = 0;
    if (--rest.rounds > 0) repeated_.push_back(std::move(rest));
}

// One of each lane that is free.
void Announcer::take_paced(Instant now, std::vector<Announcement>& slice) {
    for (auto& [number, lane] : lanes_) {
        if (lane.order.empty() || now < lane.free_at || slice.size() == kSlice) continue;
        const Key key = lane.order.front();
        lane.order.pop_front();
        const auto next = lane.waiting.find(key);
        slice.push_back(next->second.announcement);
        lane.free_at = now + lane.gap;
        if (--next->second.rounds > 0) {
            lane.order.push_back(key);
        } else {
            lane.waiting.erase(next);
        }
    }
    std::erase_if(lanes_,
                  [&](const auto& lane) { return lane.second.order.empty() && lane.second.free_at <= now; });
}

std::optional<Instant> Announcer::deadline(Instant now, Rounds which) const {
    std::optional<Instant> due;
    if (!first_.empty() || (which == Rounds::All && !repeated_.empty())) due = now;
    for (const auto& [number, lane] : lanes_)
        if (!lane.order.empty()) due = earliest(due, std::max(now, lane.free_at));
    return due;
}

bool Announcer::is_sound() const {
    const auto is_whole = [](const Burst& burst) {
        return burst.list && burst.at < burst.list->size() && burst.rounds > 0;
    };
    const auto knows_its_order = [](const auto& lane) {
        return std::ranges::all_of(lane.second.order,
                                   [&](const Key& key) { return lane.second.waiting.contains(key); });
    };
    return std::ranges::all_of(first_, is_whole) && std::ranges::all_of(repeated_, is_whole) &&
           std::ranges::all_of(lanes_, knows_its_order);
}

}  // namespace understudy::agent
