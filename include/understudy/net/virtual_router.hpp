// The numbers that name and rank a virtual router: VRID and priority (RFC 9568 §5.2.3, §5.2.4), and its
// versions.
#pragma once

#include <cstdint>

#include "understudy/base/bounded.hpp"

namespace understudy::net {

using Vrid = Bounded<struct VridTag, std::uint8_t, 1, 255>;
using Priority = Bounded<struct PriorityTag, std::uint8_t, 0, 255>;

inline constexpr Priority kResigning{0};  // "I am leaving": backups need not wait for silence
inline constexpr Priority kDefaultPriority{100};
inline constexpr Priority kOwner{255};  // the router whose own address the virtual address is

enum class VrrpVersion : std::uint8_t { V2 = 2, V3 = 3 };

inline constexpr std::uint8_t kVrrpProtocol = 112;
inline constexpr std::uint8_t kAhProtocol = 51;

}  // namespace understudy::net
