// What follows the death of the vrrp process. One that had been at work is succeeded at once by another that
// goes on where it stopped. One that dies again and again within moments of its start would only take the
// addresses to and fro: then they are removed, and it is started from nothing, after ever longer pauses.
// Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "understudy/base/time.hpp"

namespace understudy::daemon {

struct Respawn {
    enum class Kind : std::uint8_t {
        GoOn,    // at once, with what the dead one knew
        Anew,    // at once, with nothing
        GiveUp,  // remove the addresses now, and start with nothing after the pause
    };
    Kind kind = Kind::GoOn;
    seconds pause{0};  // of GiveUp
    friend bool operator==(const Respawn&, const Respawn&) = default;
};

class RespawnPolicy {
public:
    // A process that lived less than this, counted from when it was started, died early.
    static constexpr milliseconds kEarly{1500};
    // So many early deaths in a row, with nothing between them, are a loop.
    static constexpr std::uint32_t kMostEarly = 3;
    static constexpr seconds kLongestPause{60};

    // A process has died. `was_ready`: its instances ran, and so it had something to hand on.
    [[nodiscard]] Respawn died(bool was_ready, microseconds lived);
    // Another one could not even be started.
    [[nodiscard]] seconds not_started() { return next_pause(); }

private:
    [[nodiscard]] seconds next_pause();

    std::uint32_t early_ = 0;
    seconds pause_{0};
};

}  // namespace understudy::daemon
