#include "understudy/track/steady.hpp"

namespace understudy::track {

bool Steady::observe(bool up, Instant now) {
    if (up == up_) {
        change_at_.reset();
        return false;
    }
    if (!change_at_) change_at_ = now + (up ? delays_.up : delays_.down);
    return due(now);
}

bool Steady::due(Instant now) {
    if (!change_at_ || now < *change_at_) return false;
    change_at_.reset();
    up_ = !up_;
    return true;
}

}  // namespace understudy::track
