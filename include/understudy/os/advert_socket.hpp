// VRRP adverts in and out: one raw socket per link (or for all links) and family, after RFC 9568 §5.1. It
// knows packets and their addresses, not what they mean. In the kernel already it drops what is not for one
// of the given VRIDs, so that a flood of foreign adverts costs nothing. Receiving allocates nothing.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "understudy/base/bytes.hpp"
#include "understudy/base/time.hpp"
#include "understudy/net/address.hpp"
#include "understudy/net/link.hpp"
#include "understudy/os/loop.hpp"
#include "understudy/os/receive_buffer.hpp"
#include "understudy/os/sys_error.hpp"

namespace understudy::os {

// Bit n: adverts of virtual router n are wanted.
using VridSet = std::bitset<256>;

struct AdvertSocketOptions {
    net::Family family = net::Family::Ipv4;
    net::LinkIndex link;               // 0: any link
    std::vector<net::Address> groups;  // multicast groups to join; needs a link
    VridSet vrids;
    bool hear_ah = false;                         // IPv4: also adverts behind an authentication header
    bool foreign_source = false;                  // IPv6: send from addresses that the link does not have
    std::optional<ReceiveBuffer> receive_buffer;  // none: the system's default
};

struct ReceivedPacket {
    Bytes bytes;  // IPv4: from the IP header on; IPv6: the VRRP message. Valid during the callback only.
    net::Address source;
    net::Address destination;
    std::uint8_t hop_limit = 0;  // or TTL
    net::LinkIndex link;         // that it came in by
    bool together = false;       // with the one before
    // When the kernel took it from the link. None: it was not alone, or the kernel does not say.
    std::optional<WallTime> arrived;
    net::Family family = net::Family::Ipv4;
};

struct OutgoingPacket {
    Bytes bytes;  // IPv4: from the IP header on; IPv6: the VRRP message with its checksum
    net::Address destination;
    net::Address source;           // IPv6; IPv4 has it in its header. Unspecified: the kernel chooses.
    std::uint8_t hop_limit = 255;  // IPv6; IPv4 has it in its header
    net::LinkIndex link;           // to leave by; 0: the socket's, or by route
};

class AdvertSocket {
public:
    // Longer packets arrive cut; no advert is longer (255 IPv6 addresses).
    static constexpr std::size_t kLongestPacket = 4608;

    struct Handlers {
        std::move_only_function<void(const ReceivedPacket&)> received;
        // Receiving failed; the socket goes on listening.
        std::move_only_function<void(const SysError&)> failed;
        // All that came together has been received.
        std::move_only_function<void()> all_received = [] {};
    };

    [[nodiscard]] static std::expected<AdvertSocket, SysError> open(Loop& loop,
                                                                    const AdvertSocketOptions& options,
                                                                    Handlers handlers);
    AdvertSocket(AdvertSocket&&) noexcept;
    AdvertSocket& operator=(AdvertSocket&&) noexcept;
    ~AdvertSocket();

    // Replaces the set of wanted VRIDs at once: no packet for a VRID in both sets is lost.
    [[nodiscard]] std::expected<void, SysError> hear(const VridSet& vrids);

    // Replaces the size of the buffer; none: the one that the system gave at first. What waits in it stays.
    [[nodiscard]] std::expected<void, SysError> resize_buffer(const std::optional<ReceiveBuffer>& size);

    // Hands over what is waiting now instead of when the loop comes to it; the callbacks run inside this
    // call, which must itself be made from the loop.
    void hear_waiting();

    // One system call for all, if none is refused. Per packet, in order: 0 or an errno.
    std::vector<int> send(std::span<const OutgoingPacket> packets);

private:
    struct State;
    explicit AdvertSocket(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace understudy::os
