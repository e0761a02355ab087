#include "understudy/os/links.hpp"

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>

#include "understudy/os/unique_fd.hpp"

namespace understudy::os {

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
    return facts;
}

std::optional<std::string> link_name(net::LinkIndex index) {
    std::array<char, IFNAMSIZ> name{};
    if (::if_indextoname(index.value, name.data()) == nullptr) return std::nullopt;
    return name.data();
}

}  // namespace understudy::os
