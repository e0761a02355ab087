#include "heartbeat.hpp"

#include <algorithm>

namespace understudy::daemon {

namespace {

// A healthy process that has no processor for a moment is not to be killed for it.
constexpr seconds kLeastPatience{1};
constexpr seconds kMostPatience{3};

}  // namespace

// The more of its patience is grace, the oftener it asks one that has little to do.
Heartbeat::Heartbeat(microseconds patience)
    : patience_(patience), grace_(std::max<microseconds>(patience * 2 / 3, kLeastPatience)) {}

Heartbeat::Next Heartbeat::rang(Instant now, bool answered) {
    const bool was_away = until_ && now - *until_ >= kSlack;  // we ourselves
    if (until_ && !answered && !was_away) return Next::HasStopped;
    until_ = now + grace_;
    return Next::Ask;
}

microseconds patience_for(microseconds shortest_interval) {
    return std::clamp<microseconds>(shortest_interval * 3 / 2, kLeastPatience, kMostPatience);
}

}  // namespace understudy::daemon
