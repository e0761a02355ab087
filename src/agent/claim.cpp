#include "claim.hpp"

#include <algorithm>
#include <utility>

namespace understudy::agent {

bool Claim::heard(Instant now) {
    const bool first = !last_heard_ || now >= *last_heard_ + kQuiet;
    last_heard_ = now;
    if (first) answers_ = 0;
    confirm_ = true;
    if (due_) return first;
    const seconds spacing = is_quarrel() ? kSpacingOfQuarrel : kSpacing;
    due_ = last_answered_ ? std::max(now, *last_answered_ + spacing) : now;
    return first;
}

void Claim::answered(Instant now) {
    last_answered_ = now;
    ++answers_;
    due_.reset();
    if (!std::exchange(confirm_, false)) return;
    due_ = now + (is_quarrel() ? kSpacingOfQuarrel : kSpacing);
}

}  // namespace understudy::agent
