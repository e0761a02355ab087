// What reading and writing rtnetlink messages share: padding, limits, and numbers that older kernel headers
// do not name.
#pragma once

#include <cstddef>
#include <cstdint>

namespace understudy::wire {

// Messages and attributes start at multiples of four octets.
[[nodiscard]] constexpr std::size_t aligned(std::size_t size) { return (size + 3) & ~std::size_t{3}; }

inline constexpr std::size_t kLongestName = 15;  // of a link or a label: IFNAMSIZ without its terminator
inline constexpr std::uint32_t kForEver = 0xffffffff;  // INFINITY_LIFE_TIME
inline constexpr std::uint16_t kAttributeProtocol =
    11;  // IFA_PROTO, since Linux 5.18; older kernels pass over it

}  // namespace understudy::wire
