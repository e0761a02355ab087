#include "seal.hpp"

#include <cstring>

namespace understudy::agent {

namespace {

std::uint64_t word_of_head(Bytes octets, std::size_t number) {
    std::uint64_t value = 0;
    std::memcpy(&value, octets.data() + number * sizeof value, sizeof value);
    return value;
}

}  // namespace

void seal(Shape shape, std::vector<std::byte>& whole) {
    const Bytes content = Bytes{whole}.subspan(kSealSize);
    const std::uint64_t head[] = {shape, content.size(), digest(content)};
    static_assert(sizeof head == kSealSize);
    std::memcpy(whole.data(), head, sizeof head);
}

std::expected<Bytes, ArchiveFault> unsealed(Shape shape, Bytes octets) {
    if (octets.size() < kSealSize) return std::unexpected(ArchiveFault::CutShort);
    if (word_of_head(octets, 0) != shape) return std::unexpected(ArchiveFault::OtherFormat);
    const Bytes content = octets.subspan(kSealSize);
    const std::uint64_t size = word_of_head(octets, 1);
    if (content.size() < size) return std::unexpected(ArchiveFault::CutShort);
    if (content.size() > size) return std::unexpected(ArchiveFault::Surplus);
    if (digest(content) != word_of_head(octets, 2)) return std::unexpected(ArchiveFault::Damaged);
    return content;
}

}  // namespace understudy::agent
