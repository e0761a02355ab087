#include "understudy/base/archive.hpp"

#include <algorithm>
#include <cstring>

namespace understudy {

namespace {

constexpr unsigned kBits = 7;
constexpr std::uint64_t kMore = 0x80;
constexpr unsigned kLastShift = 63;  // the tenth octet has one bit of the number

}  // namespace

std::string_view describe(ArchiveFault fault) {
    switch (fault) {
        case ArchiveFault::CutShort:
            return "it is cut short";
        case ArchiveFault::OutOfRange:
            return "a number in it is out of range";
        case ArchiveFault::NoSuchChoice:
            return "something in it is of an unknown kind";
        case ArchiveFault::Unsound:
            return "its parts do not fit each other";
        case ArchiveFault::Surplus:
            return "there is more in it than there should be";
        case ArchiveFault::Damaged:
            return "it is damaged";
        case ArchiveFault::OtherFormat:
            return "it is of another format or version";
    }
    return "it cannot be read";
}

void ArchiveWriter::number(std::uint64_t value) {
    for (; value >= kMore; value >>= kBits) octet(static_cast<std::byte>(value | kMore));
    octet(static_cast<std::byte>(value));
}

std::uint64_t ArchiveReader::number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift <= kLastShift; shift += kBits) {
        const auto part = std::to_integer<std::uint64_t>(octet());
        if (shift == kLastShift && part > 1) break;
        value |= (part & (kMore - 1)) << shift;
        if (part < kMore) return value;
    }
    fail(ArchiveFault::OutOfRange);
    return 0;
}

std::byte ArchiveReader::octet() {
    const Bytes one = octets(1);
    return one.empty() ? std::byte{0} : one.front();
}

Bytes ArchiveReader::octets(std::size_t count) {
    if (count > rest_.size()) {
        fail(ArchiveFault::CutShort);
        return {};
    }
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
}

std::size_t ArchiveReader::count() {
    const std::uint64_t count = number();
    if (count <= rest_.size()) return static_cast<std::size_t>(count);
    fail(ArchiveFault::CutShort);
    return 0;
}

void ArchiveReader::fail(ArchiveFault fault) {
    if (!fault_) fault_ = fault;
    rest_ = {};
}

std::uint64_t digest(Bytes octets) {
    Shape whole = octets.size();
    while (!octets.empty()) {
        std::uint64_t word = 0;
        const std::size_t size = std::min(octets.size(), sizeof word);
        std::memcpy(&word, octets.data(), size);
        whole = mixed(whole, word);
        octets = octets.subspan(size);
    }
    return whole;
}

}  // namespace understudy
