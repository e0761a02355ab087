// The hop limit that came with an IPv6 packet, where IPV6_RECVHOPLIMIT asked for it.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

namespace understudy::os {

inline constexpr int kUnforwarded =
    255;  // no router was between: neighbour discovery demands it (RFC 4861 §7.1.2)

// 0: not told.
[[nodiscard]] inline int hop_limit_of(msghdr& header) {
    for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
         control = CMSG_NXTHDR(&header, control)) {
        if (control->cmsg_level != IPPROTO_IPV6 || control->cmsg_type != IPV6_HOPLIMIT) continue;
        int hops = 0;
        std::memcpy(&hops, CMSG_DATA(control), sizeof hops);
        return hops;
    }
    return 0;
}

}  // namespace understudy::os
