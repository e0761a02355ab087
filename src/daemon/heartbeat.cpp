#include "heartbeat.hpp"

#include <algorithm>
#include <utility>

namespace understudy::daemon {

namespace {

// A healthy process that has no processor for a moment is not to be killed for it.
constexpr seconds kLeastPatience{1};
constexpr seconds kMostPatience{3};

}  // namespace

Heartbeat::Next Heartbeat::looked(Instant now) {
    const std::optional<Instant> before = std::exchange(looked_, now);
    if (!asked_) {
        asked_ = now;
        return Next::Ask;
    }
    if (before && now - *before >= 2 * kBeat) {  // we were away ourselves
        asked_ = now;
        return Next::Wait;
    }
    return now - *asked_ >= patience_ ? Next::HasStopped : Next::Wait;
}

microseconds patience_for(microseconds shortest_interval) {
    return std::clamp<microseconds>(shortest_interval * 3 / 2, kLeastPatience, kMostPatience);
}

}  // namespace understudy::daemon
