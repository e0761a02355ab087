// Ethernet addresses, and the virtual router's own (RFC 9568 §7.3).
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "understudy/base/bytes.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/virtual_router.hpp"

namespace understudy::net {

struct Mac {
    std::array<std::byte, 6> octets{};

    static constexpr Mac of(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d, std::uint8_t e,
                            std::uint8_t f) {
        return Mac{{std::byte{a}, std::byte{b}, std::byte{c}, std::byte{d}, std::byte{e}, std::byte{f}}};
    }
    // "02:00:5e:10:00:01"
    [[nodiscard]] static std::optional<Mac> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;
    [[nodiscard]] constexpr Bytes bytes() const { return octets; }

    friend constexpr auto operator<=>(const Mac&, const Mac&) = default;
};

inline constexpr Mac kBroadcastMac = Mac::of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff);

// 00:00:5e:00:01:VRID for IPv4, 00:00:5e:00:02:VRID for IPv6.
[[nodiscard]] constexpr Mac virtual_mac(Family family, Vrid vrid) {
    return Mac::of(0x00, 0x00, 0x5e, 0x00, family == Family::Ipv4 ? 0x01 : 0x02, vrid.value());
}

}  // namespace understudy::net
