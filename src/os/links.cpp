#include "understudy/os/links.hpp"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <map>
#include <variant>
#include <vector>

#include "understudy/os/unique_fd.hpp"
#include "understudy/wire/rtnl.hpp"

#include "netlink_socket.hpp"

namespace understudy::os {

namespace {

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
    if (name.contains(':')) return std::nullopt;  // the kernel would answer for what stands before it
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

std::vector<LinkAddress> all_addresses(net::Family family) {
    constexpr std::uint32_t kSequence = 1;
    auto socket = open_netlink(0, {kNetlinkDatagram, false});
    if (!socket) return {};
    std::vector<std::byte> request;
    wire::append_dump_addresses(request, kSequence, family);
    if (!send_netlink(socket->fd.get(), request, "ask for the addresses")) return {};
    std::vector<LinkAddress> all;
    std::map<net::LinkIndex, std::string> names;
    std::vector<std::byte> buffer(kNetlinkDatagram);
    std::vector<wire::RtnlMessage> messages;
    // Each part of the answer is there once the one before has been read.
    while (const auto answer = receive_netlink(socket->fd.get(), buffer)) {
        messages.clear();
        wire::decode_rtnl(*answer, messages);
        for (const wire::RtnlMessage& message : messages) {
            if (std::holds_alternative<wire::DumpEnded>(message)) return all;
            const auto* const heard = std::get_if<wire::AddressHeard>(&message);
            if (heard == nullptr) continue;
            const auto [known, fresh] = names.try_emplace(heard->address.link);
            if (fresh) known->second = link_name(heard->address.link).value_or("");
            all.push_back({known->second, heard->address.prefix});
        }
    }
    return all;
}

std::optional<std::string> link_name(net::LinkIndex index) {
    std::array<char, IFNAMSIZ> name{};
    if (::if_indextoname(index.value, name.data()) == nullptr) return std::nullopt;
    return name.data();
}

}  // namespace understudy::os
