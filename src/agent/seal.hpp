// The head of what is kept as a whole: the shape of what follows, how much that is, and its digest. What has
// another shape was written by another version, or is something else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "understudy/base/archive.hpp"

namespace understudy::agent {

inline constexpr std::size_t kSealSize = 3 * sizeof(std::uint64_t);

// Fills in the head of this size, once all is behind it.
void seal(Shape shape, std::vector<std::byte>& whole);

template <typename Write>
[[nodiscard]] std::vector<std::byte> sealed(Shape shape, Write write) {
    std::vector<std::byte> whole(kSealSize);
    ArchiveWriter out{whole};
    write(out);
    seal(shape, whole);
    return whole;
}

// What is behind the head.
[[nodiscard]] std::expected<Bytes, ArchiveFault> unsealed(Shape shape, Bytes octets);

// The one value that these octets are; what is wrong with them otherwise.
template <typename T>
[[nodiscard]] std::optional<ArchiveFault> filled(Bytes octets, T& value) {
    ArchiveReader in{octets};
    take(in, value);
    if (!in.failed() && !in.rest().empty()) return ArchiveFault::Surplus;
    return in.fault();
}

}  // namespace understudy::agent
