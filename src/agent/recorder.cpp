#include <algorithm>
#include <atomic>
#include <utility>

#include "understudy/agent/archive.hpp"
#include "understudy/agent/recording.hpp"
#include "understudy/base/assert.hpp"
#include "understudy/net/archive.hpp"

#include "recording_layout.hpp"

namespace understudy::agent {

namespace {

constexpr std::size_t kLargestUsual = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kLeastUsual = std::size_t{2} * 1024 * 1024;
constexpr std::size_t kSizesOfConfig = 64;    // four segments of twice what it and a snapshot may come to
constexpr std::size_t kLeastOfAPicture = 16;  // octets of a link, address, route or rule
// A snapshot takes about a millisecond. Nothing is to be late for it.
constexpr milliseconds kPauseForSnapshot{10};

// What need not be written to see that it is too much.
bool is_longer_than(const Event& event, std::size_t room) {
    const auto* const picture = std::get_if<KernelPictured>(&event);
    if (picture == nullptr) return false;
    const std::size_t objects =
        picture->links.size() + picture->addresses.size() + picture->routes.size() + picture->rules.size();
    return objects * kLeastOfAPicture > room;
}

// Whoever reads the storage after our death finds only what was complete.
void publish(std::span<std::byte> at, std::uint64_t value) {
    std::uint64_t& word = *reinterpret_cast<std::uint64_t*>(at.data());
    std::atomic_ref{word}.store(value, std::memory_order_release);
}

template <typename... Parts>
void fill(std::vector<std::byte>& frame, layout::Frame kind, const Parts&... parts) {
    frame.clear();
    ArchiveWriter out{frame};
    put(out, kind);
    (put(out, parts), ...);
}

}  // namespace

Shape layout::shape_of_recording() {
    static const Shape kShape =
        mixed(mixed(mixed(Agent::shape(), shape<model::Config>()), mixed(shape<Event>(), shape<Action>())),
              mixed(shape<Opening>(), shape<ActionMark>()));
    return kShape;
}

std::vector<ActionMark> marks_of(std::span<const Action> actions) {
    std::vector<ActionMark> marks;
    marks.reserve(actions.size());
    std::vector<std::byte> octets;
    for (const Action& action : actions) {
        octets.clear();
        ArchiveWriter out{octets};
        put(out, action);
        marks.push_back({static_cast<std::uint8_t>(action.index()), layout::check_of(octets)});
    }
    return marks;
}

std::size_t Recorder::usual_size(std::size_t config_size) {
    return std::clamp(kSizesOfConfig * config_size, kLeastUsual, kLargestUsual);
}

Recorder::Recorder(std::span<std::byte> storage, std::string version, std::uint64_t run)
    : storage_(storage),
      version_(std::move(version)),
      run_(run),
      segment_size_((storage.size() - sizeof(layout::FileHead)) / kSegments / sizeof(std::uint64_t) *
                    sizeof(std::uint64_t)) {
    UNDERSTUDY_ASSERT(storage.size() >= kSmallest);
    const layout::FileHead head{layout::kMagic, layout::kFormat, kSegments, segment_size_};
    if (layout::read<layout::FileHead>(storage_) != head) {
        std::ranges::fill(storage_, std::byte{0});
        layout::write(storage_, head);
    }
    for (std::size_t i = 0; i < kSegments; ++i) {
        const auto known = layout::read<layout::SegmentHead>(segment(i));
        if (known.number <= number_) continue;
        number_ = known.number;
        current_ = i;
    }
}

std::span<std::byte> Recorder::segment(std::size_t index) const {
    return storage_.subspan(sizeof(layout::FileHead) + index * segment_size_, segment_size_);
}

bool Recorder::begin(const Agent& agent, Instant now, WallTime wall) {
    const bool goes_on = recording_ && !left_out_;
    if (config_.empty()) config_ = saved(agent.config());
    const std::vector<std::byte> snapshot = agent.save();
    fill(scratch_, layout::Frame::Opening, Opening{version_, run_, goes_on, now, wall, config_, snapshot});
    opening_size_ = scratch_.size();
    left_out_ = false;
    if (opening_size_ > segment_size_ / 2) {
        end();
        return false;
    }
    recording_ = true;
    told_ = agent.shared_config();
    current_ = (current_ + 1) % kSegments;
    const std::span<std::byte> place = segment(current_);
    publish(place, 0);
    used_ = 0;
    layout::write(place, layout::SegmentHead{0, layout::shape_of_recording(), 0});
    UNDERSTUDY_ASSERT(append(scratch_));
    publish(place, ++number_);
    return true;
}

// Nobody is to go on from what is recorded, because the agent goes on without being recorded.
void Recorder::end() {
    if (!std::exchange(recording_, false)) return;
    fill(scratch_, layout::Frame::Ended);
    if (!append(scratch_)) publish(segment(current_), 0);
}

bool Recorder::append(const std::vector<std::byte>& frame) {
    const std::span<std::byte> place = segment(current_);
    const std::span<std::byte> free = place.subspan(sizeof(layout::SegmentHead) + used_);
    if (frame.size() + sizeof(layout::FrameHead) > free.size()) return false;
    layout::write(free, layout::FrameHead{static_cast<std::uint32_t>(frame.size()), layout::check_of(frame)});
    std::ranges::copy(frame, free.subspan(sizeof(layout::FrameHead)).begin());
    used_ += sizeof(layout::FrameHead) + frame.size();
    publish(place.subspan(offsetof(layout::SegmentHead, used)), used_);
    return true;
}

void Recorder::told(const Event& event, Instant now) {
    if (!recording_) return;
    left_out_ = is_longer_than(event, segment_size_ - used_);
    if (left_out_) return;
    if (const auto* const loaded = std::get_if<ConfigLoaded>(&event)) {
        config_.clear();
        fill(scratch_, layout::Frame::Reloaded, now, saved_change(*told_, *loaded->config));
        told_ = loaded->config;
    } else {
        fill(scratch_, layout::Frame::Told, now, event);
    }
    left_out_ = !append(scratch_);
}

bool Recorder::ordered(const Agent& agent, std::span<const Action> actions, Instant now, WallTime wall) {
    if (!recording_) return true;
    if (!left_out_) {
        fill(scratch_, layout::Frame::Ordered, marks_of(actions));
        left_out_ = !append(scratch_);
    }
    return !wants_next_segment(agent, now) || begin(agent, now, wall);
}

bool Recorder::wants_next_segment(const Agent& agent, Instant now) const {
    if (left_out_ || used_ >= segment_size_ / 32 * 31) return true;
    if (used_ < segment_size_ / 8 * 7) return false;
    const std::optional<Instant> due = agent.deadline();
    return !due || *due - now >= kPauseForSnapshot;
}

}  // namespace understudy::agent
