#include "probe_socket.hpp"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>
#include <string_view>

#include "understudy/base/bytes.hpp"
#include "understudy/net/checksum.hpp"

#include "probe_address.hpp"
#include "socket_options.hpp"
#include "uninterrupted.hpp"

namespace understudy::os {

namespace {

constexpr std::size_t kEchoSize = 16;  // the header and eight octets
constexpr std::size_t kSumOffset = 2;
constexpr std::size_t kIdentifierOffset = 4;
constexpr ssize_t kQuotedSize = 8;  // what an ICMP error quotes at least (RFC 792)
constexpr int kIcmpFilter = 1;      // ICMP_FILTER of linux/icmp.h, which cannot stand beside net/if.h

std::uint16_t identifier_of(std::uint64_t mark) { return static_cast<std::uint16_t>(mark); }

// RFC 792: type 8, code 0. RFC 4443 §4.1: type 128, code 0; there the kernel fills in the sum. The mark is
// the data, its end the identifier.
std::array<std::byte, kEchoSize> echo_request(bool v6, std::uint64_t mark) {
    std::array<std::byte, kEchoSize> message{};
    Writer out{message};
    out.u8(v6 ? std::uint8_t{ICMP6_ECHO_REQUEST} : std::uint8_t{ICMP_ECHO});
    out.zeros(3);  // code and sum
    out.u16(identifier_of(mark));
    out.zeros(2);  // the sequence number: each is the first
    out.u32(static_cast<std::uint32_t>(mark >> 32));
    out.u32(static_cast<std::uint32_t>(mark));
    if (v6) return message;
    const std::uint16_t sum = net::Checksum{}.add(message).value();
    Writer{std::span{message}.subspan(kSumOffset)}.u16(sum);
    return message;
}

// Nothing but echo replies is queued.
std::expected<void, SysError> hear_replies_only(int fd, bool v6) {
    constexpr std::string_view kWhat = "have the kernel sort ICMP";
    if (!v6) return set_option(fd, SOL_RAW, kIcmpFilter, ~(std::uint32_t{1} << ICMP_ECHOREPLY), kWhat);
    icmp6_filter types{};
    ICMP6_FILTER_SETBLOCKALL(&types);
    ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &types);
    return set_option(fd, IPPROTO_ICMPV6, ICMP6_FILTER, types, kWhat);
}

// The kernel passes on every ICMP error about a packet to that host, somebody else's traceroute's as well:
// only one that quotes our own request is an answer. Request and quotation begin alike in both families.
std::expected<EchoHeard, SysError> about_our_echo(int fd, int error, std::uint64_t mark) {
    std::array<std::byte, 512> room{};
    const ssize_t size = ::recv(fd, room.data(), room.size(), MSG_ERRQUEUE | MSG_DONTWAIT);
    if (size >= kQuotedSize) {
        Reader in{Bytes{room}.first(static_cast<std::size_t>(size))};
        in.skip(kIdentifierOffset);
        if (in.u16() != identifier_of(mark)) return EchoHeard::Other;
    }
    return std::unexpected(SysError{"", error});
}

}  // namespace

std::expected<UniqueFd, SysError> begin_connection(const Question& question) {
    const int family = question.host.is_v4() ? AF_INET : AF_INET6;
    UniqueFd fd{::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP)};
    if (!fd) return std::unexpected(SysError::last("open a TCP socket"));
    if (auto bound = bind_as_asked(fd.get(), question); !bound) return std::unexpected(bound.error());
    const Where host = where(question.host, question.port, question.interface);
    if (::connect(fd.get(), host.get(), host.size) < 0 && errno != EINPROGRESS)
        return std::unexpected(SysError::last(""));
    return fd;
}

int connection_error(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 ? errno : error;
}

// Connected, so that the kernel passes on what that host sends, and errors about it.
std::expected<UniqueFd, SysError> send_echo(const Question& question, std::uint64_t mark) {
    const bool v6 = question.host.is_v6();
    UniqueFd fd{::socket(v6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
                         v6 ? int{IPPROTO_ICMPV6} : int{IPPROTO_ICMP})};
    if (!fd) return std::unexpected(SysError::last("open an ICMP socket"));
    if (auto done = hear_replies_only(fd.get(), v6); !done) return std::unexpected(done.error());
    const int level = v6 ? int{IPPROTO_IPV6} : int{IPPROTO_IP};
    const int errors = v6 ? IPV6_RECVERR : IP_RECVERR;
    if (auto done = set_option(fd.get(), level, errors, 1, "hear ICMP errors"); !done)
        return std::unexpected(done.error());
    if (auto bound = bind_as_asked(fd.get(), question); !bound) return std::unexpected(bound.error());
    const Where host = where(question.host, 0, question.interface);
    if (::connect(fd.get(), host.get(), host.size) < 0) return std::unexpected(SysError::last(""));
    const auto message = echo_request(v6, mark);
    if (uninterrupted([&] { return ::send(fd.get(), message.data(), message.size(), 0); }) < 0)
        return std::unexpected(SysError::last(""));
    return fd;
}

std::expected<EchoHeard, SysError> hear_echo(int fd, const Question& question, std::uint64_t mark) {
    std::array<std::byte, 512> room{};
    const ssize_t size = ::recv(fd, room.data(), room.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return EchoHeard::Nothing;
    if (size < 0) return about_our_echo(fd, errno, mark);
    Reader in{Bytes{room}.first(static_cast<std::size_t>(size))};
    const bool v6 = question.host.is_v6();
    // A raw IPv4 socket hands over the IP header, whose length stands in its first octet.
    if (!v6) in.skip(static_cast<std::size_t>(std::to_integer<unsigned>(room[0]) & 0xfu) * 4);
    const std::uint8_t type = in.u8();
    in.skip(kEchoSize - 1 - sizeof mark);
    const std::uint64_t high = in.u32();
    const std::uint64_t heard = high << 32 | in.u32();
    const bool reply = type == (v6 ? std::uint8_t{ICMP6_ECHO_REPLY} : std::uint8_t{ICMP_ECHOREPLY});
    return reply && heard == mark && !in.overran() ? EchoHeard::Ours : EchoHeard::Other;
}

}  // namespace understudy::os
