#include "process_connector.hpp"

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>

#include "socket_options.hpp"

namespace understudy::os {

namespace {

constexpr std::size_t kMostMessagesInATurn = 256;
constexpr std::size_t kReceiveBuffer = 1u << 20;
constexpr std::size_t kNewsOffset = NLMSG_HDRLEN + sizeof(cn_msg);

std::expected<void, SysError> ask_for_news(int fd) {
    constexpr std::size_t kSize = kNewsOffset + sizeof(proc_cn_mcast_op);
    std::array<std::byte, NLMSG_ALIGN(kSize)> request{};
    nlmsghdr header{};
    header.nlmsg_len = kSize;
    header.nlmsg_type = NLMSG_DONE;
    cn_msg message{};
    message.id = {CN_IDX_PROC, CN_VAL_PROC};
    message.len = sizeof(proc_cn_mcast_op);
    const proc_cn_mcast_op order = PROC_CN_MCAST_LISTEN;
    std::memcpy(request.data(), &header, sizeof header);
    std::memcpy(request.data() + NLMSG_HDRLEN, &message, sizeof message);
    std::memcpy(request.data() + kNewsOffset, &order, sizeof order);
    if (::send(fd, request.data(), kSize, 0) < 0)
        return std::unexpected(SysError::last("ask the kernel for news of processes"));
    return {};
}

// Threads are told like processes; only the first of a process is meant.
void translate(const proc_event& event, const std::function<void(const ProcessNews&)>& told) {
    const auto pid = [](int number) { return static_cast<std::uint32_t>(number); };
    const auto& data = event.event_data;
    // An int, because newer kernels know more kinds, and older headers fewer than this needs.
    switch (static_cast<unsigned>(event.what)) {
        case proc_event::PROC_EVENT_NONE:
            return told(ConnectorAnswered{static_cast<int>(data.ack.err)});
        case proc_event::PROC_EVENT_FORK:
            if (data.fork.child_pid == data.fork.child_tgid) told(ProcessChanged{pid(data.fork.child_pid)});
            return;
        case proc_event::PROC_EVENT_EXEC:
            return told(ProcessChanged{pid(data.exec.process_tgid)});
        case proc_event::PROC_EVENT_COMM:
            if (data.comm.process_pid == data.comm.process_tgid)
                told(ProcessChanged{pid(data.comm.process_pid)});
            return;
        case proc_event::PROC_EVENT_EXIT:
            if (data.exit.process_pid == data.exit.process_tgid)
                told(ProcessEnded{pid(data.exit.process_pid)});
            return;
        default:
            return;
    }
}

}  // namespace

std::expected<UniqueFd, SysError> open_process_connector(std::optional<ReceiveBuffer> buffer) {
    UniqueFd fd{::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR)};
    if (!fd) return std::unexpected(SysError::last("open the process connector"));
    const ReceiveBuffer size = buffer.value_or(ReceiveBuffer{kReceiveBuffer, true});
    if (auto done = set_receive_buffer(fd.get(), size); !done) return std::unexpected(done.error());
    sockaddr_nl where{};
    where.nl_family = AF_NETLINK;
    where.nl_groups = CN_IDX_PROC;
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) < 0)
        return std::unexpected(SysError::last("listen to the process connector"));
    if (auto asked = ask_for_news(fd.get()); !asked) return std::unexpected(asked.error());
    return fd;
}

bool read_process_news(int fd, const std::function<void(const ProcessNews&)>& told) {
    for (std::size_t i = 0; i < kMostMessagesInATurn; ++i) {
        std::array<std::byte, 512> room{};
        const ssize_t size = ::recv(fd, room.data(), room.size(), MSG_DONTWAIT);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0 && errno == ENOBUFS) {
            told(NewsLost{});
            continue;
        }
        if (size < 0) return false;
        // A kernel that knows fewer kinds sends less; the rest stays zero.
        if (static_cast<std::size_t>(size) < kNewsOffset + offsetof(proc_event, event_data)) continue;
        proc_event event{};
        std::memcpy(&event, room.data() + kNewsOffset, sizeof event);
        translate(event, told);
    }
    return true;
}

}  // namespace understudy::os
