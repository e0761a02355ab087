// Any octets as the file of a flight recorder, and as a frame of a segment that is otherwise whole, behind a
// check that is right: it is read up to its first fault, and nothing behind that.
#include "understudy/agent/recording.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "understudy/base/assert.hpp"

#include "recording_layout.hpp"

namespace understudy::agent {
namespace {

std::size_t read_all(Bytes octets) {
    auto recording = read_recording(octets);
    if (!recording) return 0;
    std::size_t turns = 0;
    for (Segment& segment : recording->segments) {
        while (segment.next()) ++turns;
        UNDERSTUDY_ASSERT(!segment.next());
    }
    return turns;
}

// Of an agent that has nothing to do, told the time once.
std::vector<std::byte> recording_of_a_turn() {
    std::vector<std::byte> storage(Recorder::kSmallest);
    const Instant now{seconds{1000}};
    const WallTime wall{seconds{1'700'000'000}};
    Agent agent{std::make_shared<const model::Config>(), now};
    Recorder recorder{storage, "fuzz", 1};
    UNDERSTUDY_ASSERT(recorder.begin(agent, now, wall));
    recorder.told(TimeReached{}, now);
    UNDERSTUDY_ASSERT(recorder.ordered(agent, agent.handle(TimeReached{}, now), now, wall));
    UNDERSTUDY_ASSERT(read_all(storage) == 1);
    return storage;
}

// Behind all frames of the segment that is in use.
void append_frame(std::span<std::byte> storage, Bytes content) {
    const auto file = layout::read<layout::FileHead>(storage);
    for (std::size_t i = 0; i < file.segments; ++i) {
        const std::span<std::byte> segment = storage.subspan(sizeof file + i * file.segment_size);
        auto head = layout::read<layout::SegmentHead>(segment);
        if (head.number == 0) continue;
        const std::span<std::byte> free = segment.subspan(sizeof head + head.used);
        const auto size = static_cast<std::uint32_t>(content.size());
        layout::write(free, layout::FrameHead{size, layout::check_of(content)});
        std::ranges::copy(content, free.subspan(sizeof(layout::FrameHead)).begin());
        head.used += sizeof(layout::FrameHead) + content.size();
        layout::write(segment, head);
    }
}

void read_behind_a_turn(Bytes content) {
    static const std::vector<std::byte> kRecording = recording_of_a_turn();
    std::vector<std::byte> storage = kRecording;
    append_frame(storage, content);
    const std::size_t turns = read_all(storage);
    UNDERSTUDY_ASSERT(turns == 1 || turns == 2);
}

}  // namespace
}  // namespace understudy::agent

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace understudy;
    const Bytes octets = std::as_bytes(std::span{data, size});
    if (octets.size() > agent::Recorder::kSmallest / 8) return -1;
    agent::read_all(octets);
    agent::read_behind_a_turn(octets);
    return 0;
}
