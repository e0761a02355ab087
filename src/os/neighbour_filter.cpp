#include "neighbour_filter.hpp"

#include <linux/if_packet.h>

#include <cstdint>

#include "understudy/base/bytes.hpp"

namespace understudy::os {
namespace {

constexpr std::uint32_t kArpSender = 28;     // Ethernet header, fixed part, hardware address
constexpr std::uint32_t kLastOfTarget = 20;  // ICMPv6 header and flags, three quarters of the target
constexpr std::uint32_t kAccept = 0xffffffff;
constexpr std::uint32_t kReject = 0;

sock_filter statement(unsigned code, std::uint32_t k) { return {static_cast<std::uint16_t>(code), 0, 0, k}; }

sock_filter skip_unless_equal(std::uint32_t k) {
    return {static_cast<std::uint16_t>(BPF_JMP | BPF_JEQ | BPF_K), 0, 1, k};
}

std::uint32_t last_word(const net::Address& address) { return Reader{address.bytes().last(4)}.u32(); }

}  // namespace

std::vector<sock_filter> neighbour_filter(net::Family family, std::span<const net::Address> guarded) {
    std::vector<sock_filter> program;
    if (family == net::Family::Ipv4) {
        constexpr auto kPacketType = static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PKTTYPE);
        program.push_back(statement(BPF_LD | BPF_B | BPF_ABS, kPacketType));
        program.push_back(skip_unless_equal(PACKET_OUTGOING));
        program.push_back(statement(BPF_RET | BPF_K, kReject));
    }
    if (guarded.size() <= kMostComparedAddresses) {
        const std::uint32_t at = family == net::Family::Ipv4 ? kArpSender : kLastOfTarget;
        program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, at));
        for (const net::Address& address : guarded) {
            program.push_back(skip_unless_equal(last_word(address)));
            program.push_back(statement(BPF_RET | BPF_K, kAccept));
        }
        program.push_back(statement(BPF_RET | BPF_K, kReject));
    } else {
        program.push_back(statement(BPF_RET | BPF_K, kAccept));
    }
    return program;
}

}  // namespace understudy::os
