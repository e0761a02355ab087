#include "understudy/os/frame_socket.hpp"

#include <linux/if_packet.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "send_batch.hpp"
#include "socket_options.hpp"

namespace understudy::os {
namespace {

constexpr std::size_t kTypeAt = 12;
constexpr std::size_t kHeader = 14;

sockaddr_ll address_of(const OutgoingFrame& frame) {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_ifindex = static_cast<int>(frame.link.value);
    // Filters and queueing disciplines look at it; both are in network order, so this is a copy.
    if (frame.bytes.size() >= kHeader)
        std::memcpy(&address.sll_protocol, frame.bytes.data() + kTypeAt, sizeof address.sll_protocol);
    return address;
}

// At most kBatch frames.
void send_some(int fd, std::span<const OutgoingFrame> frames, std::span<int> errors) {
    std::array<mmsghdr, FrameSocket::kBatch> messages{};
    std::array<iovec, FrameSocket::kBatch> pieces{};
    std::array<sockaddr_ll, FrameSocket::kBatch> addresses;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        addresses[i] = address_of(frames[i]);
        pieces[i] = {const_cast<std::byte*>(frames[i].bytes.data()), frames[i].bytes.size()};
        msghdr& header = messages[i].msg_hdr;
        header.msg_name = &addresses[i];
        header.msg_namelen = sizeof addresses[i];
        header.msg_iov = &pieces[i];
        header.msg_iovlen = 1;
    }
    send_batch(fd, std::span{messages}.first(frames.size()), errors);
}

}  // namespace

std::expected<FrameSocket, SysError> FrameSocket::open() {
    // Protocol 0: the kernel queues nothing for us.
    UniqueFd fd{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd) return std::unexpected(SysError::last("open a packet socket"));
    raise_packet_priority(fd.get());
    return FrameSocket{std::move(fd)};
}

FrameSocket::FrameSocket(UniqueFd fd) : fd_(std::move(fd)) {}

std::vector<int> FrameSocket::send(std::span<const OutgoingFrame> frames) {
    std::vector<int> errors(frames.size());
    for (std::size_t done = 0; done < frames.size(); done += kBatch) {
        const std::size_t count = std::min(kBatch, frames.size() - done);
        send_some(fd_.get(), frames.subspan(done, count), std::span{errors}.subspan(done, count));
    }
    return errors;
}

}  // namespace understudy::os
