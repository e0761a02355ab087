// IPv4 and IPv6 addresses and prefixes as plain values. Ordering is unsigned in network byte order, which is
// the order that decides ties between routers of equal priority (RFC 9568 §6.4.3).
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "understudy/base/bytes.hpp"

namespace understudy::net {

enum class Family : std::uint8_t { Ipv4, Ipv6 };

[[nodiscard]] constexpr std::size_t address_size(Family family) { return family == Family::Ipv4 ? 4 : 16; }
[[nodiscard]] constexpr std::uint8_t full_length(Family family) { return family == Family::Ipv4 ? 32 : 128; }
[[nodiscard]] constexpr std::string_view name(Family family) {
    return family == Family::Ipv4 ? "IPv4" : "IPv6";
}

class Address {
public:
    // The unspecified IPv4 address.
    constexpr Address() = default;

    static constexpr Address v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
        Address address;
        address.octets_ = {std::byte{a}, std::byte{b}, std::byte{c}, std::byte{d}};
        return address;
    }

    // From 4 octets (IPv4) or 16 (IPv6); any other count is none.
    [[nodiscard]] static std::optional<Address> from_bytes(Bytes octets);
    // Dotted quad, or IPv6 as in RFC 4291 §2.2. No prefix, no zone.
    [[nodiscard]] static std::optional<Address> parse(std::string_view text);

    [[nodiscard]] constexpr Family family() const { return family_; }
    [[nodiscard]] constexpr Bytes bytes() const { return Bytes{octets_}.first(address_size(family_)); }
    [[nodiscard]] constexpr bool is_v4() const { return family_ == Family::Ipv4; }
    [[nodiscard]] constexpr bool is_v6() const { return family_ == Family::Ipv6; }
    [[nodiscard]] bool is_unspecified() const;
    [[nodiscard]] bool is_multicast() const;
    [[nodiscard]] bool is_loopback() const;
    // fe80::/10 or 169.254.0.0/16.
    [[nodiscard]] bool is_link_local() const;

    // RFC 5952 form for IPv6.
    [[nodiscard]] std::string to_string() const;

    friend constexpr auto operator<=>(const Address&, const Address&) = default;

private:
    Family family_ = Family::Ipv4;
    std::array<std::byte, 16> octets_{};
};

struct Prefix {
    Address address;
    std::uint8_t length = 0;  // 0 to full_length(family)

    // "ADDRESS" (full length) or "ADDRESS/LENGTH".
    [[nodiscard]] static std::optional<Prefix> parse(std::string_view text);
    [[nodiscard]] std::string to_string() const;
    [[nodiscard]] bool contains(const Address& other) const;
    // The same without the bits beyond its length.
    [[nodiscard]] Prefix network() const;

    friend constexpr auto operator<=>(const Prefix&, const Prefix&) = default;
};

// 224.0.0.18 and ff02::12 (RFC 9568 §5.1.1.2, §5.1.2.2).
[[nodiscard]] Address vrrp_group(Family family);

}  // namespace understudy::net

template <>
struct std::hash<understudy::net::Address> {
    std::size_t operator()(const understudy::net::Address& address) const noexcept;
};
