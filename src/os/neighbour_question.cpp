#include "neighbour_question.hpp"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "understudy/wire/arp.hpp"
#include "understudy/wire/ndisc.hpp"

#include "hop_limit.hpp"
#include "neighbour_filter.hpp"
#include "probe_address.hpp"
#include "socket_options.hpp"
#include "uninterrupted.hpp"

namespace understudy::os {

namespace {

struct Link {
    int index = 0;
    net::Mac mac;
};

std::expected<Link, SysError> link_of(int fd, const std::string& interface) {
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    Link link;
    if (::ioctl(fd, SIOCGIFINDEX, &request) < 0)
        return std::unexpected(SysError::last("use interface " + interface));
    link.index = request.ifr_ifindex;
    if (::ioctl(fd, SIOCGIFHWADDR, &request) < 0)
        return std::unexpected(SysError::last("use interface " + interface));
    if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER)
        return std::unexpected(SysError{"ask for neighbours on " + interface, EOPNOTSUPP});
    std::memcpy(link.mac.octets.data(), request.ifr_hwaddr.sa_data, link.mac.octets.size());
    return link;
}

std::expected<void, SysError> hear_only(int fd, const net::Address& host) {
    std::vector<sock_filter> program = neighbour_filter(host.family(), std::span{&host, 1});
    const sock_fprog attached{static_cast<unsigned short>(program.size()), program.data()};
    return set_option(fd, SOL_SOCKET, SO_ATTACH_FILTER, attached, "have the kernel sort what neighbours say");
}

// The address that this host would speak to that one from; none where it has no way there through the
// interface.
std::expected<net::Address, SysError> sender_for(const Question& question) {
    const UniqueFd fd{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!fd) return std::unexpected(SysError::last("open a UDP socket"));
    if (auto bound = bind_as_asked(fd.get(), question); !bound) return std::unexpected(bound.error());
    if (question.source) return *question.source;
    constexpr std::uint16_t kAnyPort = 9;  // nothing is sent
    const Where host = where(question.host, kAnyPort, question.interface);
    sockaddr_in own{};
    socklen_t size = sizeof own;
    if (::connect(fd.get(), host.get(), host.size) < 0 ||
        ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&own), &size) < 0)
        return net::Address{};
    return net::Address::from_bytes(std::as_bytes(std::span{&own.sin_addr, 1})).value_or(net::Address{});
}

// Protocol 0, and bound when the filter is in place: nothing else is ever queued.
std::expected<UniqueFd, SysError> ask_by_arp(const Question& question) {
    const auto sender = sender_for(question);
    if (!sender) return std::unexpected(sender.error());
    UniqueFd fd{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd) return std::unexpected(SysError::last("open a socket for ARP"));
    const auto link = link_of(fd.get(), question.interface);
    if (!link) return std::unexpected(link.error());
    if (auto done = hear_only(fd.get(), question.host); !done) return std::unexpected(done.error());
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = htons(ETH_P_ARP);
    place.sll_ifindex = link->index;
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) < 0)
        return std::unexpected(SysError::last(""));
    const auto frame = wire::arp_request(link->mac, *sender, question.host);
    if (uninterrupted([&] { return ::send(fd.get(), frame.data(), frame.size(), 0); }) < 0)
        return std::unexpected(SysError::last(""));
    return fd;
}

std::expected<void, SysError> prepare_for_discovery(int fd, const Question& question) {
    icmp6_filter types{};
    ICMP6_FILTER_SETBLOCKALL(&types);
    ICMP6_FILTER_SETPASS(ND_NEIGHBOR_ADVERT, &types);
    constexpr std::string_view kWhat = "speak neighbour discovery";
    if (auto done = set_option(fd, IPPROTO_ICMPV6, ICMP6_FILTER, types, kWhat); !done) return done;
    if (auto done = hear_only(fd, question.host); !done) return done;
    if (auto done = set_option(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, kWhat); !done) return done;
    return set_option(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, kUnforwarded, kWhat);
}

std::expected<UniqueFd, SysError> ask_by_solicitation(const Question& question) {
    UniqueFd fd{::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6)};
    if (!fd) return std::unexpected(SysError::last("open a socket for neighbour discovery"));
    const auto link = link_of(fd.get(), question.interface);
    if (!link) return std::unexpected(link.error());
    if (auto done = prepare_for_discovery(fd.get(), question); !done) return std::unexpected(done.error());
    if (auto bound = bind_as_asked(fd.get(), question); !bound) return std::unexpected(bound.error());
    sockaddr_in6 group{};
    group.sin6_family = AF_INET6;
    group.sin6_scope_id = static_cast<std::uint32_t>(link->index);
    const net::Address address = wire::solicited_node(question.host);
    std::memcpy(&group.sin6_addr, address.bytes().data(), sizeof group.sin6_addr);
    const auto message = wire::neighbour_solicitation(link->mac, question.host);
    const auto* const to = reinterpret_cast<const sockaddr*>(&group);
    if (uninterrupted(
            [&] { return ::sendto(fd.get(), message.data(), message.size(), 0, to, sizeof group); }) < 0)
        return std::unexpected(SysError::last(""));
    return fd;
}

std::optional<net::Mac> read_reply(Bytes frame, const net::Address& host) {
    const auto arp = wire::decode_arp(frame);
    if (!arp || arp->operation != wire::Arp::Operation::Reply || arp->sender != host) return std::nullopt;
    return arp->sender_mac;
}

// An answer by unicast may leave its address out (RFC 4861 §4.4), but not one to a multicast solicitation.
std::optional<net::Mac> read_advert(Bytes message, const net::Address& host) {
    const auto advert = wire::decode_neighbour_advert_message(message, {}, {});
    return advert && advert->target == host ? advert->mac : std::nullopt;
}

}  // namespace

std::expected<UniqueFd, SysError> ask_neighbours(const Question& question) {
    return question.host.is_v4() ? ask_by_arp(question) : ask_by_solicitation(question);
}

std::expected<std::optional<net::Mac>, SysError> hear_neighbour(int fd, const Question& question) {
    std::array<std::byte, 512> room;
    alignas(cmsghdr) std::array<std::byte, 128> control;
    iovec piece{room.data(), room.size()};
    msghdr header{};
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const ssize_t size = ::recvmsg(fd, &header, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    if (size < 0) return std::unexpected(SysError::last(""));
    const Bytes heard = Bytes{room}.first(static_cast<std::size_t>(size));
    if (question.host.is_v4()) return read_reply(heard, question.host);
    if (hop_limit_of(header) != kUnforwarded) return std::nullopt;
    return read_advert(heard, question.host);
}

}  // namespace understudy::os
