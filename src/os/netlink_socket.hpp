// A route netlink socket, and what is common to reading from it.
#pragma once

#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "understudy/base/bytes.hpp"
#include "understudy/os/receive_buffer.hpp"
#include "understudy/os/receive_room.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

// The kernel makes no datagram larger than 32 KiB for a dump.
inline constexpr std::size_t kNetlinkDatagram = 64u << 10;

struct NetlinkSocket {
    UniqueFd fd;
    std::uint32_t port = 0;  // our address; answers carry it
};

// Bound, with a receive buffer of this size, in the multicast groups (RTMGRP_*, as bits).
[[nodiscard]] std::expected<NetlinkSocket, SysError> open_netlink(std::uint32_t groups, ReceiveBuffer buffer);

[[nodiscard]] std::expected<void, SysError> send_netlink(int fd, Bytes request, const char* attempted);

// The next datagram of the kernel's in `buffer`; what another process sent is skipped. Error EAGAIN: none is
// waiting; ENOBUFS: the kernel had to drop some.
[[nodiscard]] std::expected<Bytes, int> receive_netlink(int fd, std::span<std::byte> buffer);

// Many datagrams by one system call: a takeover of a thousand addresses brings as many notifications.
class NetlinkSlice {
public:
    // Per system call; about half a millisecond of work.
    static constexpr std::size_t kMost = 32;

    NetlinkSlice();
    // How many arrived; error EAGAIN: none is waiting; ENOBUFS: the kernel had to drop some.
    [[nodiscard]] std::expected<std::size_t, int> receive(int fd);
    // Empty: another process sent it. Error ENOBUFS: it was cut, and is as good as lost.
    [[nodiscard]] std::expected<Bytes, int> datagram(std::size_t index) const;

private:
    ReceiveRoom room_;
    std::array<mmsghdr, kMost> messages_{};
    std::array<iovec, kMost> pieces_{};
    std::array<sockaddr_nl, kMost> senders_{};
};

struct DatagramKind {
    bool answers_us = false;   // else it is a notification
    bool interrupted = false;  // what is being dumped changed meanwhile (NLM_F_DUMP_INTR)
};
[[nodiscard]] DatagramKind examine(Bytes datagram, std::uint32_t port, std::uint32_t sequence);

}  // namespace understudy::os
