// Reading and writing big-endian (network order) bytes. Neither side can run past its end: a Reader yields
// zeros and remembers that it overran, a Writer refuses and remembers. The caller asks once, at the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace understudy {

using Bytes = std::span<const std::byte>;

class Reader {
public:
    explicit constexpr Reader(Bytes bytes) : bytes_(bytes) {}

    constexpr std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    constexpr std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    constexpr std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }

    constexpr void skip(std::size_t count) { static_cast<void>(take(count)); }

    // A view of the next bytes; empty when there are not that many.
    constexpr Bytes take(std::size_t count) {
        if (count > remaining()) {
            overran_ = true;
            at_ = bytes_.size();
            return {};
        }
        const Bytes taken = bytes_.subspan(at_, count);
        at_ += count;
        return taken;
    }

    [[nodiscard]] constexpr std::size_t remaining() const { return bytes_.size() - at_; }
    [[nodiscard]] constexpr std::size_t position() const { return at_; }
    [[nodiscard]] constexpr bool overran() const { return overran_; }

private:
    constexpr std::uint64_t number(std::size_t width) {
        std::uint64_t value = 0;
        for (const std::byte b : take(width)) value = value << 8 | std::to_integer<std::uint64_t>(b);
        return value;
    }

    Bytes bytes_;
    std::size_t at_ = 0;
    bool overran_ = false;
};

class Writer {
public:
    explicit constexpr Writer(std::span<std::byte> room) : room_(room) {}

    constexpr void u8(std::uint8_t value) { number(value, 1); }
    constexpr void u16(std::uint16_t value) { number(value, 2); }
    constexpr void u32(std::uint32_t value) { number(value, 4); }

    constexpr void put(Bytes bytes) {
        if (bytes.size() > room_.size() - at_) {
            overran_ = true;
            return;
        }
        for (const std::byte b : bytes) room_[at_++] = b;
    }

    constexpr void zeros(std::size_t count) {
        for (; count > 0; --count) u8(0);
    }

    [[nodiscard]] constexpr std::size_t size() const { return at_; }
    [[nodiscard]] constexpr bool overran() const { return overran_; }

private:
    constexpr void number(std::uint64_t value, std::size_t width) {
        if (width > room_.size() - at_) {
            overran_ = true;
            return;
        }
        for (std::size_t i = width; i > 0; --i) room_[at_++] = static_cast<std::byte>(value >> (8 * (i - 1)));
    }

    std::span<std::byte> room_;
    std::size_t at_ = 0;
    bool overran_ = false;
};

}  // namespace understudy
