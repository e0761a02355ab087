#include "understudy/net/address.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "understudy/base/assert.hpp"
#include "understudy/base/text.hpp"

namespace understudy::net {

namespace {

constexpr std::size_t kLongestText = 45;  // INET6_ADDRSTRLEN without its terminator

std::uint8_t octet(Bytes bytes, std::size_t index) { return std::to_integer<std::uint8_t>(bytes[index]); }

}  // namespace

std::optional<Address> Address::from_bytes(Bytes octets) {
    if (octets.size() != 4 && octets.size() != 16) return std::nullopt;
    Address address;
    address.family_ = octets.size() == 4 ? Family::Ipv4 : Family::Ipv6;
    std::ranges::copy(octets, address.octets_.begin());
    return address;
}

std::optional<Address> Address::parse(std::string_view text) {
    if (text.size() > kLongestText) return std::nullopt;
    const std::string terminated{text};
    const Family family = text.find(':') == std::string_view::npos ? Family::Ipv4 : Family::Ipv6;
    std::array<std::byte, 16> octets{};
    if (inet_pton(family == Family::Ipv4 ? AF_INET : AF_INET6, terminated.c_str(), octets.data()) != 1)
        return std::nullopt;
    return from_bytes(Bytes{octets}.first(address_size(family)));
}

bool Address::is_unspecified() const {
    return std::ranges::all_of(octets_, [](std::byte b) { return b == std::byte{0}; });
}

bool Address::is_multicast() const {
    return is_v4() ? (octet(octets_, 0) & 0xf0) == 0xe0 : octet(octets_, 0) == 0xff;
}

bool Address::is_loopback() const {
    if (is_v4()) return octet(octets_, 0) == 127;
    return std::ranges::all_of(bytes().first(15), [](std::byte b) { return b == std::byte{0}; }) &&
           octet(octets_, 15) == 1;
}

bool Address::is_link_local() const {
    if (is_v4()) return octet(octets_, 0) == 169 && octet(octets_, 1) == 254;
    return octet(octets_, 0) == 0xfe && (octet(octets_, 1) & 0xc0) == 0x80;
}

std::string Address::to_string() const {
    std::array<char, kLongestText + 1> text{};
    const char* const written = inet_ntop(is_v4() ? AF_INET : AF_INET6, octets_.data(), text.data(),
                                          static_cast<socklen_t>(text.size()));
    UNDERSTUDY_ASSERT(written != nullptr);
    return written;
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::optional<Address> address = Address::parse(text.substr(0, slash));
    if (!address) return std::nullopt;
    if (slash == std::string_view::npos) return Prefix{*address, full_length(address->family())};
    const std::optional<std::uint8_t> length = parse_number<std::uint8_t>(text.substr(slash + 1));
    if (!length || *length > full_length(address->family())) return std::nullopt;
    return Prefix{*address, *length};
}

std::string Prefix::to_string() const { return address.to_string() + "/" + std::to_string(length); }

bool Prefix::contains(const Address& other) const {
    if (other.family() != address.family()) return false;
    const Bytes ours = address.bytes();
    const Bytes theirs = other.bytes();
    const std::size_t whole = length / 8u;
    if (!std::ranges::equal(ours.first(whole), theirs.first(whole))) return false;
    const unsigned rest = length % 8u;
    if (rest == 0) return true;
    const unsigned mask = 0xffu << (8u - rest) & 0xffu;
    return (octet(ours, whole) & mask) == (octet(theirs, whole) & mask);
}

Prefix Prefix::network() const {
    std::array<std::byte, 16> octets{};
    const Bytes ours = address.bytes();
    std::ranges::copy(ours, octets.begin());
    for (std::size_t bit = length; bit < ours.size() * 8; ++bit)
        octets[bit / 8] &= ~static_cast<std::byte>(0x80u >> (bit % 8));
    return {*Address::from_bytes(Bytes{octets}.first(ours.size())), length};
}

Address vrrp_group(Family family) {
    if (family == Family::Ipv4) return Address::v4(224, 0, 0, 18);
    static const Address kGroup = *Address::parse("ff02::12");
    return kGroup;
}

}  // namespace understudy::net

std::size_t std::hash<understudy::net::Address>::operator()(
    const understudy::net::Address& address) const noexcept {
    const understudy::Bytes bytes = address.bytes();
    return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}
