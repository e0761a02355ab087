// One rtnetlink request at the end of a batch. The batch is lengthened by more than enough first and cut when
// the request is complete.
#pragma once

#include <libmnl/libmnl.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "understudy/base/assert.hpp"
#include "understudy/base/bytes.hpp"

#include "rtnl.hpp"

namespace understudy::wire {

inline constexpr std::size_t kRoom =
    256;  // more than the largest request about an address, which has 148 octets

class Message {
public:
    Message(std::vector<std::byte>& batch, std::uint16_t type, unsigned flags, std::uint32_t sequence,
            std::size_t room = kRoom)
        : batch_(batch), start_(batch.size()), room_(room) {
        UNDERSTUDY_ASSERT(start_ == aligned(start_));
        batch_.resize(start_ + room_);
        header_ = mnl_nlmsg_put_header(batch_.data() + start_);
        header_->nlmsg_type = type;
        header_->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
        header_->nlmsg_seq = sequence;
    }
    Message(const Message&) = delete;
    Message& operator=(const Message&) = delete;
    ~Message() {
        UNDERSTUDY_ASSERT(header_->nlmsg_len <= room_);
        batch_.resize(start_ + aligned(header_->nlmsg_len));
    }

    template <typename Header>
    Header& put_header() {
        return *static_cast<Header*>(mnl_nlmsg_put_extra_header(header_, sizeof(Header)));
    }
    void put(std::uint16_t type, Bytes value) { mnl_attr_put(header_, type, value.size(), value.data()); }
    void put_u8(std::uint16_t type, std::uint8_t value) { mnl_attr_put_u8(header_, type, value); }
    void put_u16(std::uint16_t type, std::uint16_t value) { mnl_attr_put_u16(header_, type, value); }
    void put_u32(std::uint16_t type, std::uint32_t value) { mnl_attr_put_u32(header_, type, value); }
    void put_text(std::uint16_t type, const std::string& text) {
        mnl_attr_put_strz(header_, type, text.c_str());
    }
    // What `put_inside` puts becomes the content of one attribute.
    template <typename Put>
    void nest(std::uint16_t type, Put put_inside) {
        nlattr* const outer = mnl_attr_nest_start(header_, type);
        put_inside();
        mnl_attr_nest_end(header_, outer);
    }
    // The last attribute, or what is inside of it, goes on with these octets.
    void put_raw(Bytes octets) {
        auto* const end = static_cast<std::byte*>(mnl_nlmsg_get_payload_tail(header_));
        std::copy(octets.begin(), octets.end(), end);
        header_->nlmsg_len += static_cast<std::uint32_t>(aligned(octets.size()));
    }
    // Where the next attribute or octet will be, counted from the begin of the request.
    [[nodiscard]] std::size_t length() const { return header_->nlmsg_len; }
    [[nodiscard]] std::byte* at(std::size_t offset) { return batch_.data() + start_ + offset; }

private:
    std::vector<std::byte>& batch_;
    std::size_t start_;
    std::size_t room_;
    nlmsghdr* header_;
};

}  // namespace understudy::wire
