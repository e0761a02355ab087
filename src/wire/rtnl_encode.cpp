#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>

#include "understudy/base/assert.hpp"
#include "understudy/wire/rtnl.hpp"

#include "rtnl.hpp"
#include "rtnl_message.hpp"

namespace understudy::wire {

namespace {

std::uint32_t flags_of(const KernelAddress& address) {
    std::uint32_t flags = 0;
    if (address.no_prefix_route) flags |= IFA_F_NOPREFIXROUTE;
    if (address.home) flags |= IFA_F_HOMEADDRESS;
    if (address.manage_temporary) flags |= IFA_F_MANAGETEMPADDR;
    if (address.auto_join) flags |= IFA_F_MCAUTOJOIN;
    if (address.no_duplicate_detection) flags |= IFA_F_NODAD;
    return flags;
}

void put_address(Message& message, const KernelAddress& address, std::uint32_t flags) {
    auto& header = message.put_header<ifaddrmsg>();
    header.ifa_family = address.prefix.address.is_v4() ? AF_INET : AF_INET6;
    header.ifa_prefixlen = address.prefix.length;
    header.ifa_flags = static_cast<std::uint8_t>(flags);
    header.ifa_scope = address.scope;
    header.ifa_index = address.link.value;
    message.put(IFA_LOCAL, address.prefix.address.bytes());
    message.put(IFA_ADDRESS, address.peer.value_or(address.prefix.address).bytes());
}

std::uint32_t lifetime_word(std::optional<seconds> lifetime) {
    if (!lifetime) return kForEver;
    return static_cast<std::uint32_t>(std::clamp<seconds::rep>(lifetime->count(), 0, kForEver - 1));
}

// Without this attribute both lifetimes are for ever.
void put_lifetimes(Message& message, const KernelAddress& address) {
    if (!address.preferred_lifetime && !address.valid_lifetime) return;
    ifa_cacheinfo info{};
    info.ifa_valid = lifetime_word(address.valid_lifetime);
    // The kernel refuses an address that is preferred longer than it is valid.
    info.ifa_prefered = std::min(lifetime_word(address.preferred_lifetime), info.ifa_valid);
    message.put(IFA_CACHEINFO, std::as_bytes(std::span{&info, 1}));
}

// Without lifetimes, those of one that is there become for ever, too.
void append_address(std::vector<std::byte>& batch, const KernelAddress& address, std::uint32_t sequence,
                    unsigned whether_there) {
    UNDERSTUDY_ASSERT(address.label.size() <= kLongestName);
    Message message{batch, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | whether_there, sequence};
    const std::uint32_t flags = flags_of(address);
    put_address(message, address, flags);
    if (address.broadcast) message.put(IFA_BROADCAST, address.broadcast->bytes());
    if (!address.label.empty()) message.put_text(IFA_LABEL, address.label);
    put_lifetimes(message, address);
    if (flags > 0xff) message.put_u32(IFA_FLAGS, flags);
    if (address.protocol != 0) message.put_u8(kAttributeProtocol, address.protocol);
}

}  // namespace

void append_add_address(std::vector<std::byte>& batch, const KernelAddress& address, std::uint32_t sequence) {
    append_address(batch, address, sequence, NLM_F_EXCL);
}

void append_renew_address(std::vector<std::byte>& batch, const KernelAddress& address,
                          std::uint32_t sequence) {
    append_address(batch, address, sequence, NLM_F_REPLACE);
}

void append_remove_address(std::vector<std::byte>& batch, const KernelAddress& address,
                           std::uint32_t sequence) {
    // No label: link, address and prefix length say which one is meant, and a label that changed must not
    // save it.
    Message message{batch, RTM_DELADDR, NLM_F_ACK, sequence};
    put_address(message, address, 0);
}

void append_get_link(std::vector<std::byte>& batch, net::LinkIndex link, std::uint32_t sequence) {
    Message message{batch, RTM_GETLINK, 0, sequence};
    message.put_header<ifinfomsg>().ifi_index = static_cast<int>(link.value);
    message.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
}

void append_dump_links(std::vector<std::byte>& batch, std::uint32_t sequence) {
    Message message{batch, RTM_GETLINK, NLM_F_DUMP, sequence};
    message.put_header<ifinfomsg>();
    message.put_u32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);  // half of the answer, and nobody reads it
}

void append_dump_addresses(std::vector<std::byte>& batch, std::uint32_t sequence,
                           std::optional<net::Family> only) {
    Message message{batch, RTM_GETADDR, NLM_F_DUMP, sequence};
    auto& header = message.put_header<ifaddrmsg>();
    if (only) header.ifa_family = *only == net::Family::Ipv4 ? AF_INET : AF_INET6;
}

}  // namespace understudy::wire
