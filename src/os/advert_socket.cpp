#include "understudy/os/advert_socket.hpp"

#include <linux/filter.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "understudy/base/assert.hpp"
#include "understudy/net/virtual_router.hpp"
#include "understudy/os/unique_fd.hpp"

#include "advert_receive.hpp"
#include "advert_send.hpp"
#include "readiness.hpp"
#include "socket_options.hpp"
#include "vrid_filter.hpp"

namespace understudy::os {
namespace {

constexpr int kTrafficClass = 0xc0;  // internetwork control, as in the IPv4 header of an advert
constexpr int kHopLimit = 255;       // RFC 9568 §5.1.2.3
#ifndef IPV6_MULTICAST_ALL
constexpr int IPV6_MULTICAST_ALL = 29;  // Linux 4.20; the C library's headers lack it
#endif

struct IntOption {
    int level;
    int name;
    int value;
    std::string_view attempted;
};

constexpr std::array kIpv4Options{
    IntOption{IPPROTO_IP, IP_HDRINCL, 1, "give adverts their IP header"},
    IntOption{IPPROTO_IP, IP_MULTICAST_ALL, 0, "hear only joined groups"},
    IntOption{IPPROTO_IP, IP_MULTICAST_LOOP, 0, "not hear our own adverts"},
};
constexpr std::array kAnyLink{
    IntOption{IPPROTO_IP, IP_PKTINFO, 1, "learn the links that adverts come in by"},
};
constexpr std::array kForeignSource{
    IntOption{IPPROTO_IPV6, IPV6_FREEBIND, 1, "send from addresses of another link"},
};
constexpr std::array kIpv6Options{
    IntOption{IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, "learn the links that adverts come in by"},
    IntOption{IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, "learn the hop limits of adverts"},
    IntOption{IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0, "hear only joined groups"},
    IntOption{IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0, "not hear our own adverts"},
    IntOption{IPPROTO_IPV6, IPV6_TCLASS, kTrafficClass, "set the traffic class of adverts"},
    IntOption{IPPROTO_IPV6, IPV6_UNICAST_HOPS, kHopLimit, "set the hop limit of adverts"},
    IntOption{IPPROTO_IPV6, IPV6_MULTICAST_HOPS, kHopLimit, "set the hop limit of adverts"},
};

using Done = std::expected<void, SysError>;

Done set_options(int fd, std::span<const IntOption> options) {
    for (const auto& [level, name, value, attempted] : options)
        if (auto set = set_option(fd, level, name, value, attempted); !set) return set;
    return {};
}

Done attach_filter(int fd, net::Family family, const VridSet& vrids) {
    std::vector<sock_filter> program = vrid_filter(family, vrids);
    const sock_fprog attached{static_cast<unsigned short>(program.size()), program.data()};
    return set_option(fd, SOL_SOCKET, SO_ATTACH_FILTER, attached, "have the kernel sort adverts by VRID");
}

Done bind_to_link(int fd, net::Family family, net::LinkIndex link) {
    // The kernel binds to any number, and IPv4 complains later of an address.
    std::array<char, IF_NAMESIZE> name{};
    if (::if_indextoname(link.value, name.data()) == nullptr)
        return std::unexpected(SysError{"bind the VRRP socket to its link", ENODEV});
    const int index = static_cast<int>(link.value);
    if (auto set = set_option(fd, SOL_SOCKET, SO_BINDTOIFINDEX, index, "bind the VRRP socket to its link");
        !set)
        return set;
    if (family == net::Family::Ipv6)
        return set_option(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, index,
                          "send multicast by the VRRP socket's link");
    ip_mreqn where{};
    where.imr_ifindex = index;
    return set_option(fd, IPPROTO_IP, IP_MULTICAST_IF, where, "send multicast by the VRRP socket's link");
}

Done join(int fd, net::LinkIndex link, const net::Address& group) {
    const std::string attempted = "join the multicast group " + group.to_string();
    if (group.is_v6()) {
        ipv6_mreq wanted{};
        std::memcpy(&wanted.ipv6mr_multiaddr, group.bytes().data(), sizeof wanted.ipv6mr_multiaddr);
        wanted.ipv6mr_interface = link.value;
        return set_option(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, wanted, attempted);
    }
    ip_mreqn wanted{};
    std::memcpy(&wanted.imr_multiaddr, group.bytes().data(), sizeof wanted.imr_multiaddr);
    wanted.imr_ifindex = static_cast<int>(link.value);
    return set_option(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, wanted, attempted);
}

// Where the kernel does not say when an advert arrived, it is when we hear of it.
void ask_for_arrivals(int fd) {
    constexpr int kOn = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &kOn, sizeof kOn);
}

// What arrived before the socket was bound to its link is from anywhere.
void discard_waiting(int fd) {
    std::byte octet{};
    while (::recv(fd, &octet, sizeof octet, MSG_DONTWAIT | MSG_TRUNC) >= 0) {
    }
}

Done configure(int fd, const AdvertSocketOptions& options) {
    const bool v4 = options.family == net::Family::Ipv4;
    if (auto done = attach_filter(fd, options.family, options.vrids); !done) return done;
    if (auto done = set_options(fd, v4 ? std::span<const IntOption>{kIpv4Options} : kIpv6Options); !done)
        return done;
    if (options.link.value == 0 && v4)
        if (auto done = set_options(fd, kAnyLink); !done) return done;
    if (options.foreign_source && !v4)
        if (auto done = set_options(fd, kForeignSource); !done) return done;
    if (options.link.value != 0)
        if (auto done = bind_to_link(fd, options.family, options.link); !done) return done;
    for (const net::Address& group : options.groups)
        if (auto done = join(fd, options.link, group); !done) return done;
    raise_packet_priority(fd);
    ask_for_arrivals(fd);
    discard_waiting(fd);
    return {};
}

std::expected<UniqueFd, SysError> open_raw(std::uint8_t protocol, const AdvertSocketOptions& options) {
    const int domain = options.family == net::Family::Ipv4 ? AF_INET : AF_INET6;
    UniqueFd fd{::socket(domain, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol)};
    if (!fd) return std::unexpected(SysError::last("open a raw VRRP socket"));
    if (auto done = configure(fd.get(), options); !done) return std::unexpected(done.error());
    return fd;
}

}  // namespace

struct AdvertSocket::State : std::enable_shared_from_this<AdvertSocket::State> {
    // A socket hears one protocol only.
    struct Ear {
        UniqueFd fd;
        ReceiveBuffer first_buffer;          // as the system made it
        std::optional<Readiness> readiness;  // after the descriptor it watches
    };

    State(const AdvertSocketOptions& the_options, Handlers the_handlers)
        : options(the_options),
          handlers(std::move(the_handlers)),
          slice(the_options.family, the_options.link) {}

    std::expected<void, SysError> listen(Loop& loop, std::uint8_t protocol) {
        auto fd = open_raw(protocol, options);
        if (!fd) return std::unexpected(fd.error());
        Ear& ear = ears[ear_count++];
        ear.fd = *std::move(fd);
        ear.first_buffer = receive_buffer_of(ear.fd.get());
        if (options.receive_buffer)
            if (auto done = set_receive_buffer(ear.fd.get(), *options.receive_buffer); !done) return done;
        ear.readiness.emplace(
            Readiness::moderated(loop, ear.fd.get(), [weak = weak_from_this(), number = ear.fd.get()] {
                const auto self = weak.lock();
                return self && self->on_ready(number);
            }));
        return {};
    }

    // Whether more may be waiting.
    bool on_ready(int fd) {
        const auto count = slice.receive(fd);
        if (!count) {
            if (count.error() != EAGAIN) handlers.failed({"receive adverts", count.error()});
            return false;
        }
        for (std::size_t i = 0; i < *count && !stopped; ++i) {
            ReceivedPacket packet = slice.packet(i);
            packet.together = i > 0;
            if (is_wanted(packet)) handlers.received(packet);
        }
        if (!stopped) handlers.all_received();
        return *count == AdvertSlice::kMost;
    }

    void hear_waiting() {
        for (std::size_t i = 0; i < ear_count && !stopped; ++i) on_ready(ears[i].fd.get());
    }

    // A raw IPv6 socket hears all groups that anybody on this host has joined, whatever was asked of it.
    [[nodiscard]] bool is_wanted(const ReceivedPacket& packet) const {
        return !packet.destination.is_multicast() ||
               std::ranges::find(options.groups, packet.destination) != options.groups.end();
    }

    void stop() {
        stopped = true;
        for (Ear& ear : ears) ear.readiness.reset();
    }

    AdvertSocketOptions options;
    Handlers handlers;
    AdvertSlice slice;
    std::array<Ear, 2> ears;  // VRRP, and AH if asked for
    std::size_t ear_count = 0;
    bool stopped = false;
};

std::expected<AdvertSocket, SysError> AdvertSocket::open(Loop& loop, const AdvertSocketOptions& options,
                                                         Handlers handlers) {
    UNDERSTUDY_ASSERT(options.groups.empty() || options.link.value != 0);
    UNDERSTUDY_ASSERT(!options.hear_ah || options.family == net::Family::Ipv4);
    auto state = std::make_shared<State>(options, std::move(handlers));
    if (auto done = state->listen(loop, net::kVrrpProtocol); !done) return std::unexpected(done.error());
    if (options.hear_ah)
        if (auto done = state->listen(loop, net::kAhProtocol); !done) return std::unexpected(done.error());
    return AdvertSocket{std::move(state)};
}

AdvertSocket::AdvertSocket(std::shared_ptr<State> state) : state_(std::move(state)) {}
AdvertSocket::AdvertSocket(AdvertSocket&&) noexcept = default;

AdvertSocket& AdvertSocket::operator=(AdvertSocket&& other) noexcept {
    AdvertSocket old{std::exchange(state_, std::move(other.state_))};
    return *this;
}

AdvertSocket::~AdvertSocket() {
    if (state_) state_->stop();
}

std::expected<void, SysError> AdvertSocket::hear(const VridSet& vrids) {
    for (std::size_t i = 0; i < state_->ear_count; ++i)
        if (auto done = attach_filter(state_->ears[i].fd.get(), state_->options.family, vrids); !done)
            return done;
    state_->options.vrids = vrids;
    return {};
}

std::expected<void, SysError> AdvertSocket::resize_buffer(const std::optional<ReceiveBuffer>& size) {
    for (std::size_t i = 0; i < state_->ear_count; ++i) {
        const State::Ear& ear = state_->ears[i];
        if (auto done = set_receive_buffer(ear.fd.get(), size.value_or(ear.first_buffer)); !done) return done;
    }
    state_->options.receive_buffer = size;
    return {};
}

void AdvertSocket::hear_waiting() {
    const auto state = state_;  // a callback may destroy this socket
    state->hear_waiting();
}

std::vector<int> AdvertSocket::send(std::span<const OutgoingPacket> packets) {
    std::vector<int> errors(packets.size());
    send_adverts(state_->ears.front().fd.get(), state_->options.link, packets, errors);
    return errors;
}

}  // namespace understudy::os
