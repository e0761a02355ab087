#include "understudy/base/secret.hpp"

#include <algorithm>
#include <span>

namespace understudy {

std::optional<Secret> Secret::from(std::string_view octets) {
    if (octets.size() > kLongest) return std::nullopt;
    Secret secret;
    std::ranges::copy(std::as_bytes(std::span{octets}), secret.octets_.begin());
    secret.size_ = octets.size();
    return secret;
}

Secret::~Secret() {
    // Volatile: a compiler sees that nobody reads the object again and would leave the wiping out.
    for (volatile std::byte& octet : octets_) octet = std::byte{0};
}

}  // namespace understudy
