// Netlink messages as the kernel writes them, made from its own structures, so that reading is tested against
// something other than our writing.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "understudy/base/bytes.hpp"

namespace understudy::wire::test {

template <typename T>
requires std::is_trivially_copyable_v<T>
[[nodiscard]] Bytes octets_of(const T& value) { return std::as_bytes(std::span{&value, 1}); }

class NetlinkMessage {
public:
    explicit NetlinkMessage(std::uint16_t type, std::uint32_t sequence = 0, std::uint16_t flags = 0) {
        nlmsghdr header{};
        header.nlmsg_type = type;
        header.nlmsg_flags = flags;
        header.nlmsg_seq = sequence;
        append(octets_of(header));
    }

    template <typename T>
    NetlinkMessage& put(const T& structure) {
        append(octets_of(structure));
        return *this;
    }
    NetlinkMessage& attribute(std::uint16_t type, Bytes value) {
        const nlattr header{static_cast<std::uint16_t>(sizeof(nlattr) + value.size()), type};
        append(octets_of(header));
        append(value);
        bytes_.resize((bytes_.size() + 3) / 4 * 4);
        return *this;
    }
    NetlinkMessage& attribute(std::uint16_t type, std::string_view text) {
        std::vector<std::byte> terminated(text.size() + 1);
        std::ranges::copy(std::as_bytes(std::span{text}), terminated.begin());
        return attribute(type, Bytes{terminated});
    }
    NetlinkMessage& attribute(std::uint16_t type, std::uint32_t number) {
        return attribute(type, octets_of(number));
    }

    [[nodiscard]] std::vector<std::byte> bytes() const {
        std::vector<std::byte> complete = bytes_;
        const auto length = static_cast<std::uint32_t>(complete.size());
        std::ranges::copy(octets_of(length), complete.begin());
        return complete;
    }

private:
    void append(Bytes bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

    std::vector<std::byte> bytes_;
};

}  // namespace understudy::wire::test
