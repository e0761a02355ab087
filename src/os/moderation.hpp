// Keeps a flood from waking us for each of its packets: whoever is woken too often looks only once in a while
// for what has come meanwhile, which then comes by one system call. Pure.
#pragma once

#include "understudy/base/time.hpp"

namespace understudy::os {

class Moderation {
public:
    // More often than this within that time is too often: 2,000 a second.
    static constexpr milliseconds kWindow{10};
    static constexpr int kMost = 20;
    // What then lies between two looks. No interval of adverts is so short that this matters.
    static constexpr milliseconds kPause{1};

    // True: a pause is to be made before the next look.
    [[nodiscard]] bool woken(Instant now) {
        if (now - began_ >= kWindow) {
            // A pause makes the window seem quiet, so that what ends it is that few come in it.
            const bool quiet = now - began_ >= 2 * kWindow || wakes_ < kFewWithPauses;
            moderating_ = moderating_ && !quiet;
            began_ = now;
            wakes_ = 0;
        }
        ++wakes_;
        moderating_ = moderating_ || wakes_ > kMost;
        return moderating_;
    }

private:
    // Of ten looks in a window, with pauses in between.
    static constexpr int kFewWithPauses = 5;

    Instant began_{};
    int wakes_ = 0;
    bool moderating_ = false;
};

}  // namespace understudy::os
