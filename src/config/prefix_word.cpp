#include "prefix_word.hpp"

#include <algorithm>
#include <string>

#include "understudy/base/text.hpp"

namespace understudy::config {

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
        .label("expected 0 to " + std::to_string(full) + "; " + std::to_string(full) + " is used");
    return net::Prefix{*address, full};
}

}  // namespace understudy::config
