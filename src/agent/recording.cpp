#include "understudy/agent/recording.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "understudy/agent/archive.hpp"
#include "understudy/base/names.hpp"
#include "understudy/net/archive.hpp"

#include "recording_layout.hpp"

namespace understudy::agent {

namespace {

template <typename Variant>
struct NamesOf;
template <typename... T>
struct NamesOf<std::variant<T...>> {
    static constexpr std::array kNames{type_name<T>()...};
};

// The next frame of these, which is thereby taken off. CutShort: there is none, or not all of it.
std::expected<Bytes, ArchiveFault> take_frame(Bytes& frames) {
    const auto head = layout::read<layout::FrameHead>(frames);
    if (frames.size() < sizeof head || head.size > frames.size() - sizeof head)
        return std::unexpected(ArchiveFault::CutShort);
    const Bytes content = frames.subspan(sizeof head, head.size);
    if (layout::check_of(content) != head.check) return std::unexpected(ArchiveFault::Damaged);
    frames = frames.subspan(sizeof head + head.size);
    return content;
}

template <typename... Parts>
std::optional<ArchiveFault> unfold(Bytes content, layout::Frame expected, Parts&... parts) {
    ArchiveReader in{content};
    auto kind = layout::Frame::Told;
    take(in, kind);
    if (!in.failed() && kind != expected) return ArchiveFault::Unsound;
    (take(in, parts), ...);
    if (!in.failed() && !in.rest().empty()) return ArchiveFault::Surplus;
    return in.fault();
}

bool is_of(layout::Frame kind, Bytes frame) {
    return !frame.empty() && frame[0] == std::byte{std::to_underlying(kind)};
}

std::optional<Segment> read_segment(Bytes octets) {
    const auto head = layout::read<layout::SegmentHead>(octets);
    if (head.shape != layout::shape_of_recording()) return std::nullopt;
    if (head.used > octets.size() - sizeof head) return std::nullopt;
    Bytes frames = octets.subspan(sizeof head, static_cast<std::size_t>(head.used));
    const auto first = take_frame(frames);
    Opening opening;
    if (!first || unfold(*first, layout::Frame::Opening, opening)) return std::nullopt;
    return Segment{head.number, std::move(opening), frames};
}

}  // namespace

std::string_view name_of_action(std::uint8_t kind) {
    return kind < NamesOf<Action>::kNames.size() ? NamesOf<Action>::kNames[kind] : std::string_view{};
}

std::optional<ArchiveFault> Segment::unfold(Bytes frame, Turn& turn) {
    if (!is_of(layout::Frame::Reloaded, frame))
        return agent::unfold(frame, layout::Frame::Told, turn.at, turn.event);
    std::vector<std::byte> change;
    if (const auto fault = agent::unfold(frame, layout::Frame::Reloaded, turn.at, change)) return fault;
    if (!config_) {
        auto first = loaded_config(opening_.config);
        if (!first) return first.error();
        config_ = *std::move(first);
    }
    auto changed = changed_config(*config_, change);
    if (!changed) return changed.error();
    config_ = *std::move(changed);
    turn.event = ConfigLoaded{config_};
    return std::nullopt;
}

std::optional<Turn> Segment::next() {
    if (fault_ || frames_.empty()) return std::nullopt;
    const auto content = take_frame(frames_);
    if (content && is_of(layout::Frame::Ended, *content)) {
        ended_ = true;
        return std::nullopt;
    }
    Turn turn;
    fault_ = content ? unfold(*content, turn) : std::optional{content.error()};
    if (fault_) return std::nullopt;
    if (frames_.empty()) return turn;
    const auto orders = take_frame(frames_);
    if (!orders) {
        fault_ = orders.error();
        return turn;
    }
    fault_ = agent::unfold(*orders, layout::Frame::Ordered, turn.orders.emplace());
    if (fault_) turn.orders.reset();
    return turn;
}

std::uint64_t recording_format() {
    return mixed(mixed(layout::shape_of_recording(), layout::kFormat), Agent::shape());
}

std::expected<Recording, ArchiveFault> read_recording(Bytes octets) {
    const auto head = layout::read<layout::FileHead>(octets);
    if (head.magic != layout::kMagic || head.format != layout::kFormat)
        return std::unexpected(ArchiveFault::OtherFormat);
    const std::size_t room = octets.size() - sizeof head;
    if (head.segment_size < sizeof(layout::SegmentHead) || head.segments > room / head.segment_size)
        return std::unexpected(ArchiveFault::CutShort);
    Recording recording;
    for (std::size_t i = 0; i < head.segments; ++i) {
        const Bytes place = octets.subspan(sizeof head + i * head.segment_size, head.segment_size);
        if (layout::read<layout::SegmentHead>(place).number == 0) continue;
        if (auto segment = read_segment(place)) {
            recording.segments.push_back(*std::move(segment));
        } else {
            ++recording.unreadable;
        }
    }
    std::ranges::sort(recording.segments, {}, &Segment::number);
    return recording;
}

}  // namespace understudy::agent
