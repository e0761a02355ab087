#include "prefix_word.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <string>

#include "understudy/base/text.hpp"

namespace understudy::config {

namespace {

// How an address with a netmask behind it is written; empty: it has none.
std::string with_length_for(std::string_view address_and_mask) {
    const std::size_t slash = std::min(address_and_mask.find('/'), address_and_mask.size() - 1);
    const auto mask = net::Address::parse(address_and_mask.substr(slash + 1));
    if (!mask || !mask->is_v4()) return "";
    std::uint32_t bits = 0;
    for (const std::byte octet : mask->bytes()) bits = bits << 8 | std::to_integer<std::uint32_t>(octet);
    const int length = std::countl_one(bits);
    if (length + std::countr_zero(bits) != std::numeric_limits<std::uint32_t>::digits) return "";
    return "write " + std::string{address_and_mask.substr(0, slash)} + "/" + std::to_string(length);
}

}  // namespace

std::optional<net::Prefix> read_prefix(const Word& word, Diagnostics& diags) {
    if (const auto prefix = net::Prefix::parse(word.text)) return prefix;
    const std::size_t slash = word.text.find('/');
    const auto address = net::Address::parse(word.text.substr(0, slash));
    if (!address) {
        diags.add(Code::BadAddress, word.span, quote(word.text) + " is not an address")
            .label("this entry is ignored")
            .hint("one address per line, as ADDRESS or ADDRESS/LENGTH");
        return std::nullopt;
    }
    const std::uint8_t full = net::full_length(address->family());
    Span span = word.span;
    if (!word.quoted && span.length == word.text.size()) {
        span.column += static_cast<std::uint32_t>(slash + 1);
        span.length = std::max<std::uint32_t>(1, span.length - static_cast<std::uint32_t>(slash + 1));
    }
    diags.add(Code::BadPrefix, span, quote(word.text.substr(slash + 1)) + " is not a prefix length")
        .label("expected 0 to " + std::to_string(full) + "; " + std::to_string(full) + " is used")
        .hint(with_length_for(word.text));
    return net::Prefix{*address, full};
}

}  // namespace understudy::config
