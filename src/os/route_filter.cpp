#include "route_filter.hpp"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "understudy/net/route.hpp"

#include "socket_options.hpp"

namespace understudy::os {
namespace {

constexpr std::uint32_t kType = offsetof(nlmsghdr, nlmsg_type);
constexpr std::uint32_t kFlags = offsetof(nlmsghdr, nlmsg_flags);
constexpr std::uint32_t kProtocol = sizeof(nlmsghdr) + offsetof(rtmsg, rtm_protocol);
constexpr std::uint32_t kAccept = 0xffffffff;
constexpr std::uint32_t kReject = 0;

sock_filter statement(unsigned code, std::uint32_t k) { return {static_cast<std::uint16_t>(code), 0, 0, k}; }

sock_filter jump(unsigned how, std::uint32_t k, std::uint8_t if_true, std::uint8_t if_false) {
    return {static_cast<std::uint16_t>(BPF_JMP | BPF_K | how), if_true, if_false, k};
}

// A filter reads in network byte order what netlink writes in this machine's.
std::uint32_t as_read(unsigned number) { return htons(static_cast<std::uint16_t>(number)); }

}  // namespace

std::expected<void, SysError> leave_out_foreign_routes(int fd) {
    std::array program{
        statement(BPF_LD | BPF_H | BPF_ABS, kType),
        jump(BPF_JEQ, as_read(RTM_NEWROUTE), 1, 0),
        jump(BPF_JEQ, as_read(RTM_DELROUTE), 0, 4),
        statement(BPF_LD | BPF_H | BPF_ABS, kFlags),
        jump(BPF_JSET, as_read(NLM_F_MULTI | NLM_F_REPLACE), 2, 0),
        statement(BPF_LD | BPF_B | BPF_ABS, kProtocol),
        jump(BPF_JEQ, net::kKeepalivedRouteProtocol, 0, 1),
        statement(BPF_RET | BPF_K, kAccept),
        statement(BPF_RET | BPF_K, kReject),
    };
    const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
    return set_option(fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, "leave out news of other routes");
}

}  // namespace understudy::os
