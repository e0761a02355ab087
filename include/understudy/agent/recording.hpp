// The flight recorder: what an agent was told, when, and what it ordered then, in a ring of segments. Each
// segment begins with a configuration and a snapshot, so that whatever has been overwritten, the rest can be
// run again (replay.hpp) or taken over by a successor: the snapshot and the events behind it are the agent.
//
// The storage is memory that outlives the process, such as a mapped file. An event is written before the
// agent hears it, so that the one that killed it is the last in the recording; of its orders there are kinds
// and digests. A turn costs a copy of a few dozen octets. A snapshot is taken when a segment is full, rather
// early and at a moment when nothing is due than late.
//
// Memory is bounded by the storage. An event that does not fit is left out, and the next segment begins at
// once; if the agent itself does not fit into half a segment, nothing is recorded.
//
// Recordings hold keys and passwords, because adverts are signed with them: whoever keeps one keeps a secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/agent/action.hpp"
#include "understudy/agent/agent.hpp"
#include "understudy/agent/event.hpp"
#include "understudy/base/archive.hpp"
#include "understudy/base/time.hpp"

namespace understudy::agent {

// An order as it is recorded.
struct ActionMark {
    std::uint8_t kind = 0;  // index of the alternative
    std::uint32_t digest = 0;
    friend bool operator==(const ActionMark&, const ActionMark&) = default;
};
[[nodiscard]] std::vector<ActionMark> marks_of(std::span<const Action> actions);
// "SendPacket"; empty for a number that no action has.
[[nodiscard]] std::string_view name_of_action(std::uint8_t kind);

// What a segment begins with. The octets are those of saved() and Agent::save().
struct Opening {
    std::string version;    // of the program
    std::uint64_t run = 0;  // the same for all segments of one process
    bool goes_on = false;   // directly behind the segment before
    Instant now;            // one moment on both clocks
    WallTime wall;
    Bytes config;
    Bytes snapshot;
};

// Differs between versions that cannot read each other's recordings.
[[nodiscard]] std::uint64_t recording_format();

class Recorder {
public:
    static constexpr std::size_t kSegments = 4;
    static constexpr std::size_t kSmallest = 64 * 1024;

    // What a configuration of so many octets is recorded in, unless somebody asks for another size.
    [[nodiscard]] static std::size_t usual_size(std::size_t config_size);

    // Goes on behind what the storage holds already, so that the last words of a predecessor stay. `run` is
    // to differ from that of every other process. At least kSmallest octets.
    Recorder(std::span<std::byte> storage, std::string version, std::uint64_t run);

    // The agent is what it is now; what it hears from now on is recorded. False: it does not fit.
    bool begin(const Agent& agent, Instant now, WallTime wall);
    // It is going to hear this,
    void told(const Event& event, Instant now);
    // and has ordered that. False: it does not fit any more, and nothing is recorded from now on.
    bool ordered(const Agent& agent, std::span<const Action> actions, Instant now, WallTime wall);

    [[nodiscard]] bool records() const { return recording_; }
    // Octets that configuration and snapshot took when they were last written, or would have taken.
    [[nodiscard]] std::size_t opening_size() const { return opening_size_; }
    [[nodiscard]] std::size_t segment_size() const { return segment_size_; }

private:
    [[nodiscard]] std::span<std::byte> segment(std::size_t index) const;
    void end();
    [[nodiscard]] bool append(const std::vector<std::byte>& frame);
    [[nodiscard]] bool wants_next_segment(const Agent& agent, Instant now) const;

    std::span<std::byte> storage_;
    std::string version_;
    std::uint64_t run_;
    std::size_t segment_size_;
    std::size_t current_ = 0;   // index of the segment
    std::uint64_t number_ = 0;  // of the segment: ever growing
    std::size_t used_ = 0;      // of the segment
    bool recording_ = false;
    bool left_out_ = false;  // something of the present turn
    std::size_t opening_size_ = 0;
    std::vector<std::byte> config_;              // saved; empty: not yet, or there is another one now
    std::shared_ptr<const model::Config> told_;  // the newest in the segment
    std::vector<std::byte> scratch_;
};

// One event of a recording and the orders that followed it.
struct Turn {
    Instant at;
    Event event;                                    // a view of the recording
    std::optional<std::vector<ActionMark>> orders;  // none: the process died before it was done
};

// A segment of a recording that is being read.
class Segment {
public:
    Segment(std::uint64_t number, Opening opening, Bytes frames)
        : number_(number), opening_(std::move(opening)), frames_(frames) {}

    [[nodiscard]] std::uint64_t number() const { return number_; }
    [[nodiscard]] const Opening& opening() const { return opening_; }
    // The next turn; none: that was all, or what follows cannot be read.
    [[nodiscard]] std::optional<Turn> next();
    [[nodiscard]] std::optional<ArchiveFault> fault() const { return fault_; }
    // Once next() has given none: the process went on without being recorded.
    [[nodiscard]] bool has_ended() const { return ended_; }

private:
    [[nodiscard]] std::optional<ArchiveFault> unfold(Bytes frame, Turn& turn);

    std::uint64_t number_;
    Opening opening_;
    Bytes frames_;
    std::shared_ptr<const model::Config> config_;  // the newest so far; none: that of the opening
    std::optional<ArchiveFault> fault_;
    bool ended_ = false;
};

struct Recording {
    std::vector<Segment> segments;  // in the order of time
    std::size_t unreadable = 0;     // segments that were written by another version, or are damaged
};
// OtherFormat: no recording at all. The octets have to outlive what is read.
[[nodiscard]] std::expected<Recording, ArchiveFault> read_recording(Bytes octets);

}  // namespace understudy::agent
