#include "advert_receive.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <span>

#include "understudy/base/time.hpp"

namespace understudy::os {
namespace {

constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv4Ttl = 8;
constexpr std::size_t kIpv4Source = 12;
constexpr std::size_t kIpv4Destination = 16;

template <typename Value>
Value value_of(const cmsghdr* header) {
    Value value;
    std::memcpy(&value, CMSG_DATA(header), sizeof value);
    return value;
}

net::Address address_of(Bytes octets) { return net::Address::from_bytes(octets).value_or(net::Address{}); }

net::Address address_of(const in6_addr& address) {
    return address_of(std::as_bytes(std::span{address.s6_addr}));
}

WallTime date(const timespec& time) {
    return WallTime{
        std::chrono::floor<microseconds>(seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec})};
}

void read_control(const cmsghdr* header, ReceivedPacket& packet) {
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_TIMESTAMPNS)
        packet.arrived = date(value_of<timespec>(header));
    if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO)
        packet.link.value = static_cast<std::uint32_t>(value_of<in_pktinfo>(header).ipi_ifindex);
    if (header->cmsg_level != IPPROTO_IPV6) return;
    if (header->cmsg_type == IPV6_HOPLIMIT)
        packet.hop_limit = static_cast<std::uint8_t>(value_of<int>(header));
    if (header->cmsg_type == IPV6_PKTINFO) {
        const auto info = value_of<in6_pktinfo>(header);
        packet.link.value = info.ipi6_ifindex;
        packet.destination = address_of(info.ipi6_addr);
    }
}

}  // namespace

AdvertSlice::AdvertSlice(net::Family family, net::LinkIndex link)
    : family_(family), link_(link), room_(kMost * AdvertSocket::kLongestPacket) {
    filled_ = kMost;
    for (std::size_t i = 0; i < kMost; ++i) {
        const std::span room = room_.part(i * AdvertSocket::kLongestPacket, AdvertSocket::kLongestPacket);
        pieces_[i] = {room.data(), room.size()};
        messages_[i].msg_hdr.msg_iov = &pieces_[i];
        messages_[i].msg_hdr.msg_iovlen = 1;
        // What an IPv4 packet says itself the kernel need not say.
        if (family == net::Family::Ipv6) messages_[i].msg_hdr.msg_name = &senders_[i];
        // Of several that have waited together nobody asks when each came.
        if (family == net::Family::Ipv6 || link.value == 0 || i == 0)
            messages_[i].msg_hdr.msg_control = controls_[i].bytes.data();
    }
}

std::expected<std::size_t, int> AdvertSlice::receive(int fd) {
    for (std::size_t i = 0; i < filled_; ++i) {  // the kernel has shortened them to what it wrote
        msghdr& header = messages_[i].msg_hdr;
        header.msg_namelen = header.msg_name == nullptr ? 0 : sizeof senders_[i];
        header.msg_controllen = header.msg_control == nullptr ? 0 : sizeof controls_[i].bytes;
    }
    filled_ = 0;
    int count = 0;
    do {
        count = ::recvmmsg(fd, messages_.data(), kMost, MSG_DONTWAIT, nullptr);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return std::unexpected(errno);
    filled_ = static_cast<std::size_t>(count);
    return filled_;
}

ReceivedPacket AdvertSlice::packet(std::size_t index) const {
    ReceivedPacket packet;
    packet.family = family_;
    packet.link = link_;
    packet.bytes = room_.part(index * AdvertSocket::kLongestPacket, messages_[index].msg_len);
    msghdr header = messages_[index].msg_hdr;
    for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
         control = CMSG_NXTHDR(&header, control))
        read_control(control, packet);
    if (filled_ > 1) packet.arrived.reset();
    if (family_ == net::Family::Ipv6) {
        sockaddr_in6 sender{};
        std::memcpy(&sender, &senders_[index], sizeof sender);
        packet.source = address_of(sender.sin6_addr);
    } else if (packet.bytes.size() >= kIpv4Header) {
        packet.hop_limit = std::to_integer<std::uint8_t>(packet.bytes[kIpv4Ttl]);
        packet.source = address_of(packet.bytes.subspan(kIpv4Source, 4));
        packet.destination = address_of(packet.bytes.subspan(kIpv4Destination, 4));
    }
    return packet;
}

}  // namespace understudy::os
