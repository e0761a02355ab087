// Tracked processes: which running processes a vrrp_track_process block means, how many of them there are,
// and what that number says over time. A process is matched by its name (the 15 characters the kernel keeps)
// or by its command line; the number is good from quorum to quorum_max. A change that a new process makes is
// believed after fork_delay, one that an ended process makes after terminate_delay; the first count decides
// at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"
#include "understudy/model/tracker.hpp"
#include "understudy/track/health.hpp"

namespace understudy::track {

struct ProcessFacts {
    std::string name;                // at most 15 characters
    std::vector<std::string> words;  // its command line; none: a thread of the kernel

    friend bool operator==(const ProcessFacts&, const ProcessFacts&) = default;
};

[[nodiscard]] bool matches(const model::TrackProcess& wanted, const ProcessFacts& process);
// Whether its command line has to be known.
[[nodiscard]] bool needs_words(const model::TrackProcess& wanted);

// Who of all running processes is one of those wanted.
class ProcessTable {
public:
    // Everything is forgotten: what runs has to be told again.
    void want(std::vector<model::TrackProcess> wanted);
    void runs(std::uint32_t pid, const ProcessFacts& facts);  // new, or something else than before
    void ended(std::uint32_t pid);
    // All others have ended.
    void keep_only(const std::vector<std::uint32_t>& ascending_pids);

    [[nodiscard]] const std::vector<model::TrackProcess>& wanted() const { return wanted_; }
    [[nodiscard]] const std::vector<std::size_t>& counts() const { return counts_; }  // as wanted()

private:
    void count(const std::vector<std::size_t>& matching, bool more);

    std::vector<model::TrackProcess> wanted_;
    std::vector<std::size_t> counts_;
    std::unordered_map<std::uint32_t, std::vector<std::size_t>> matching_;  // only those that match any
};

class ProcessTracker {
public:
    // What a change waits for before it is believed.
    enum class Delay : std::uint8_t { Fork, Terminate };

    explicit ProcessTracker(const model::TrackProcess& settings) : settings_(settings) {}

    // True: the health changed.
    bool counted(std::size_t count, Instant now);
    bool due(Instant now);

    [[nodiscard]] Health health() const { return health_; }
    [[nodiscard]] std::optional<std::size_t> count() const { return count_; }
    [[nodiscard]] std::optional<Instant> deadline() const { return change_at_; }
    // The one that is running.
    [[nodiscard]] std::optional<Delay> delay() const {
        return change_at_ ? std::optional{delay_} : std::nullopt;
    }
    [[nodiscard]] const model::TrackProcess& settings() const { return settings_; }

    // The same processes: the count is still right. True: the health changed.
    bool adopt_settings(const model::TrackProcess& settings, Instant now);

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 5;

    [[nodiscard]] Health judged() const;
    bool become(Health health);

    model::TrackProcess settings_;
    std::optional<std::size_t> count_;
    Health health_ = Health::Unknown;
    std::optional<Instant> change_at_;
    Delay delay_ = Delay::Fork;
};

}  // namespace understudy::track
