// Netlink messages as the kernel writes them, made from its own structures, so that reading is tested against
// something other than our writing.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "understudy/base/bytes.hpp"

namespace understudy::wire::test {

template <typename T>
    requires std::is_trivially_copyable_v<T>
[[nodiscard]] Bytes octets_of(const T& value) {
    return std::as_bytes(std::span{&value, 1});
}

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
    // What stands behind the header: the content of a nest.
    [[nodiscard]] std::vector<std::byte> inside() const {
        return {bytes_.begin() + sizeof(nlmsghdr), bytes_.end()};
    }

private:
    void append(Bytes bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }

    std::vector<std::byte> bytes_;
};

// The octets of each attribute of a request, behind its header and a structure of this type.
template <typename Structure>
[[nodiscard]] std::map<int, std::vector<std::byte>> attributes_behind(Bytes request) {
    std::map<int, std::vector<std::byte>> found;
    for (std::size_t offset = sizeof(nlmsghdr) + NLMSG_ALIGN(sizeof(Structure)); offset < request.size();) {
        nlattr header;
        std::memcpy(&header, request.data() + offset, sizeof header);
        const Bytes value = request.subspan(offset + sizeof header, header.nla_len - sizeof header);
        found[header.nla_type & NLA_TYPE_MASK] = {value.begin(), value.end()};
        offset += static_cast<std::size_t>(NLA_ALIGN(header.nla_len));
    }
    return found;
}

// The header of a request, or the structure behind it.
template <typename Structure>
[[nodiscard]] Structure structure_of(Bytes request) {
    constexpr std::size_t kOffset = std::is_same_v<Structure, nlmsghdr> ? 0 : sizeof(nlmsghdr);
    Structure structure;
    std::memcpy(&structure, request.data() + kOffset, sizeof structure);
    return structure;
}

}  // namespace understudy::wire::test
