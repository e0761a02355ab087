#include "advert_send.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "send_batch.hpp"

namespace understudy::os {
namespace {

constexpr std::size_t kBatch = 64;
constexpr std::size_t kControlRoom = CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(int));

// All that a message header points to. Of a batch only as many are filled as there are packets: most often
// there is one.
struct Envelope {
    sockaddr_storage destination;
    iovec piece;
    alignas(cmsghdr) std::array<std::byte, kControlRoom> control;
    std::size_t control_used;

    template <typename Value>
    void add_control(int level, int type, const Value& value) {
        cmsghdr header{};
        header.cmsg_len = CMSG_LEN(sizeof value);
        header.cmsg_level = level;
        header.cmsg_type = type;
        std::memcpy(control.data() + control_used, &header, sizeof header);
        std::memcpy(control.data() + control_used + CMSG_LEN(0), &value, sizeof value);
        control_used += CMSG_SPACE(sizeof value);
    }
};

socklen_t fill_v4(Envelope& envelope, const OutgoingPacket& packet, net::LinkIndex link) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    std::memcpy(&to.sin_addr, packet.destination.bytes().data(), sizeof to.sin_addr);
    std::memcpy(&envelope.destination, &to, sizeof to);
    if (link.value != 0) {
        in_pktinfo info{};
        info.ipi_ifindex = static_cast<int>(link.value);
        envelope.add_control(IPPROTO_IP, IP_PKTINFO, info);
    }
    return sizeof to;
}

socklen_t fill_v6(Envelope& envelope, const OutgoingPacket& packet, net::LinkIndex link) {
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_scope_id =
        packet.destination.is_link_local() || packet.destination.is_multicast() ? link.value : 0;
    std::memcpy(&to.sin6_addr, packet.destination.bytes().data(), sizeof to.sin6_addr);
    std::memcpy(&envelope.destination, &to, sizeof to);
    in6_pktinfo info{};
    info.ipi6_ifindex = link.value;
    if (packet.source.is_v6())
        std::memcpy(&info.ipi6_addr, packet.source.bytes().data(), sizeof info.ipi6_addr);
    envelope.add_control(IPPROTO_IPV6, IPV6_PKTINFO, info);
    envelope.add_control(IPPROTO_IPV6, IPV6_HOPLIMIT, int{packet.hop_limit});
    return sizeof to;
}

void fill(mmsghdr& message, Envelope& envelope, const OutgoingPacket& packet, net::LinkIndex link) {
    msghdr& header = message.msg_hdr;
    header.msg_namelen =
        packet.destination.is_v4() ? fill_v4(envelope, packet, link) : fill_v6(envelope, packet, link);
    header.msg_name = &envelope.destination;
    // The kernel only reads what is sent.
    envelope.piece = {const_cast<std::byte*>(packet.bytes.data()), packet.bytes.size()};
    header.msg_iov = &envelope.piece;
    header.msg_iovlen = 1;
    header.msg_control = envelope.control_used == 0 ? nullptr : envelope.control.data();
    header.msg_controllen = envelope.control_used;
}

}  // namespace

void send_adverts(int fd, net::LinkIndex link, std::span<const OutgoingPacket> packets,
                  std::span<int> errors) {
    for (std::size_t done = 0; done < packets.size(); done += kBatch) {
        const std::size_t count = std::min(kBatch, packets.size() - done);
        std::array<mmsghdr, kBatch> messages;
        std::array<Envelope, kBatch> envelopes;
        for (std::size_t i = 0; i < count; ++i) {
            const OutgoingPacket& packet = packets[done + i];
            messages[i] = {};
            envelopes[i] = {};
            fill(messages[i], envelopes[i], packet, packet.link.value != 0 ? packet.link : link);
        }
        send_batch(fd, std::span{messages}.first(count), errors.subspan(done, count));
    }
}

}  // namespace understudy::os
