#include "understudy/os/advert_tap.hpp"

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <span>

#include "understudy/net/virtual_router.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/unique_fd.hpp"

#include "socket_options.hpp"

namespace understudy::os {

namespace {

constexpr std::size_t kMostPackets = 1000;
constexpr std::size_t kLongestOverheard = 4608;
constexpr std::size_t kShortestIpv4 = 20;
constexpr std::size_t kShortestIpv6 = 40;

sock_filter statement_of(unsigned code, std::uint32_t k) {
    return {static_cast<std::uint16_t>(code), 0, 0, k};
}
sock_filter jump_if(std::uint32_t k, std::uint8_t if_true, std::uint8_t if_false) {
    return {static_cast<std::uint16_t>(BPF_JMP | BPF_JEQ | BPF_K), if_true, if_false, k};
}

// VRRP over either family, and over IPv4 also behind an authentication header.
std::array<sock_filter, 9> adverts_only() {
    constexpr auto kEthernetType = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PROTOCOL);
    constexpr std::uint32_t kProtocolOfIpv4 = 9;
    constexpr std::uint32_t kProtocolOfIpv6 = 6;
    return {statement_of(BPF_LD | BPF_W | BPF_ABS, kEthernetType),
            jump_if(ETH_P_IP, 0, 3),
            statement_of(BPF_LD | BPF_B | BPF_ABS, kProtocolOfIpv4),
            jump_if(net::kVrrpProtocol, 4, 0),
            jump_if(net::kAhProtocol, 3, 2),
            jump_if(ETH_P_IPV6, 0, 1),
            statement_of(BPF_LD | BPF_B | BPF_ABS, kProtocolOfIpv6),
            jump_if(net::kVrrpProtocol, 0, 1),
            statement_of(BPF_RET | BPF_K, kLongestOverheard)};
}

std::expected<UniqueFd, SysError> open_tap() {
    UniqueFd fd{::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd) return std::unexpected(SysError::last("listen to all packets"));
    auto program = adverts_only();
    std::array<sock_filter, program.size() + 1> whole{};
    std::ranges::copy(program, whole.begin());
    whole.back() = statement_of(BPF_RET | BPF_K, 0);
    const sock_fprog attached{static_cast<unsigned short>(whole.size()), whole.data()};
    if (auto done = set_option(fd.get(), SOL_SOCKET, SO_ATTACH_FILTER, attached, "sort out adverts"); !done)
        return std::unexpected(done.error());
    sockaddr_ll place{};
    place.sll_family = AF_PACKET;
    place.sll_protocol = htons(ETH_P_ALL);  // any less, and what this host sends is not among it
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) < 0)
        return std::unexpected(SysError::last("listen to all packets"));
    return fd;
}

// A member as long as the socket is open. One that cannot join hears what others have joined.
UniqueFd become_member(const TapPlace& place, const net::Address& group) {
    UniqueFd fd{::socket(group.is_v4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!fd) return fd;
    if (group.is_v6()) {
        ipv6_mreq wanted{};
        std::memcpy(&wanted.ipv6mr_multiaddr, group.bytes().data(), sizeof wanted.ipv6mr_multiaddr);
        wanted.ipv6mr_interface = place.link.value;
        ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &wanted, sizeof wanted);
        return fd;
    }
    ip_mreqn wanted{};
    std::memcpy(&wanted.imr_multiaddr, group.bytes().data(), sizeof wanted.imr_multiaddr);
    wanted.imr_ifindex = static_cast<int>(place.link.value);
    ::setsockopt(fd.get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &wanted, sizeof wanted);
    return fd;
}

std::optional<OverheardPacket> read_ipv4(std::span<const std::byte> bytes) {
    if (bytes.size() < kShortestIpv4) return std::nullopt;
    OverheardPacket packet;
    packet.hop_limit = std::to_integer<std::uint8_t>(bytes[8]);
    packet.source = *net::Address::from_bytes(bytes.subspan(12, 4));
    packet.destination = *net::Address::from_bytes(bytes.subspan(16, 4));
    // A short frame is filled up behind the packet.
    const std::size_t size =
        std::to_integer<std::size_t>(bytes[2]) << 8u | std::to_integer<std::size_t>(bytes[3]);
    const auto own = bytes.first(std::min(size, bytes.size()));
    packet.bytes.assign(own.begin(), own.end());
    return packet;
}

std::optional<OverheardPacket> read_ipv6(std::span<const std::byte> bytes) {
    if (bytes.size() < kShortestIpv6) return std::nullopt;
    OverheardPacket packet;
    packet.family = net::Family::Ipv6;
    packet.hop_limit = std::to_integer<std::uint8_t>(bytes[7]);
    packet.source = *net::Address::from_bytes(bytes.subspan(8, 16));
    packet.destination = *net::Address::from_bytes(bytes.subspan(24, 16));
    const std::size_t size =
        std::to_integer<std::size_t>(bytes[4]) << 8u | std::to_integer<std::size_t>(bytes[5]);
    const auto message = bytes.subspan(kShortestIpv6);
    const auto own = message.first(std::min(size, message.size()));
    packet.bytes.assign(own.begin(), own.end());
    return packet;
}

void read_overheard(int fd, std::vector<OverheardPacket>& packets) {
    std::array<std::byte, kLongestOverheard> room{};
    sockaddr_ll from{};
    while (packets.size() < kMostPackets) {
        socklen_t length = sizeof from;
        const ssize_t size =
            ::recvfrom(fd, room.data(), room.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
        if (size < 0) return;
        const auto bytes = std::span{room}.first(static_cast<std::size_t>(size));
        auto packet = from.sll_protocol == htons(ETH_P_IP) ? read_ipv4(bytes) : read_ipv6(bytes);
        if (!packet) continue;
        packet->link = {static_cast<std::uint32_t>(from.sll_ifindex)};
        packet->outgoing = from.sll_pkttype == PACKET_OUTGOING;
        packet->at = wall_time();
        packets.push_back(*std::move(packet));
    }
}

}  // namespace

std::expected<std::vector<OverheardPacket>, SysError> overhear_adverts(const std::vector<TapPlace>& places,
                                                                       milliseconds time) {
    auto tap = open_tap();
    if (!tap) return std::unexpected(tap.error());
    std::vector<UniqueFd> memberships;
    for (const TapPlace& place : places)
        for (const net::Address& group : place.groups) memberships.push_back(become_member(place, group));
    std::vector<OverheardPacket> packets;
    const Instant until = now() + time;
    while (packets.size() < kMostPackets) {
        const auto left = std::chrono::ceil<milliseconds>(until - now()).count();
        if (left <= 0) break;
        pollfd waiting{tap->get(), POLLIN, 0};
        if (::poll(&waiting, 1, static_cast<int>(left)) < 0 && errno != EINTR)
            return std::unexpected(SysError::last("wait for adverts"));
        read_overheard(tap->get(), packets);
    }
    std::erase_if(packets, [&](const OverheardPacket& packet) {
        return std::ranges::find(places, packet.link, &TapPlace::link) == places.end();
    });
    return packets;
}

}  // namespace understudy::os
