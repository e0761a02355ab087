#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "understudy/base/assert.hpp"
#include "understudy/wire/rtnl_link.hpp"

#include "rtnl.hpp"
#include "rtnl_message.hpp"

namespace understudy::wire {

namespace {

constexpr std::size_t kLongestAlias = 255;  // IFALIASZ without its terminator
constexpr std::size_t kRoomWithAlias = kRoom + kLongestAlias + 1;

void put_link(Message& message, net::LinkIndex link, unsigned flags = 0, unsigned change = 0) {
    auto& header = message.put_header<ifinfomsg>();
    header.ifi_family = AF_UNSPEC;
    header.ifi_index = static_cast<int>(link.value);
    header.ifi_flags = flags;
    header.ifi_change = change;
}

std::uint16_t ipvlan_flags(net::IpvlanMode mode) {
    switch (mode) {
        case net::IpvlanMode::Bridge:
            break;
        case net::IpvlanMode::Private:
            return IPVLAN_F_PRIVATE;
        case net::IpvlanMode::Vepa:
            return IPVLAN_F_VEPA;
    }
    return 0;
}

void put_mode(Message& message, std::optional<net::IpvlanMode> ipvlan) {
    if (!ipvlan) return message.put_u32(IFLA_MACVLAN_MODE, MACVLAN_MODE_PRIVATE);
    message.put_u16(IFLA_IPVLAN_MODE, IPVLAN_MODE_L2);
    if (*ipvlan != net::IpvlanMode::Bridge) message.put_u16(IFLA_IPVLAN_FLAGS, ipvlan_flags(*ipvlan));
}

}  // namespace

void append_make_link(std::vector<std::byte>& batch, const net::VirtualLink& link, std::uint32_t sequence) {
    UNDERSTUDY_ASSERT(!link.name.empty() && link.name.size() <= net::kLongestLinkName);
    Message message{batch, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, sequence};
    put_link(message, net::LinkIndex{0});
    message.put_text(IFLA_IFNAME, link.name);
    message.put_u32(IFLA_LINK, link.base.value);
    if (!link.ipvlan) message.put(IFLA_ADDRESS, link.mac.bytes());
    if (link.group) message.put_u32(IFLA_GROUP, *link.group);
    message.nest(IFLA_LINKINFO, [&] {
        message.put_text(IFLA_INFO_KIND, link.ipvlan ? "ipvlan" : "macvlan");
        message.nest(IFLA_INFO_DATA, [&] { put_mode(message, link.ipvlan); });
    });
}

void append_make_incomplete_link(std::vector<std::byte>& batch, const std::string& kind,
                                 std::uint32_t sequence) {
    Message message{batch, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, sequence};
    put_link(message, net::LinkIndex{0});
    message.nest(IFLA_LINKINFO, [&] { message.put_text(IFLA_INFO_KIND, kind); });
}

void append_stop_address_generation(std::vector<std::byte>& batch, net::LinkIndex link,
                                    std::uint32_t sequence) {
    Message message{batch, RTM_NEWLINK, NLM_F_ACK, sequence};
    put_link(message, link);
    message.nest(IFLA_AF_SPEC, [&] {
        message.nest(AF_INET6, [&] { message.put_u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE); });
    });
}

// Without flags the kernel would leave those that are set.
void append_set_ipvlan_mode(std::vector<std::byte>& batch, net::LinkIndex link, net::IpvlanMode mode,
                            std::uint32_t sequence) {
    Message message{batch, RTM_NEWLINK, NLM_F_ACK, sequence};
    put_link(message, link);
    message.nest(IFLA_LINKINFO, [&] {
        message.put_text(IFLA_INFO_KIND, "ipvlan");
        message.nest(IFLA_INFO_DATA, [&] { message.put_u16(IFLA_IPVLAN_FLAGS, ipvlan_flags(mode)); });
    });
}

void append_set_alias(std::vector<std::byte>& batch, net::LinkIndex link, const std::string& alias,
                      std::uint32_t sequence) {
    UNDERSTUDY_ASSERT(alias.size() <= kLongestAlias);
    Message message{batch, RTM_NEWLINK, NLM_F_ACK, sequence, kRoomWithAlias};
    put_link(message, link);
    message.put_text(IFLA_IFALIAS, alias);
}

void append_set_up(std::vector<std::byte>& batch, net::LinkIndex link, std::uint32_t sequence) {
    Message message{batch, RTM_NEWLINK, NLM_F_ACK, sequence};
    put_link(message, link, IFF_UP, IFF_UP);
}

void append_remove_link(std::vector<std::byte>& batch, net::LinkIndex link, std::uint32_t sequence) {
    Message message{batch, RTM_DELLINK, NLM_F_ACK, sequence};
    put_link(message, link);
}

}  // namespace understudy::wire
