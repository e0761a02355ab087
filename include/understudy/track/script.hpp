// One tracked script: when to run it, when it has run too long, and what its results mean (rise and fall). It
// orders and never runs anything itself. The daemon's own checks are scheduled and counted alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "understudy/base/members.hpp"
#include "understudy/base/time.hpp"
#include "understudy/track/health.hpp"

namespace understudy::track {

struct ScriptSettings {
    microseconds interval = seconds{1};
    microseconds timeout = seconds{1};
    std::uint32_t rise = 1;
    std::uint32_t fall = 1;
    bool starts_bad = false;  // until `rise` successes; else the first result decides

    friend bool operator==(const ScriptSettings&, const ScriptSettings&) = default;
};

enum class ScriptOrder : std::uint8_t { None, Run, Terminate, Kill };

class ScriptTracker {
public:
    // The first run is due at `first_run`.
    ScriptTracker(const ScriptSettings& settings, Instant first_run);

    // The next order that has become due; call until None. After Run the script is running until finished().
    // A run still active when the next is due makes that one be skipped. Terminate at the timeout (it counts
    // as failed once it is gone), Kill 2 s later.
    [[nodiscard]] ScriptOrder due(Instant now);
    // Not running: the next run is due then, and those after it keep their beat from there.
    void run_at(Instant time);
    // The run ended: exit status 0 or not. A run that was terminated has failed whatever it returned. The
    // first result decides at once; after that `rise` successes or `fall` failures in a row are needed. True:
    // the health changed.
    bool finished(bool success, Instant now);
    // After Terminate: nothing of the run goes on, so that one that has become due meanwhile is not left out.
    // A failure.
    bool abandoned();
    // Nobody will hear how a run that is under way ends: it does not count, and the next is due now.
    void forget_run(Instant now);
    // For want of something that has nothing to do with it the script was not started: it has no result, and
    // is tried again at its next beat.
    void postponed(Instant now);
    // The script could not be started at all: a failure.
    bool could_not_start(Instant now);

    [[nodiscard]] Health health() const { return health_; }
    [[nodiscard]] bool running() const { return started_at_.has_value(); }
    [[nodiscard]] bool timed_out() const { return terminated_at_.has_value(); }  // of the present run
    [[nodiscard]] std::optional<Instant> deadline() const;

    // A reload with the same command, user and interval keeps the result; new limits apply from now on.
    void adopt_settings(const ScriptSettings& settings);

private:
    friend class understudy::Members;
    static constexpr std::size_t kMembers = 8;

    [[nodiscard]] ScriptOrder due_while_running(Instant now);
    void skip_to_after(Instant now);
    bool count(bool success);

    ScriptSettings settings_;
    Health health_ = Health::Unknown;
    std::uint32_t successes_ = 0;
    std::uint32_t failures_ = 0;
    Instant next_run_;
    std::optional<Instant> started_at_;
    std::optional<Instant> terminated_at_;
    bool killed_ = false;
};

}  // namespace understudy::track
