// The Internet checksum (RFC 1071): the complement of the ones' complement sum of 16-bit words.
#pragma once

#include <cstddef>
#include <cstdint>

#include "understudy/base/bytes.hpp"

namespace understudy::net {

class Checksum {
public:
    // Odd lengths are padded with a zero octet, so only the last piece may be odd.
    constexpr Checksum& add(Bytes bytes) {
        std::size_t i = 0;
        for (; i + 1 < bytes.size(); i += 2)
            sum_ +=
                std::to_integer<std::uint32_t>(bytes[i]) << 8 | std::to_integer<std::uint32_t>(bytes[i + 1]);
        if (i < bytes.size()) sum_ += std::to_integer<std::uint32_t>(bytes[i]) << 8;
        return *this;
    }

    constexpr Checksum& add_word(std::uint16_t word) {
        sum_ += word;
        return *this;
    }

    // The value for the checksum field. Over data that includes a correct checksum field it is 0.
    [[nodiscard]] constexpr std::uint16_t value() const {
        std::uint64_t sum = sum_;
        while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
        return static_cast<std::uint16_t>(~sum);
    }

private:
    std::uint64_t sum_ = 0;
};

}  // namespace understudy::net
