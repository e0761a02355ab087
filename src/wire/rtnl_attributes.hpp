// Reading the parts of an rtnetlink message. A datagram may lie at any alignment and say anything about its
// lengths, so every access is checked by a span.
#pragma once

#include <linux/netlink.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "understudy/base/bytes.hpp"

#include "rtnl.hpp"

namespace understudy::wire {

// A structure of the kernel's at the start of `bytes`; none when there is too little.
template <typename T>
    requires std::is_trivially_copyable_v<T>
std::optional<T> load(Bytes bytes) {
    if (bytes.size() < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

// What follows a piece of `size` octets and its padding.
inline Bytes after(Bytes bytes, std::size_t size) {
    return bytes.subspan(std::min(aligned(size), bytes.size()));
}

// Calls `use(type, value)` for each attribute up to the first that does not fit.
template <typename Use>
void for_each_attribute(Bytes bytes, Use use) {
    while (const std::optional<nlattr> header = load<nlattr>(bytes)) {
        if (header->nla_len < sizeof(nlattr) || header->nla_len > bytes.size()) return;
        use(header->nla_type & NLA_TYPE_MASK, bytes.first(header->nla_len).subspan(sizeof(nlattr)));
        bytes = after(bytes, header->nla_len);
    }
}

// Up to its terminator, and not longer than the kernel's names can be.
inline std::string text_of(Bytes value) {
    const std::string_view all{reinterpret_cast<const char*>(value.data()), value.size()};
    return std::string{all.substr(0, std::min(all.find('\0'), kLongestName))};
}

// Up to its terminator.
inline std::string long_text_of(Bytes value) {
    const std::string_view all{reinterpret_cast<const char*>(value.data()), value.size()};
    return std::string{all.substr(0, std::min(all.find('\0'), all.size()))};
}

}  // namespace understudy::wire
