// Whether the vrrp process is at work: it is asked again and again, and one that says nothing for too long
// hangs. When we ourselves were not running (a suspended host, a starved processor), its silence says
// nothing, and it gets all its time once more. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "understudy/base/time.hpp"

namespace understudy::daemon {

class Heartbeat {
public:
    // looked() is to be called so often.
    static constexpr milliseconds kBeat{250};

    enum class Next : std::uint8_t { Wait, Ask, HasStopped };

    explicit Heartbeat(microseconds patience) : patience_(patience) {}

    // After Ask it counts as asked.
    [[nodiscard]] Next looked(Instant now);
    void answered() { asked_.reset(); }

private:
    microseconds patience_;
    std::optional<Instant> looked_;
    std::optional<Instant> asked_;
};

// How long a process may say nothing, by the shortest interval of its adverts: its peers wait for at least
// three of them, and its successor needs some of that time.
[[nodiscard]] microseconds patience_for(microseconds shortest_interval);

}  // namespace understudy::daemon
