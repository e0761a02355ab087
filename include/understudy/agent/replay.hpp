// A recording run again by the same code: each turn with what the agent orders now, and whether that is what
// it ordered then. Where the recording has a gap, and at the start of another process, the agent is taken
// from the snapshot; where a segment follows on the one before, the snapshot is one more thing to compare.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "understudy/agent/action.hpp"
#include "understudy/agent/agent.hpp"
#include "understudy/agent/recording.hpp"
#include "understudy/base/time.hpp"

namespace understudy::agent {

struct ReplayStep {
    enum class Kind : std::uint8_t {
        ProcessBegan,  // a run begins, or all that is left of it
        Gap,           // something before was too long to be recorded
        Turned,
        Unreadable,  // the rest of this segment, or its snapshot; `difference` says why
    };
    Kind kind = Kind::Turned;
    WallTime at;
    const Turn* turn = nullptr;            // of Turned
    std::span<const Action> actions = {};  // of Turned: of this run, until the next step
    std::string difference = {};           // in words; empty: all is as it was
};

class Replay {
public:
    // The octets of the recording have to outlive it.
    explicit Replay(Recording recording) : recording_(std::move(recording)) {}

    // None: that was all.
    [[nodiscard]] std::optional<ReplayStep> next();
    // As it is after the last step; null at the beginning.
    [[nodiscard]] const Agent* agent() const { return agent_.get(); }

private:
    [[nodiscard]] std::optional<ReplayStep> open(const Opening& opening);
    [[nodiscard]] ReplayStep restore(const Opening& opening, ReplayStep::Kind kind);
    [[nodiscard]] ReplayStep turn();

    Recording recording_;
    std::size_t at_ = 0;  // index of the segment
    bool opened_ = false;
    std::unique_ptr<Agent> agent_;
    std::uint64_t run_ = 0;
    std::optional<Turn> turn_;
};

}  // namespace understudy::agent
