// How a recording lies in its storage. Numbers are in the byte order of the host: what shapes of another
// order look like is not known here, and refused.
//
//   head of the file        magic, format, number of segments, size of each
//   each segment            its head: number (0: it is being written), shape, octets used behind the head
//     frames                size, check, content; the first is the opening
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "understudy/base/archive.hpp"

namespace understudy::agent::layout {

struct FileHead {
    std::uint64_t magic = 0;
    std::uint64_t format = 0;
    std::uint64_t segments = 0;
    std::uint64_t segment_size = 0;
    friend bool operator==(const FileHead&, const FileHead&) = default;
};
struct SegmentHead {
    std::uint64_t number = 0;
    Shape shape = 0;
    std::uint64_t used = 0;
};
struct FrameHead {
    std::uint32_t size = 0;
    std::uint32_t check = 0;
};

inline constexpr std::uint64_t kMagic = 0x52'59'44'55'54'53'4e'55;  // "UNSTUDYR"
inline constexpr std::uint64_t kFormat = 2;

enum class Frame : std::uint8_t {
    Told = 1,
    Ordered,
    Opening,
    Ended,
    Reloaded,  // told of another configuration: what has changed in it
};

template <typename Head>
[[nodiscard]] Head read(Bytes octets) {
    Head head;
    if (octets.size() >= sizeof head) std::memcpy(&head, octets.data(), sizeof head);
    return head;
}
template <typename Head>
void write(std::span<std::byte> octets, const Head& head) {
    std::memcpy(octets.data(), &head, sizeof head);
}

[[nodiscard]] inline std::uint32_t check_of(Bytes content) {
    return static_cast<std::uint32_t>(digest(content));
}

// Of all that is in a recording.
[[nodiscard]] Shape shape_of_recording();

}  // namespace understudy::agent::layout
