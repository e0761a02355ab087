#include "understudy/net/mac.hpp"

#include <charconv>

namespace understudy::net {

std::optional<Mac> Mac::parse(std::string_view text) {
    constexpr std::size_t kTextSize = 17;
    if (text.size() != kTextSize) return std::nullopt;
    Mac mac;
    for (std::size_t i = 0; i < mac.octets.size(); ++i) {
        const std::string_view pair = text.substr(i * 3, 2);
        unsigned value = 0;
        const auto [end, error] = std::from_chars(pair.data(), pair.data() + pair.size(), value, 16);
        if (error != std::errc{} || end != pair.data() + pair.size()) return std::nullopt;
        if (i + 1 < mac.octets.size() && text[i * 3 + 2] != ':') return std::nullopt;
        mac.octets[i] = static_cast<std::byte>(value);
    }
    return mac;
}

std::string Mac::to_string() const {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    for (const std::byte b : octets) {
        const auto value = std::to_integer<unsigned>(b);
        if (!text.empty()) text += ':';
        text += kHex[value >> 4];
        text += kHex[value & 0xf];
    }
    return text;
}

}  // namespace understudy::net
