// The one ordered queue of deadlines. Moving a deadline later leaves its old entry where it is, unless that
// is the first of all: it is put back at the right place when its turn comes. So an advert that re-arms a
// backup's timer costs hardly more than a store, and nobody is woken for a deadline that has moved.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"

namespace understudy::agent {

enum class AlarmKind : std::uint8_t {
    Router,
    Script,
    Hook,
    Addresses,
    Announcer,
    Listeners,
    Claims,
    Processes,
    LinkDelay,
    LinkPoll,
    VirtualLinks,
    Filter,
    ExtraAnnouncements,
    Scheduling,
    Settings,
    Drain,
    Farewell,
    SplitBrain,
};

struct Alarm {
    AlarmKind kind = AlarmKind::Router;
    std::size_t id = 0;
    friend auto operator<=>(const Alarm&, const Alarm&) = default;
};

class Deadlines {
public:
    void set(Alarm alarm, std::optional<Instant> at);
    // Never later than the earliest deadline; it may be earlier, and then take_due() finds nothing.
    [[nodiscard]] std::optional<Instant> next() const;
    // Whose it is, if it is certain.
    [[nodiscard]] std::optional<Alarm> next_alarm() const;
    // The earliest alarm that is due, which is thereby taken off; in order of time. Whoever is woken a little
    // too early for a deadline that was moved meanwhile need not come again for it.
    [[nodiscard]] std::optional<Alarm> take_due(Instant now);

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 2;
    static constexpr milliseconds kSoon{1};

    struct AlarmHash {
        std::size_t operator()(const Alarm& alarm) const noexcept {
            return alarm.id * 32 + static_cast<std::size_t>(alarm.kind);
        }
    };
    struct Times {
        std::optional<Instant> wanted;
        std::optional<Instant> queued;  // the earliest entry in the queue
    };
    struct Entry {
        Instant at;
        Alarm alarm;
        friend auto operator<=>(const Entry&, const Entry&) = default;
    };

    void enqueue(Alarm alarm, Times& times);

    std::unordered_map<Alarm, Times, AlarmHash> times_;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue_;
};

}  // namespace understudy::agent
