// How much a socket may hold for us until we read it (socket(7), SO_RCVBUF). The kernel counts twice that,
// for its own part of each packet.
#pragma once

#include <cstddef>

namespace understudy::os {

struct ReceiveBuffer {
    std::size_t octets = 0;
    // Beyond the system's limit (net.core.rmem_max) where we have the right; else no more than the limit.
    bool beyond_limit = false;

    friend bool operator==(const ReceiveBuffer&, const ReceiveBuffer&) = default;
};

}  // namespace understudy::os
