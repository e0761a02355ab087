// Reading is done on spans rather than with libmnl: a datagram may lie at any alignment and say anything
// about its lengths, and here every access is checked by the span and seen by the sanitizers.
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "understudy/base/overloaded.hpp"
#include "understudy/wire/rtnl.hpp"

#include "rtnl.hpp"
#include "rtnl_attributes.hpp"
#include "rtnl_route_message.hpp"

namespace understudy::wire {

namespace {

std::optional<seconds> lifetime(std::uint32_t value) {
    return value == kForEver ? std::nullopt : std::optional{seconds{value}};
}

struct LinkAttributes {
    net::Link link;
    bool wireless = false;
    std::uint32_t below = 0;  // a veth has its other end here
};

constexpr std::string_view kMacvlan = "macvlan";
constexpr std::string_view kIpvlan = "ipvlan";
constexpr std::string_view kVrf = "vrf";

// The kernel tells the kind before the data, whose meaning it decides.
void read_link_kind(net::Link& link, Bytes info) {
    std::string kind;
    for_each_attribute(info, [&](int type, Bytes value) {
        if (type == IFLA_INFO_KIND) kind = text_of(value);
        if (type == IFLA_INFO_KIND) link.macvlan = kind == kMacvlan;
        if (type != IFLA_INFO_DATA) return;
        for_each_attribute(value, [&](int setting, Bytes number) {
            if (kind == kMacvlan && setting == IFLA_MACVLAN_MODE)
                link.private_macvlan = load<std::uint32_t>(number).value_or(0) == MACVLAN_MODE_PRIVATE;
            if (kind == kIpvlan && setting == IFLA_IPVLAN_MODE)
                link.ipvlan = load<std::uint16_t>(number) == IPVLAN_MODE_L2;
            if (kind == kVrf && setting == IFLA_VRF_TABLE) link.vrf_table = load<std::uint32_t>(number);
        });
    });
}

void read_link_attribute(LinkAttributes& to, int type, Bytes value) {
    if (type == IFLA_IFNAME) to.link.name = text_of(value);
    if (type == IFLA_MTU) to.link.mtu = load<std::uint32_t>(value).value_or(to.link.mtu);
    if (type == IFLA_WIRELESS) to.wireless = true;
    if (type == IFLA_LINK) to.below = load<std::uint32_t>(value).value_or(0);
    if (type == IFLA_IFALIAS) to.link.alias = long_text_of(value);
    if (type == IFLA_LINKINFO) read_link_kind(to.link, value);
    // Tunnels carry addresses of other sizes here, which are no Ethernet addresses.
    if (type == IFLA_ADDRESS && value.size() == to.link.mac.octets.size())
        std::ranges::copy(value, to.link.mac.octets.begin());
}

std::optional<LinkHeard> decode_link(Bytes payload) {
    const std::optional<ifinfomsg> header = load<ifinfomsg>(payload);
    // Bridges and IPv6 tell of their own side of a link in the same message type; only the link itself
    // matters.
    if (!header || header->ifi_family != AF_UNSPEC || header->ifi_index <= 0) return std::nullopt;
    LinkAttributes found;
    found.link.index = net::LinkIndex{static_cast<std::uint32_t>(header->ifi_index)};
    const auto flagged = [flags = header->ifi_flags](unsigned bit) { return (flags & bit) != 0; };
    found.link.admin_up = flagged(IFF_UP);
    found.link.running = flagged(IFF_RUNNING);
    found.link.loopback = flagged(IFF_LOOPBACK);
    found.link.no_arp = flagged(IFF_NOARP);
    found.link.multicast = flagged(IFF_MULTICAST);
    found.link.point_to_point = flagged(IFF_POINTOPOINT);
    for_each_attribute(after(payload, sizeof(ifinfomsg)),
                       [&](int type, Bytes value) { read_link_attribute(found, type, value); });
    // A wireless driver's private events come as links with most attributes missing.
    if (found.wireless || found.link.name.empty()) return std::nullopt;
    if (found.link.is_virtual()) found.link.base = net::LinkIndex{found.below};
    return LinkHeard{found.link};
}

std::optional<LinkRemoved> decode_link_removal(Bytes payload) {
    const std::optional<ifinfomsg> header = load<ifinfomsg>(payload);
    // A port that leaves its bridge is a removal of family AF_BRIDGE; the link stays.
    if (!header || header->ifi_family != AF_UNSPEC || header->ifi_index <= 0) return std::nullopt;
    return LinkRemoved{net::LinkIndex{static_cast<std::uint32_t>(header->ifi_index)}};
}

struct AddressAttributes {
    Bytes local;
    Bytes address;
    Bytes broadcast;
    std::uint32_t flags = 0;
    KernelAddress result;
};

void read_address_attribute(AddressAttributes& to, int type, Bytes value) {
    if (type == IFA_LOCAL) to.local = value;
    if (type == IFA_ADDRESS) to.address = value;
    if (type == IFA_BROADCAST) to.broadcast = value;
    if (type == IFA_LABEL) to.result.label = text_of(value);
    if (type == IFA_FLAGS) to.flags = load<std::uint32_t>(value).value_or(to.flags);
    if (type == kAttributeProtocol) to.result.protocol = load<std::uint8_t>(value).value_or(0);
    if (type != IFA_CACHEINFO) return;
    if (const std::optional<ifa_cacheinfo> info = load<ifa_cacheinfo>(value)) {
        to.result.preferred_lifetime = lifetime(info->ifa_prefered);
        to.result.valid_lifetime = lifetime(info->ifa_valid);
    }
}

void apply_flags(std::uint32_t flags, KernelAddress& address) {
    address.no_prefix_route = (flags & IFA_F_NOPREFIXROUTE) != 0;
    address.home = (flags & IFA_F_HOMEADDRESS) != 0;
    address.manage_temporary = (flags & IFA_F_MANAGETEMPADDR) != 0;
    address.auto_join = (flags & IFA_F_MCAUTOJOIN) != 0;
    address.no_duplicate_detection = (flags & IFA_F_NODAD) != 0;
    address.tentative = (flags & IFA_F_TENTATIVE) != 0;
}

// On a point-to-point link IFA_ADDRESS is the far end; IFA_LOCAL, where there is one, is always ours.
std::optional<net::Prefix> own_prefix(const AddressAttributes& found, const ifaddrmsg& header) {
    const std::optional<net::Address> address =
        net::Address::from_bytes(found.local.empty() ? found.address : found.local);
    if (!address || header.ifa_family != (address->is_v4() ? AF_INET : AF_INET6)) return std::nullopt;
    if (header.ifa_prefixlen > net::full_length(address->family())) return std::nullopt;
    return net::Prefix{*address, header.ifa_prefixlen};
}

// The kernel tells the same address twice where there is no far end.
std::optional<net::Address> far_end(const AddressAttributes& found, const net::Address& own) {
    if (found.local.empty() || found.address.size() != own.bytes().size()) return std::nullopt;
    const std::optional<net::Address> peer = net::Address::from_bytes(found.address);
    return peer == own ? std::nullopt : peer;
}

std::optional<KernelAddress> decode_address(Bytes payload) {
    const std::optional<ifaddrmsg> header = load<ifaddrmsg>(payload);
    if (!header || header->ifa_index == 0) return std::nullopt;
    AddressAttributes found;
    found.flags = header->ifa_flags;
    for_each_attribute(after(payload, sizeof(ifaddrmsg)),
                       [&](int type, Bytes value) { read_address_attribute(found, type, value); });
    const std::optional<net::Prefix> prefix = own_prefix(found, *header);
    if (!prefix) return std::nullopt;
    found.result.link = net::LinkIndex{header->ifa_index};
    found.result.prefix = *prefix;
    found.result.scope = header->ifa_scope;
    found.result.peer = far_end(found, prefix->address);
    if (found.broadcast.size() == prefix->address.bytes().size())
        found.result.broadcast = net::Address::from_bytes(found.broadcast);
    apply_flags(found.flags, found.result);
    return found.result;
}

// The kernel's errors are negative.
int positive_error(int value) {
    return value < 0 && value != std::numeric_limits<int>::min() ? -value : value;
}

DumpEnded decode_end(const nlmsghdr& header, Bytes payload) {
    const int error = positive_error(load<int>(payload).value_or(0));
    // The kernel changed while it was being read, so what was heard is no picture of any moment.
    if (error == 0 && (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) return {header.nlmsg_seq, EINTR};
    return {header.nlmsg_seq, error};
}

void keep_route(const nlmsghdr& header, Bytes payload, std::vector<RtnlMessage>& out) {
    constexpr std::uint8_t kOurs = net::kKeepalivedRouteProtocol;
    const auto message = decode_route_message(header, payload);
    if (!message) return;
    std::visit(overloaded{
                   [&](const RouteHeard& heard) {
                       if (heard.route.protocol == kOurs || heard.replaces) out.emplace_back(heard);
                   },
                   [&](const RouteRemoved& removed) {
                       if (removed.route.protocol == kOurs) out.emplace_back(removed);
                   },
                   [&](const auto& about_rule) {
                       if (about_rule.rule.protocol == kOurs) out.emplace_back(about_rule);
                   },
               },
               *message);
}

void decode_one(const nlmsghdr& header, Bytes payload, std::vector<RtnlMessage>& out) {
    const auto keep = [&](auto&& value) {
        if (value) out.emplace_back(*value);
    };
    switch (header.nlmsg_type) {
        case RTM_NEWLINK:
            return keep(decode_link(payload));
        case RTM_DELLINK:
            return keep(decode_link_removal(payload));
        case RTM_NEWADDR:
            if (auto address = decode_address(payload)) out.emplace_back(AddressHeard{*std::move(address)});
            return;
        case RTM_DELADDR:
            if (auto address = decode_address(payload)) out.emplace_back(AddressRemoved{*std::move(address)});
            return;
        case RTM_NEWROUTE:
        case RTM_DELROUTE:
        case RTM_NEWRULE:
        case RTM_DELRULE:
            return keep_route(header, payload, out);
        case NLMSG_ERROR:
            if (const auto error = load<int>(payload))
                out.emplace_back(Answer{header.nlmsg_seq, positive_error(*error)});
            return;
        case NLMSG_DONE:
            out.emplace_back(decode_end(header, payload));
            return;
        default:
            return;
    }
}

}  // namespace

void decode_rtnl(Bytes datagram, std::vector<RtnlMessage>& out) {
    while (const std::optional<nlmsghdr> header = load<nlmsghdr>(datagram)) {
        if (header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > datagram.size()) return;
        decode_one(*header, datagram.first(header->nlmsg_len).subspan(sizeof(nlmsghdr)), out);
        datagram = after(datagram, header->nlmsg_len);
    }
}

}  // namespace understudy::wire
