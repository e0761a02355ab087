// Whether the vrrp process is at work: it is asked when it has rested for a while, and one that gives no
// answer hangs. When we ourselves were not running (a suspended host, a starved processor), its silence says
// nothing, and it is asked once more. However it hangs, that is known before it has shown no sign of life for
// longer than its patience and kSlack. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "understudy/base/time.hpp"

namespace understudy::daemon {

class Heartbeat {
public:
    static constexpr milliseconds kSlack{250};

    enum class Next : std::uint8_t { Ask, HasStopped };

    // `patience`: how long it may show no sign of life.
    explicit Heartbeat(microseconds patience);

    // An alarm has rung: it has rested for rest(), or had grace() to answer. `answered`: what it was asked
    // last. After Ask it counts as asked.
    [[nodiscard]] Next rang(Instant now, bool answered);

    [[nodiscard]] microseconds rest() const { return patience_ + kSlack - grace_; }
    [[nodiscard]] microseconds grace() const { return grace_; }

private:
    microseconds patience_;
    microseconds grace_;
    std::optional<Instant> until_;  // it has time for an answer
};

// How long a process may say nothing, by the shortest interval of its adverts: its peers wait for at least
// three of them, and its successor needs some of that time.
[[nodiscard]] microseconds patience_for(microseconds shortest_interval);

}  // namespace understudy::daemon
