#include "understudy/os/links.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "understudy/os/unique_fd.hpp"
#include "understudy/wire/rtnl.hpp"

#include "netlink_socket.hpp"

namespace understudy::os {

namespace {

// From a socket address of any family; none unless it is IPv4 or IPv6.
std::optional<net::Address> address_of(const sockaddr& given) {
    if (given.sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &given, sizeof v4);
        return net::Address::from_bytes(std::as_bytes(std::span{&v4.sin_addr, 1}));
    }
    if (given.sa_family != AF_INET6) return std::nullopt;
    sockaddr_in6 v6{};
    std::memcpy(&v6, &given, sizeof v6);
    return net::Address::from_bytes(std::as_bytes(std::span{&v6.sin6_addr, 1}));
}

std::uint8_t length_of(const net::Address& mask) {
    int length = 0;
    for (const std::byte octet : mask.bytes()) length += std::popcount(std::to_integer<unsigned>(octet));
    return static_cast<std::uint8_t>(length);
}

// The C library names an IPv4 address by its label, which is the interface's name, perhaps with a suffix.
std::string link_of(std::string_view label) { return std::string{label.substr(0, label.find(':'))}; }

// Only netlink tells what kind of interface it is.
std::optional<std::uint32_t> vrf_table_of(net::LinkIndex link) {
    constexpr std::uint32_t kSequence = 1;
    auto socket = open_netlink(0, {kNetlinkDatagram, false});
    if (!socket) return std::nullopt;
    std::vector<std::byte> request;
    wire::append_get_link(request, link, kSequence);
    if (!send_netlink(socket->fd.get(), request, "ask for an interface")) return std::nullopt;
    // The kernel has answered by the time it has taken the question.
    std::vector<std::byte> buffer(kNetlinkDatagram);
    const auto answer = receive_netlink(socket->fd.get(), buffer);
    if (!answer) return std::nullopt;
    std::vector<wire::RtnlMessage> messages;
    wire::decode_rtnl(*answer, messages);
    for (const wire::RtnlMessage& message : messages)
        if (const auto* const heard = std::get_if<wire::LinkHeard>(&message)) return heard->link.vrf_table;
    return std::nullopt;
}

}  // namespace

std::optional<LinkFacts> link_by_name(const std::string& name) {
    if (name.empty() || name.size() >= IFNAMSIZ) return std::nullopt;
    const UniqueFd socket{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    if (!socket) return std::nullopt;
    ifreq request{};
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    if (::ioctl(socket.get(), SIOCGIFFLAGS, &request) < 0) return std::nullopt;
    LinkFacts facts;
    facts.loopback = (request.ifr_flags & IFF_LOOPBACK) != 0;
    if (::ioctl(socket.get(), SIOCGIFMTU, &request) == 0)
        facts.mtu = static_cast<std::uint32_t>(request.ifr_mtu);
    if (::ioctl(socket.get(), SIOCGIFINDEX, &request) == 0)
        facts.vrf_table = vrf_table_of({static_cast<std::uint32_t>(request.ifr_ifindex)});
    return facts;
}

std::vector<LinkAddress> all_addresses() {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) < 0) return {};
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner{first, &::freeifaddrs};
    std::vector<LinkAddress> all;
    for (const ifaddrs* at = first; at != nullptr; at = at->ifa_next) {
        if (at->ifa_addr == nullptr || at->ifa_netmask == nullptr) continue;
        const auto address = address_of(*at->ifa_addr);
        const auto mask = address_of(*at->ifa_netmask);
        if (address && mask) all.push_back({link_of(at->ifa_name), {*address, length_of(*mask)}});
    }
    return all;
}

std::optional<std::string> link_name(net::LinkIndex index) {
    std::array<char, IFNAMSIZ> name{};
    if (::if_indextoname(index.value, name.data()) == nullptr) return std::nullopt;
    return name.data();
}

}  // namespace understudy::os
