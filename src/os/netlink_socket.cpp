#include "netlink_socket.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "socket_options.hpp"

namespace understudy::os {

std::expected<NetlinkSocket, SysError> open_netlink(std::uint32_t groups, ReceiveBuffer buffer) {
    UniqueFd fd{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)};
    if (!fd) return std::unexpected(SysError::last("open a route netlink socket"));
    if (auto set = set_receive_buffer(fd.get(), buffer); !set) return std::unexpected(set.error());
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
        return std::unexpected(SysError::last("bind the route netlink socket"));
    socklen_t length = sizeof address;
    if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length) < 0)
        return std::unexpected(SysError::last("learn the route netlink socket's address"));
    return NetlinkSocket{std::move(fd), address.nl_pid};
}

std::expected<void, SysError> send_netlink(int fd, Bytes request, const char* attempted) {
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    ssize_t sent = 0;
    do {
        sent = ::sendto(fd, request.data(), request.size(), 0, reinterpret_cast<const sockaddr*>(&kernel),
                        sizeof kernel);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) return std::unexpected(SysError::last(attempted));
    return {};
}

std::expected<Bytes, int> receive_netlink(int fd, std::span<std::byte> buffer) {
    for (;;) {
        sockaddr_nl sender{};
        socklen_t length = sizeof sender;
        const ssize_t size = ::recvfrom(fd, buffer.data(), buffer.size(), MSG_DONTWAIT | MSG_TRUNC,
                                        reinterpret_cast<sockaddr*>(&sender), &length);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return std::unexpected(errno);
        // A datagram that was cut is as good as lost.
        if (static_cast<std::size_t>(size) > buffer.size()) return std::unexpected(ENOBUFS);
        if (sender.nl_pid == 0) return Bytes{buffer}.first(static_cast<std::size_t>(size));
    }
}

NetlinkSlice::NetlinkSlice() : room_(kMost * kNetlinkDatagram) {
    for (std::size_t i = 0; i < kMost; ++i) {
        const std::span room = room_.part(i * kNetlinkDatagram, kNetlinkDatagram);
        pieces_[i] = {room.data(), room.size()};
        messages_[i].msg_hdr.msg_iov = &pieces_[i];
        messages_[i].msg_hdr.msg_iovlen = 1;
        messages_[i].msg_hdr.msg_name = &senders_[i];
    }
}

std::expected<std::size_t, int> NetlinkSlice::receive(int fd) {
    for (mmsghdr& message : messages_) message.msg_hdr.msg_namelen = sizeof(sockaddr_nl);
    int count = 0;
    do {
        count = ::recvmmsg(fd, messages_.data(), kMost, MSG_DONTWAIT, nullptr);
    } while (count < 0 && errno == EINTR);
    if (count < 0) return std::unexpected(errno);
    return static_cast<std::size_t>(count);
}

std::expected<Bytes, int> NetlinkSlice::datagram(std::size_t index) const {
    if ((messages_[index].msg_hdr.msg_flags & MSG_TRUNC) != 0) return std::unexpected(ENOBUFS);
    if (senders_[index].nl_pid != 0) return Bytes{};
    return room_.part(index * kNetlinkDatagram, messages_[index].msg_len);
}

DatagramKind examine(Bytes datagram, std::uint32_t port, std::uint32_t sequence) {
    DatagramKind kind;
    while (datagram.size() >= sizeof(nlmsghdr)) {
        nlmsghdr header;
        std::memcpy(&header, datagram.data(), sizeof header);
        // A notification carries the port and sequence of whoever caused it, which is never this socket.
        if (header.nlmsg_pid == port && header.nlmsg_seq == sequence) kind.answers_us = true;
        if (kind.answers_us && (header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) kind.interrupted = true;
        const std::size_t size = NLMSG_ALIGN(header.nlmsg_len);
        if (header.nlmsg_len < sizeof header || size >= datagram.size()) break;
        datagram = datagram.subspan(size);
    }
    return kind;
}

}  // namespace understudy::os
