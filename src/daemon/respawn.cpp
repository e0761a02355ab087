#include "respawn.hpp"

#include <algorithm>

namespace understudy::daemon {

Respawn RespawnPolicy::died(bool was_ready, microseconds lived) {
    if (was_ready && lived >= kEarly) {
        early_ = 0;
        pause_ = seconds{0};
        return {Respawn::Kind::GoOn};
    }
    ++early_;
    // What it took over may be what killed it.
    if (early_ < kMostEarly) return {was_ready ? Respawn::Kind::GoOn : Respawn::Kind::Anew};
    return {Respawn::Kind::GiveUp, next_pause()};
}

seconds RespawnPolicy::next_pause() {
    pause_ = std::clamp(pause_ * 2, seconds{1}, kLongestPause);
    return pause_;
}

}  // namespace understudy::daemon
