#include "understudy/os/neighbour_watch.hpp"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <utility>

#include "understudy/os/unique_fd.hpp"
#include "understudy/wire/arp.hpp"
#include "understudy/wire/ndisc.hpp"

#include "hop_limit.hpp"
#include "neighbour_filter.hpp"
#include "readiness.hpp"
#include "socket_options.hpp"

namespace understudy::os {
namespace {

constexpr std::size_t kMostFramesInATurn = 32;     // few enough that a flood delays nobody
constexpr std::size_t kReceiveBuffer = 64 * 1024;  // what a flood may pile up; the same is said again anyway

using Done = std::expected<void, SysError>;

Done attach_filter(int fd, net::Family family, std::span<const net::Address> guarded) {
    std::vector<sock_filter> program = neighbour_filter(family, guarded);
    const sock_fprog attached{static_cast<unsigned short>(program.size()), program.data()};
    return set_option(fd, SOL_SOCKET, SO_ATTACH_FILTER, attached,
                      "have the kernel sort ARP and neighbour adverts");
}

// Protocol 0, and bound when the filter is in place: nothing else is ever queued.
std::expected<UniqueFd, SysError> open_arp(net::LinkIndex link, std::span<const net::Address> guarded) {
    UniqueFd fd{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (!fd) return std::unexpected(SysError::last("open a socket that hears ARP"));
    if (auto done = attach_filter(fd.get(), net::Family::Ipv4, guarded); !done)
        return std::unexpected(done.error());
    if (auto done = set_receive_buffer(fd.get(), {kReceiveBuffer, true}); !done)
        return std::unexpected(done.error());
    sockaddr_ll where{};
    where.sll_family = AF_PACKET;
    where.sll_protocol = htons(ETH_P_ARP);
    where.sll_ifindex = static_cast<int>(link.value);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) < 0)
        return std::unexpected(SysError::last("hear ARP on a link"));
    return fd;
}

// A raw ICMPv6 socket, unlike a packet socket, sees nothing of the traffic that this host forwards.
std::expected<UniqueFd, SysError> open_icmpv6(net::LinkIndex link, std::span<const net::Address> guarded) {
    UniqueFd fd{::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMPV6)};
    if (!fd) return std::unexpected(SysError::last("open a socket that hears neighbour adverts"));
    icmp6_filter types{};
    ICMP6_FILTER_SETBLOCKALL(&types);
    ICMP6_FILTER_SETPASS(ND_NEIGHBOR_ADVERT, &types);
    const int index = static_cast<int>(link.value);
    constexpr std::string_view kWhat = "hear neighbour adverts on a link";
    if (auto done = set_option(fd.get(), IPPROTO_ICMPV6, ICMP6_FILTER, types, kWhat); !done)
        return std::unexpected(done.error());
    if (auto done = attach_filter(fd.get(), net::Family::Ipv6, guarded); !done)
        return std::unexpected(done.error());
    if (auto done = set_option(fd.get(), SOL_SOCKET, SO_BINDTOIFINDEX, index, kWhat); !done)
        return std::unexpected(done.error());
    if (auto done = set_option(fd.get(), IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1, kWhat); !done)
        return std::unexpected(done.error());
    if (auto done = set_receive_buffer(fd.get(), {kReceiveBuffer, true}); !done)
        return std::unexpected(done.error());
    return fd;
}

std::optional<NeighbourClaim> read_arp(Bytes frame) {
    const std::optional<wire::Arp> arp = wire::decode_arp(frame);
    if (!arp) return std::nullopt;
    return NeighbourClaim{arp->sender, arp->sender_mac};
}

// An advert without a link-layer address changes nobody's. Where it went does not matter here.
std::optional<NeighbourClaim> read_advert(Bytes message, msghdr& header) {
    if (hop_limit_of(header) != kUnforwarded) return std::nullopt;
    const auto advert = wire::decode_neighbour_advert_message(message, {}, {});
    if (!advert || !advert->mac) return std::nullopt;
    return NeighbourClaim{advert->target, *advert->mac};
}

}  // namespace

struct NeighbourWatch::State : std::enable_shared_from_this<NeighbourWatch::State> {
    State(UniqueFd the_fd, net::Family the_family, Claimed the_claimed)
        : fd(std::move(the_fd)), family(the_family), claimed(std::move(the_claimed)) {}

    void listen(Loop& loop) {
        readiness.emplace(loop, fd.get(), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) self->on_ready();
        });
    }

    // A link that went down says so once, as an error of the socket; that is read off like a frame.
    void on_ready() {
        for (std::size_t i = 0; i < kMostFramesInATurn && !stopped; ++i)
            if (!take_one()) return;
    }

    bool take_one() {
        std::array<std::byte, 512> room;
        alignas(cmsghdr) std::array<std::byte, 128> control;
        iovec piece{room.data(), room.size()};
        msghdr header{};
        header.msg_iov = &piece;
        header.msg_iovlen = 1;
        header.msg_control = control.data();
        header.msg_controllen = control.size();
        const ssize_t size = ::recvmsg(fd.get(), &header, MSG_DONTWAIT);
        if (size < 0) return errno == EINTR;
        const Bytes heard = Bytes{room}.first(static_cast<std::size_t>(size));
        const auto claim = family == net::Family::Ipv4 ? read_arp(heard) : read_advert(heard, header);
        if (claim) claimed(*claim);
        return true;
    }

    void stop() {
        stopped = true;
        readiness.reset();
    }

    UniqueFd fd;
    std::optional<Readiness> readiness;  // after the descriptor it watches
    net::Family family;
    Claimed claimed;
    bool stopped = false;
};

std::expected<NeighbourWatch, SysError> NeighbourWatch::open(Loop& loop, net::LinkIndex link,
                                                             net::Family family,
                                                             std::span<const net::Address> guarded,
                                                             Claimed claimed) {
    auto fd = family == net::Family::Ipv4 ? open_arp(link, guarded) : open_icmpv6(link, guarded);
    if (!fd) return std::unexpected(fd.error());
    auto state = std::make_shared<State>(*std::move(fd), family, std::move(claimed));
    state->listen(loop);
    return NeighbourWatch{std::move(state)};
}

NeighbourWatch::NeighbourWatch(std::shared_ptr<State> state) : state_(std::move(state)) {}
NeighbourWatch::NeighbourWatch(NeighbourWatch&&) noexcept = default;

NeighbourWatch& NeighbourWatch::operator=(NeighbourWatch&& other) noexcept {
    NeighbourWatch old{std::exchange(state_, std::move(other.state_))};
    return *this;
}

NeighbourWatch::~NeighbourWatch() {
    if (state_) state_->stop();
}

std::expected<void, SysError> NeighbourWatch::guard(std::span<const net::Address> guarded) {
    return attach_filter(state_->fd.get(), state_->family, guarded);
}

}  // namespace understudy::os
