#include "understudy/os/packet_filter.hpp"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "understudy/wire/nft.hpp"
#include "understudy/wire/rtnl.hpp"

#include "netlink_socket.hpp"
#include "socket_options.hpp"

namespace understudy::os {
namespace {

constexpr int kRoomForTheFilter = 8 << 20;  // some 100,000 addresses

}  // namespace

std::expected<PacketFilterSocket, SysError> PacketFilterSocket::open() {
    UniqueFd fd{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER)};
    if (!fd) return std::unexpected(SysError::last("open an nf_tables socket"));
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
        return std::unexpected(SysError::last("bind the nf_tables socket"));
    // The right to exceed the system's limit is no need: its default holds thousands of addresses.
    static_cast<void>(
        set_option(fd.get(), SOL_SOCKET, SO_SNDBUFFORCE, kRoomForTheFilter, "enlarge the send buffer"));
    return PacketFilterSocket{std::move(fd)};
}

// The kernel has done the work when the request has been sent. It answers only what it refuses, and then
// nothing of the transaction has happened.
std::expected<void, SysError> PacketFilterSocket::set(const net::PacketFilter& filter) {
    const std::vector<std::byte> request = wire::filter_transaction(filter, sequence_);
    sequence_ += 1u << 16;
    if (auto sent = send_netlink(fd_.get(), request, "set the packet filter"); !sent) return sent;
    std::vector<std::byte> buffer(kNetlinkDatagram);
    int first_error = 0;
    for (;;) {
        const auto datagram = receive_netlink(fd_.get(), buffer);
        // Nothing more has been said. If what was said is lost, it may have been a refusal.
        if (!datagram && datagram.error() == EAGAIN) break;
        if (!datagram)
            return std::unexpected(SysError{"learn whether the packet filter is set", datagram.error()});
        std::vector<wire::RtnlMessage> messages;
        wire::decode_rtnl(*datagram, messages);
        for (const wire::RtnlMessage& message : messages)
            if (const auto* const answer = std::get_if<wire::Answer>(&message); answer && first_error == 0)
                first_error = answer->error;
    }
    if (first_error != 0) return std::unexpected(SysError{"set the packet filter", first_error});
    return {};
}

}  // namespace understudy::os
