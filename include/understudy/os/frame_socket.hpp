// Sends whole Ethernet frames: gratuitous ARP and unsolicited neighbour advertisements after a takeover. It
// never hears anything. Frames go through the queueing discipline, which absorbs a burst that the driver's
// ring could not.
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <vector>

#include "understudy/base/bytes.hpp"
#include "understudy/net/link.hpp"
#include "understudy/os/sys_error.hpp"
#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

struct OutgoingFrame {
    Bytes bytes;  // from the Ethernet header on
    net::LinkIndex link;
};

class FrameSocket {
public:
    static constexpr std::size_t kBatch = 64;  // frames per system call

    [[nodiscard]] static std::expected<FrameSocket, SysError> open();

    // Per frame, in order: 0 or an errno.
    std::vector<int> send(std::span<const OutgoingFrame> frames);

private:
    explicit FrameSocket(UniqueFd fd);
    UniqueFd fd_;
};

}  // namespace understudy::os
