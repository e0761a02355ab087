#include "announcer.hpp"

#include <algorithm>
#include <utility>

namespace understudy::agent {

void Announcer::add(std::size_t owner, List list, std::uint32_t rounds) {
    if (rounds == 0 || list->empty()) return;
    queue_.push_back({owner, std::move(list), rounds, 0});
}

void Announcer::cancel(std::size_t owner) {
    std::erase_if(queue_, [&](const Burst& burst) { return burst.owner == owner; });
}

std::vector<Announcement> Announcer::take_slice() {
    std::vector<Announcement> slice;
    while (!queue_.empty() && slice.size() < kSlice) {
        Burst& burst = queue_.front();
        const std::vector<Announcement>& list = *burst.list;
        const std::size_t count = std::min(kSlice - slice.size(), list.size() - burst.at);
        const auto from = list.begin() + static_cast<std::ptrdiff_t>(burst.at);
        slice.insert(slice.end(), from, from + static_cast<std::ptrdiff_t>(count));
        burst.at += count;
        if (burst.at < list.size()) continue;
        burst.at = 0;
        if (--burst.rounds == 0) queue_.pop_front();
    }
    return slice;
}

}  // namespace understudy::agent
